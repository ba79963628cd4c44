"""The application's own servers, clients and variables."""

from app.tests.conftest import alembic, cache_server, clean, client, database_server, environment, lines, serving, tls

__all__ = ["alembic", "cache_server", "clean", "client", "database_server", "environment", "lines", "serving", "tls"]
