"""A load balancer with a new version behind its rule for tests, and what ECS asks of the test."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from functions.test_deployment import handler

REVISION = "arn:aws:ecs:us-east-1:123456789012:service-revision/cluster/api/4"
PASSPHRASE = "p" * 40


class Version(BaseHTTPRequestHandler):
    """Answers with the next status, or the last one again, to whoever has the passphrase; 0 hangs up."""

    statuses: list[int]
    asked: list[str]

    def do_GET(self) -> None:
        here = type(self)
        here.asked.append(self.path)
        status = here.statuses.pop(0) if len(here.statuses) > 1 else here.statuses[0]
        if status:
            self.send_response(status if self.headers["X-Deployment-Test"] == PASSPHRASE else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def hook_event(url: str, status: str = "200", **details: Any) -> dict[str, Any]:
    """What ECS hands to the hook of a service."""
    return {
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/cluster/api",
            "targetServiceRevisionArn": REVISION,
            "testTrafficWeights": {REVISION: 100},
            "productionTrafficWeights": {REVISION: 0},
        },
        "executionId": "a1",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "hookDetails": {
            "url": url,
            "header": "X-Deployment-Test",
            "passphrase": PASSPHRASE,
            "status": status,
            **details,
        },
    }


@pytest.fixture
def version(serve: Any, trusted: None) -> Iterator[type[Version]]:
    """A new version over TLS, and its URL."""

    class Here(Version):
        statuses, asked = [200], []

    Here.url = f"https://localhost:{serve(Here)}/orders/health"  # pyright: ignore[reportAttributeAccessIssue]
    handler._pool.cache_clear()
    yield Here
    handler._pool().clear()
