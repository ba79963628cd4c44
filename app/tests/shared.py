"""The servers that all tests of a process share: one PostgreSQL and one Redis, wherever they are asked for.

A fixture that several conftest.py import is several fixtures, and each would start a server of its own; one of a plugin
is one. `pytest_configure` of each such conftest.py hands its configuration to `register`.
"""

import sys
from collections.abc import Iterator

import asyncpg
import pytest

from app.tests import servers


@pytest.fixture(scope="session")
def database_server() -> Iterator[servers.Environment]:
    """Without our tables, before and after: those of another process may be of other migrations."""
    with servers.postgresql() as environment:
        servers.until(lambda: _dropped(environment))
        yield environment
        _dropped(environment)


@pytest.fixture(scope="session")
def cache_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Environment]:
    with servers.redis(tmp_path_factory.mktemp("redis")) as environment:
        yield environment


def _dropped(environment: servers.Environment) -> None:
    """The server listens before it lets anybody in: on a busy machine, seconds before. Raises OSError meanwhile."""
    try:
        servers.administer(environment, servers.DROP)
    except asyncpg.CannotConnectNowError as error:
        raise OSError from error


def register(config: pytest.Config) -> None:
    """Let the fixtures be known, once."""
    if not config.pluginmanager.has_plugin(__name__):
        config.pluginmanager.register(sys.modules[__name__], __name__)
