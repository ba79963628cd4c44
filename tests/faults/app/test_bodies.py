"""Bodies beyond all measure, and the end of a task while clients keep their connections."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.middleware.body_limit import LONGEST
from app.tests.conftest import Serving
from app.tests.servers import Environment, application
from app.tests.test_items import LAMP
from tests.faults.table import Fault, fault, faults

MEGABYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}


@faults(
    "app",
    Fault(name="said", broken="a body of 150 MB that says so", holds="413 before it is read",
          given={"Content-Length": str(150 * MEGABYTE)}),
    Fault(name="digits", broken="a length of 5000 digits", holds="413 before it is read",
          given={"Content-Length": "9" * 5000}),
)  # fmt: skip
def test_a_length_beyond_measure_is_refused(client: TestClient, fault: Fault) -> None:
    answer = client.post("/items", content=b"{}", headers=fault.given)
    assert (answer.status_code, answer.json()) == (413, {"detail": "The body is too long."})


@fault("app", "a body without a length that does not end", "413 as soon as the limit is passed")
def test_a_body_without_end(client: TestClient) -> None:
    sent = [0]

    def parts() -> Iterator[bytes]:
        for _ in range(64):
            sent[0] += 1
            yield b"x" * 4096

    assert client.post("/items", content=parts()).status_code == 413


@faults(
    "app",
    Fault(name="fits", broken="a body of just the limit", holds="it is read", given=(0, 201)),
    Fault(name="over", broken="a body one byte longer than the limit", holds="413", given=(1, 413)),
)
def test_the_limit_is_where_it_is(client: TestClient, fault: Fault) -> None:
    more, status = fault.given
    body = b'{"name": "Lamp", "price": 1}'
    assert client.post("/items", content=body + b" " * (LONGEST + more - len(body)), headers=JSON).status_code == status


@fault("app", "the longest item, every character escaped", "it is kept")
def test_the_longest_item_fits(client: TestClient) -> None:
    lamp = "\N{ELECTRIC LIGHT BULB}"
    text = json.dumps({"name": lamp * 100, "description": lamp * 1000, "price": "1.00"})
    assert (text.isascii(), len(text) > 12 * 1100) == (True, True)
    assert client.post("/items", content=text.encode(), headers=JSON).status_code == 201


@pytest.mark.parametrize("chunked", [False, True])
@fault("app", "150 MB are sent", "the process grows by a few MB at most")
def test_a_huge_body_is_not_held(clean: Environment, tmp_path: Path, chunked: bool) -> None:
    """What the kernel says was its largest size: before, it grew by more than three times the body."""
    with application(clean, tmp_path) as running:
        host = running.url.removeprefix("http://")
        assert status(host, b"POST /items HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}") == 422
        before = largest(running.process.pid)
        kind = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {150 * MEGABYTE}"
        part = b"10000\r\n" + b"x" * 65536 + b"\r\n" if chunked else b"x" * 65536
        head = f"POST /items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{kind}\r\n\r\n".encode()
        assert status(host, head, part, 150 * MEGABYTE // 65536) == 413
        assert largest(running.process.pid) - before < 8


def status(host: str, head: bytes, part: bytes = b"", times: int = 0) -> int:
    """What is answered, however much of the body the server takes."""
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), 20) as connection:
        connection.sendall(head)
        try:
            for _ in range(times):
                connection.sendall(part)
        except OSError:
            pass  # it has answered and closed
        try:
            return int(connection.makefile("rb").readline().split()[1])
        except (OSError, IndexError):
            return 413 if times else 0  # the answer was lost with the connection, as TCP has it


def largest(process: int) -> float:
    """The most memory that a process had, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


@fault("app", "a client keeps its connection while the task stops", "each answer says that it is the last")
def test_a_task_that_stops_says_so(clean: Environment, tmp_path: Path) -> None:
    with application({**clean, "DRAIN_SECONDS": "5"}, tmp_path) as running:
        connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=10)
        for _ in range(2):
            connection.request("GET", "/items")
            answer = connection.getresponse()
            answer.read()
            assert answer.getheader("Connection") is None
        running.process.terminate()
        time.sleep(0.5)
        connection.request("GET", "/items")
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.getheader("Connection")) == (200, "close")
        running.process.terminate()
        assert running.process.wait(20) == 0


@fault("app", "a client has connected but not yet asked when the task takes no more", "it is answered")
def test_who_was_let_in_is_heard(clean: Environment, tmp_path: Path) -> None:
    """What happens to a request whose first byte is on its way at the end of the drain."""
    with application({**clean, "DRAIN_SECONDS": "0.2"}, tmp_path) as running:
        name, _, port = running.url.removeprefix("http://").partition(":")
        address = (name, int(port))
        with socket.create_connection(address, 20) as late:
            time.sleep(0.2)  # it is taken
            running.process.terminate()
            until_refused(address)
            late.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = late.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in answer.lower()
        assert running.process.wait(20) == 0


def until_refused(address: tuple[str, int]) -> None:
    """Wait until nobody is let in any more."""
    for _ in range(200):
        try:
            socket.create_connection(address, 1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("it still takes connections")


@fault("app", "a task that does not stop answers", "connections are kept")
def test_a_running_task_keeps_connections(serving: Serving) -> None:
    with serving() as client:
        assert "connection" not in client.post("/items", json=LAMP).headers
