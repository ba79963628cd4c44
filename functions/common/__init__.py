"""What the functions share; it goes into the archive of each."""
