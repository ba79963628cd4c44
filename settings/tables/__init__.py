"""What a stack file may say: a file a tier, with types, defaults, units, and what cannot be within one table."""
