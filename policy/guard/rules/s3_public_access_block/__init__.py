"""Every bucket blocks public access."""
