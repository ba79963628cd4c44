"""Data goes only by intent."""
