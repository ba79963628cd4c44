"""Rows of the family resource-within."""
