"""One thing is managed in one place."""
