"""What the functions' own tests are given, and a breaker of their calls."""

import pytest

from tests.faults.functions.battery import Breaker
from tests.functions.conftest import (
    account,
    authority,
    aws,
    context,
    environment,
    hub,
    log,
    postgres,
    rotation,
    secret,
    serve,
    slack,
    store,
    trusted,
)
from tests.functions.emulated import Aws
from tests.properties import conftest as profiles

__all__ = [
    "account",
    "authority",
    "aws",
    "context",
    "environment",
    "hub",
    "log",
    "postgres",
    "profiles",  # how hard Hypothesis searches
    "rotation",
    "secret",
    "serve",
    "slack",
    "store",
    "trusted",
]


@pytest.fixture
def breaker(aws: Aws) -> Breaker:
    """Breaks one of the functions' calls."""
    return Breaker(aws)
