"""What stands inside another resource is judged like any other, or named."""
