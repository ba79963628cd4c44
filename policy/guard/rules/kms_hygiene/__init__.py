"""Keys rotate, and go slowly."""
