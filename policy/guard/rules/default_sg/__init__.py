"""The default security group admits nothing, and nothing relies on it."""
