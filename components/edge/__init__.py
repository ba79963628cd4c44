"""Public names and their certificates."""
