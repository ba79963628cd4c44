"""Data can be restored."""
