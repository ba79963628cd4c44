"""What a stack file may say: typed tables, defaults, units, and errors with their place."""
