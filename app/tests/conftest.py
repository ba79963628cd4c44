"""What the tests share: the servers, the application's variables, clients of the application, and its log."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from asyncpg import UndefinedTableError
from fastapi.testclient import TestClient
from redis import Redis

from app.config import Settings
from app.main import create
from app.tests import servers, shared
from app.utils.logging import configure

APP = Path(__file__).parent.parent

Serving = Callable[..., AbstractContextManager[TestClient]]


@dataclass(frozen=True)
class Lines:
    """What was logged, of our own loggers."""

    written: io.StringIO

    def text(self) -> list[str]:
        return [line for line in self.written.getvalue().splitlines() if '"logger": "app' in line]

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text()]


def pytest_configure(config: pytest.Config) -> None:
    shared.register(config)


@pytest.fixture
def tls(tmp_path: Path) -> servers.Tls:
    return servers.Tls(tmp_path)


@pytest.fixture
def alembic() -> Config:
    return Config(APP / "alembic.ini")


@pytest.fixture
def environment(
    database_server: servers.Environment, cache_server: servers.Environment, monkeypatch: pytest.MonkeyPatch
) -> servers.Environment:
    """The variables of a task, set; TLS is off, which the servers lack, and no test need wait for the drain."""
    found = {
        **database_server,
        **cache_server,
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "debug",
        "DATABASE_TLS": "false",
        "CACHE_TLS": "false",
        "DRAIN_SECONDS": "0",
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def clean(environment: servers.Environment, alembic: Config) -> servers.Environment:
    """The tables, empty, and an empty cache."""
    try:
        servers.administer(environment, "TRUNCATE items RESTART IDENTITY")
    except UndefinedTableError:
        command.upgrade(alembic, "head")
    with Redis(environment["CACHE_HOST"], int(environment["CACHE_PORT"]), password=environment["CACHE_TOKEN"]) as redis:
        redis.flushall()
    return environment


@pytest.fixture
def serving(clean: servers.Environment, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Starts the application in this process, with changes of its variables, and gives a client of it."""

    @contextmanager
    def start(**changes: str) -> Iterator[TestClient]:
        for name, value in changes.items():
            monkeypatch.setenv(name, value)
        with TestClient(create(Settings()), raise_server_exceptions=False) as client:
            yield client

    return start


@pytest.fixture
def client(serving: Serving) -> Iterator[TestClient]:
    with serving() as found:
        yield found


@pytest.fixture
def lines(clean: servers.Environment) -> Iterator[Lines]:
    """What the application in this process logs."""
    before, written = logging.root.handlers[:], io.StringIO()
    configure("debug", written)
    yield Lines(written)
    logging.root.handlers[:] = before
