"""The three health checks, with dependencies that work, that are gone, and that never answer."""

import time

import pytest
from fastapi.testclient import TestClient

from app.routers.health import TIMEOUT
from app.tests.conftest import Serving
from app.tests.servers import free_port, silent

pytestmark = pytest.mark.requirement("CP-APP-07", "CP-APP-12")
PATHS = ("/health", "/health/ready")


def statuses(client: TestClient, path: str = "/health") -> tuple[int, str, str, str]:
    """The code, what is said of us, of the database and of the cache."""
    answer = client.get(path)
    body = answer.json()
    parts = body["dependencies"]
    return answer.status_code, body["status"], parts["database"]["status"], parts["cache"]["status"]


@pytest.mark.requirement("CP-APP-04", "CP-APP-05")
@pytest.mark.parametrize("path", PATHS)
def test_all_is_well(client: TestClient, path: str) -> None:
    """Both dependencies were asked, and how long they took is said."""
    assert statuses(client, path) == (200, "ok", "up", "up")
    parts = client.get(path).json()["dependencies"]
    assert all(0 < part["ms"] < TIMEOUT * 1000 for part in parts.values())


@pytest.mark.requirement("CP-APP-04")
@pytest.mark.parametrize("path", PATHS)
def test_without_the_database_requests_go_elsewhere(serving: Serving, path: str) -> None:
    """Nothing listens there: 503, and alive all the same. The application starts without it."""
    with serving(DATABASE_PORT=str(free_port())) as client:
        assert statuses(client, path) == (503, "unavailable", "down", "up")
        assert client.get("/health/live").status_code == 200


@pytest.mark.requirement("CP-APP-05")
@pytest.mark.parametrize("path", PATHS)
def test_without_the_cache_it_only_is_slower(serving: Serving, path: str) -> None:
    """Nothing listens there: degraded, and still in service."""
    with serving(CACHE_PORT=str(free_port())) as client:
        assert statuses(client, path) == (200, "degraded", "up", "down")


@pytest.mark.requirement("CP-APP-05")
def test_a_wrong_token_is_a_cache_that_is_down(serving: Serving) -> None:
    """The check logs in: a server that answers but lets nobody in is of no use."""
    with serving(CACHE_TOKEN="wrong") as client:
        assert statuses(client) == (200, "degraded", "up", "down")


def test_who_never_answers_is_not_waited_for(serving: Serving) -> None:
    """Both take the connection and are silent: the answer comes within the time limit, for both at once."""
    with silent() as port, serving(DATABASE_PORT=port, CACHE_PORT=port) as client:
        started = time.monotonic()
        assert statuses(client) == (503, "unavailable", "down", "down")
        assert time.monotonic() - started < TIMEOUT + 1
        assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.parametrize("path", PATHS)
def test_while_it_stops_requests_go_elsewhere(client: TestClient, path: str) -> None:
    """The dependencies are fine, and new requests should not come any more."""
    client.app.state.stopping = True
    assert statuses(client, path) == (503, "stopping", "up", "up")
    assert client.get("/health/live").status_code == 200
