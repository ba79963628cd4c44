"""A stand-in for the club's backend: what the platform gives it and asks of it, and members as its data."""
