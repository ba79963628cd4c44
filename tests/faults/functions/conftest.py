"""What the functions' own tests are given, and a breaker of their calls."""

from collections.abc import Iterator

import pytest
from moto.moto_api import state_manager

from tests.faults.functions.battery import Breaker
from tests.faults.functions.databases import database, handler
from tests.functions.conftest import (
    account,
    authority,
    aws,
    certified,
    context,
    environment,
    hub,
    log,
    mysql,
    mysql_secret,
    mysql_user,
    postgres,
    postgres_port,
    postgres_user,
    rotation,
    secret,
    serve,
    slack,
    store,
    text,
    trusted,
    version,
)
from tests.functions.emulated import Aws
from tests.properties import conftest as profiles

__all__ = [
    "account",
    "authority",
    "aws",
    "certified",
    "context",
    "database",
    "environment",
    "handler",
    "hub",
    "log",
    "mysql",
    "mysql_secret",
    "mysql_user",
    "postgres",
    "postgres_port",
    "postgres_user",
    "profiles",  # how hard Hypothesis searches
    "rotation",
    "secret",
    "serve",
    "slack",
    "store",
    "text",
    "trusted",
    "version",
]


@pytest.fixture
def breaker(aws: Aws) -> Breaker:
    """Breaks one of the functions' calls."""
    return Breaker(aws)


@pytest.fixture(autouse=True)
def tasks_that_run() -> Iterator[None]:
    """In moto each look at a task of ECS brings it nearer to its end."""
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 10_000})
    yield
    state_manager.unset_transition("ecs::task")
