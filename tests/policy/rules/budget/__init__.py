"""Rows of the family budget."""
