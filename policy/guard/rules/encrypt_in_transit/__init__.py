"""Data is encrypted on its way."""
