"""The headers that every answer carries."""

import pytest
from fastapi.testclient import TestClient

from app.middleware.security import HEADERS
from app.services.database import Database

pytestmark = pytest.mark.requirement("CP-APP-09")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/items", 200),
        ("GET", "/items/1", 404),
        ("GET", "/items/x", 422),
        ("GET", "/nowhere", 404),
        ("PATCH", "/items", 405),
        ("DELETE", "/items", 405),
    ],
)
def test_every_answer_has_them(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_failure_has_them_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours, and nothing of what went wrong."""

    def fail(_: Database) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(Database, "transaction", fail)
    answer = client.get("/items")
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal Server Error"})
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_what_they_say() -> None:
    """HTTPS for two years, no content but ours, in nobody's frame, of the type that we say, kept by nobody."""
    assert HEADERS["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert HEADERS["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Cache-Control"] == "no-store"


def test_what_was_sent_is_not_sent_back(client: TestClient) -> None:
    """A complaint says where and what, and does not repeat the value: it may be a secret in the wrong field."""
    answer = client.post("/items", json={"name": "Lamp", "price": "hunter2"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
