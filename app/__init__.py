"""The sample application that the platform runs: items in PostgreSQL, cached in Redis, behind FastAPI."""
