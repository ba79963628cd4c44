"""What several tables of a stack file must say about each other: a file a tier."""
