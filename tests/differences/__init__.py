"""Tests of what differs between two stacks: what compares and shows it belongs here."""
