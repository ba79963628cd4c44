"""The application's own servers, clients and variables."""

import pytest

from app.tests import shared
from app.tests.conftest import alembic, clean, client, environment, lines, serving, tls

__all__ = ["alembic", "clean", "client", "environment", "lines", "serving", "tls"]


def pytest_configure(config: pytest.Config) -> None:
    shared.register(config)
