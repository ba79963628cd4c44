"""What repo2 runs beside its API."""
