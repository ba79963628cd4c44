"""The sample images below blueprints/, run as their containers are: real processes, a real PostgreSQL, a real Redis."""
