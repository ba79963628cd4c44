"""Containers run with the least they need."""
