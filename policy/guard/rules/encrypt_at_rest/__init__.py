"""Data is encrypted where it lies."""
