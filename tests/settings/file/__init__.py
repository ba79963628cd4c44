"""How stack files are read, and what is said of those that are wrong."""
