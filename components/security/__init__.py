"""The key, the roles and the secrets."""
