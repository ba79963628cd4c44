"""The optional limit of requests, counted in a real Redis."""

from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from app.tests.conftest import Serving
from app.tests.servers import free_port

pytestmark = pytest.mark.requirement("CP-APP-11")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The limit's own clock: twenty seconds into a minute."""
    found = SimpleNamespace(now=60_000_020)
    monkeypatch.setattr("app.middleware.rate_limit.time", SimpleNamespace(time=lambda: found.now))
    return found


def ask(client: TestClient, forwarded: str, path: str = "/items") -> int:
    return client.get(path, headers={"X-Forwarded-For": forwarded}).status_code


def test_it_is_off(client: TestClient) -> None:
    """Unless somebody asks for it."""
    assert {ask(client, "1.1.1.1") for _ in range(30)} == {200}


def test_beyond_the_limit_a_client_is_refused_until_the_next_minute(serving: Serving, clock: SimpleNamespace) -> None:
    """429, and when to come back; another client is served meanwhile, and this one again in the next minute."""
    with serving(RATE_LIMIT="3") as client:
        assert [ask(client, "1.1.1.1") for _ in range(4)] == [200, 200, 200, 429]
        answer = client.get("/items", headers={"X-Forwarded-For": "1.1.1.1"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert ask(client, "2.2.2.2") == 200
        clock.now += 40
        assert ask(client, "1.1.1.1") == 200


def test_a_client_cannot_pretend_to_be_another(serving: Serving, clock: SimpleNamespace) -> None:
    """What counts is the address that the load balancer wrote last."""
    with serving(RATE_LIMIT="2") as client:
        assert [ask(client, f"9.9.9.{number}, 1.1.1.1") for number in range(3)] == [200, 200, 429]


def test_behind_two_proxies(serving: Serving, clock: SimpleNamespace) -> None:
    """With a CDN before the load balancer the last address is the CDN's, the client's the one before."""
    with serving(RATE_LIMIT="1", PROXIES="2") as client:
        codes = [ask(client, f"{address}, 130.176.0.1") for address in ("1.1.1.1", "2.2.2.2", "1.1.1.1")]
        assert codes == [200, 200, 429]


def test_health_checks_are_not_counted(serving: Serving, clock: SimpleNamespace) -> None:
    with serving(RATE_LIMIT="1") as client:
        assert {ask(client, "1.1.1.1", "/health/live") for _ in range(5)} == {200}


def test_without_the_cache_each_task_counts_alone(serving: Serving, clock: SimpleNamespace) -> None:
    """A client has the limit at every task then, and no more; the next minute begins anew."""
    with serving(RATE_LIMIT="2", CACHE_PORT=str(free_port())) as client:
        assert [ask(client, "1.1.1.1") for _ in range(3)] == [200, 200, 429]
        assert ask(client, "2.2.2.2") == 200
        clock.now += 40
        assert ask(client, "1.1.1.1") == 200
