"""Tests: offline, in minutes, each says what it proves."""
