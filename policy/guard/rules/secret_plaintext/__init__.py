"""Secrets stand in a secret store, never in a configuration."""
