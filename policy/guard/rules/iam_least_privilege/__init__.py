"""Identities may do what they need, and no more."""
