"""A role trusts named principals under binding conditions."""
