"""The application's own servers, clients and variables."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from app.tests.conftest import alembic, cache_server, clean, client, database_server, environment, lines, serving, tls

__all__ = ["alembic", "cache_server", "clean", "client", "database_server", "environment", "lines", "serving", "tls"]


@pytest.fixture(autouse=True)
def broken_connections() -> Iterator[None]:
    """What a test breaks on purpose nobody can close: it is collected here, not as a warning in the next test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
