"""What AWS's documents, names and networks mean, one resource at a time."""
