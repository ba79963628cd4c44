"""The integration tests of a deployed environment, tried here: they hold, and each of them can fail."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from app.tests.servers import Environment
from scripts.integration import CHECKS, ApiAnswer, Ask, main, over_https, run

pytestmark = pytest.mark.requirement("CP-CICD-10", stacks=["staging"])


def inside(client: TestClient) -> Ask:
    """Asks the application in this process."""

    def ask(method: str, path: str, sent: object = None) -> ApiAnswer:
        found = client.request(method, path, json=sent)
        return ApiAnswer(found.status_code, found.headers, found.json() if found.content else None)

    return ask


def names(found: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in found}


def test_they_hold_and_leave_nothing_behind(client: TestClient) -> None:
    assert run(inside(client)) == []
    assert client.get("/items").json() == []


Change = Callable[[str, str, ApiAnswer], ApiAnswer]


def forgetful() -> Change:
    """A cache that keeps what it should forget."""
    kept: dict[str, ApiAnswer] = {}

    def change(method: str, path: str, found: ApiAnswer) -> ApiAnswer:
        one = method == "GET" and path.startswith("/items/") and found.status == 200
        return kept.setdefault(path, found) if one else found

    return change


FAULTS: list[tuple[Change, set[str]]] = [
    (forgetful(), {"what_is_replaced_is_new"}),
    (lambda method, path, found: ApiAnswer(500, {}, {}) if method == "POST" else found,
     {"what_is_written_is_read", "what_is_replaced_is_new", "what_is_deleted_is_gone", "nonsense_is_refused"}),
    (lambda method, path, found: ApiAnswer(200, found.headers, found.body) if found.status == 422 else found,
     {"nonsense_is_refused"}),
    (lambda method, path, found: ApiAnswer(found.status, {}, found.body), {"requests_have_a_name"}),
    (lambda method, path, found: ApiAnswer(200, {}, []) if path.startswith("/items?") else found,
     {"what_is_written_is_read"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), FAULTS)
def test_each_fault_fails_its_test(client: TestClient, change: Change, wanted: set[str]) -> None:
    """And nothing of ours stays, as long as items can be deleted."""
    asked = inside(client)
    assert names(run(lambda method, path, sent=None: change(method, path, asked(method, path, sent)))) == wanted


def test_a_lost_cache_is_noticed(client: TestClient, environment: Environment) -> None:
    """Which users only notice by its slowness."""
    port = int(environment["CACHE_PORT"])
    with Redis(environment["CACHE_HOST"], port, password=environment["CACHE_TOKEN"]) as redis:
        redis.execute_command("CLIENT", "PAUSE", "4000")
        found = run(inside(client))
        redis.execute_command("CLIENT", "UNPAUSE")
    assert "everything_answers" in names(found)


class Refusing(BaseHTTPRequestHandler):
    """A load balancer without tasks."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    do_POST = do_DELETE = do_PUT = do_GET  # noqa: N815, RUF100

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_over_http_whatever_fails_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Every check is tried, and the exit status says that not all hold."""
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        assert over_https(url)("GET", "/health").status == 503
        assert main([url]) == 1
        server.shutdown()
    assert capsys.readouterr().out.count("FAILED ") == len(CHECKS)
