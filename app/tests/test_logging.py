"""The log, as the platform's metric filters and saved queries read it."""

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.middleware.logging import RequestLog
from app.services.database import Database
from app.tests.conftest import Lines, Serving
from app.tests.servers import Environment, application, free_port, get
from app.tests.test_items import make
from app.utils.logging import JsonFormatter

pytestmark = pytest.mark.requirement("CP-APP-10")

#: What the ledger's saved queries parse: CP-LOG-10, -11 and -12.
ENDPOINT, DURATION, STATUS = '"path": "*"', "duration=*ms", "status=*"
TRAP = '"path": "/wrong" duration=1ms status=200'  #: a text that the queries would like to read


def parsed(line: str, pattern: str) -> str:
    """What `parse @message '…'` takes: a * is the text up to what follows it; at the end, all the rest."""
    before, _, after = (re.escape(part) for part in pattern.partition("*"))
    found = re.search(f"{before}(.*?){after}" if after else f"{before}(.*)", line)
    assert found, f"{pattern} is not in {line}"
    return found[1]


def read(line: str) -> tuple[str, float, str]:
    """What the three queries make of a line: endpoint, duration and the status' label, with its closing quote."""
    return parsed(line, ENDPOINT), float(parsed(line, DURATION)), parsed(line, STATUS)


def test_a_real_request_is_read_by_every_query_and_filter(clean: Environment, tmp_path: Path) -> None:
    """A request to the running application writes one line, and from it come path, duration and status."""
    with application(clean, tmp_path) as running:
        assert get(f"{running.url}/items").status_code == 200
        found = running.stop()
    [line] = [line for line in found if "Request completed" in line]  # the request filter counts one (CP-LOG-09)
    endpoint, duration, status = read(line)
    assert (endpoint, status) == ("/items", '200"}')
    fields = json.loads(line)
    assert fields["duration_ms"] == duration > 0  # the latency filter's value, $.duration_ms (CP-LOG-08)
    assert list(fields)[-1] == "message"
    assert fields["message"] == f"Request completed duration={duration}ms status=200"
    assert fields["level"] == "INFO"
    assert "ERROR" not in line


def test_a_real_failure_is_an_error_of_its_endpoint(clean: Environment, tmp_path: Path) -> None:
    """Without a database: the one line with ERROR (CP-LOG-07) has the path that the query groups by (CP-LOG-10)."""
    with application({**clean, "DATABASE_PORT": str(free_port())}, tmp_path) as running:
        assert get(f"{running.url}/items").status_code == 503
        found = running.stop()
    [line] = [line for line in found if "ERROR" in line]
    assert (read(line)[0], read(line)[2], json.loads(line)["level"]) == ("/items", '503"}', "ERROR")


def test_a_failure_of_ours_is_one_line(serving: Serving, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its traceback, whose text the queries do not take for fields."""

    def fail(_: Database) -> None:
        raise RuntimeError(TRAP)

    monkeypatch.setattr(Database, "transaction", fail)
    with serving() as client:
        client.get("/items/3")
    [line] = [line for line in lines.text() if "ERROR" in line]
    assert TRAP in json.loads(line)["exception"]
    endpoint, duration, status = read(line)
    assert (endpoint, status) == ("/items/{item_id}", '500"}')
    assert duration == json.loads(line)["duration_ms"]


def test_a_failure_within_an_answer_cuts_it(lines: Lines) -> None:
    """Half an answer cannot become another: the server is told, and the line says what was sent and why it broke."""

    async def break_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("halfway")

    async def nothing(*_: object) -> Any:
        return None

    scope = {"type": "http", "method": "GET", "path": "/items", "headers": []}
    with pytest.raises(RuntimeError, match="halfway"):
        asyncio.run(RequestLog(break_off)(scope, nothing, nothing))
    [line] = lines()
    assert (line["level"], line["status"]) == ("ERROR", 200)
    assert "halfway" in line["exception"]


@pytest.mark.parametrize("path", [f"/{TRAP}", f"/items?{TRAP}", f"/items/{TRAP}"])
def test_no_client_writes_our_fields(client: TestClient, lines: Lines, path: str) -> None:
    """Neither its path nor its headers stand in the line as it sent them."""
    answer = client.get(path, headers={"X-Amzn-Trace-Id": TRAP, "User-Agent": TRAP, "Authorization": "Bearer x"})
    [line] = [line for line in lines.text() if "Request completed" in line]
    endpoint, duration, status = read(line)
    assert endpoint in ("(none)", "/items", "/items/{item_id}")
    assert (duration, status) == (json.loads(line)["duration_ms"], f'{answer.status_code}"}}')
    assert "wrong" not in line
    assert "Bearer" not in line


def test_the_load_balancers_name_of_a_request_is_ours(client: TestClient, lines: Lines) -> None:
    """All lines of a request carry it, and so does the answer: its access log is found by it."""
    name = "1-67891233-abcdef012345678912345678"
    answer = client.get("/items", headers={"X-Amzn-Trace-Id": f"Self=1-67891234-12456789abcdef012345678a;Root={name}"})
    assert answer.headers["X-Request-Id"] == name
    assert {line["request_id"] for line in lines()} == {name}
    other = client.get("/items").headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", other)


def test_health_checks_are_logged_when_they_fail(serving: Serving, lines: Lines) -> None:
    """Else they would be most of the requests, and of the latencies."""
    with serving() as client:
        for path in ("/health", "/health/live", "/health/ready"):
            assert client.get(path).status_code == 200
        assert not [line for line in lines() if "status" in line]
        client.app.state.stopping = True
        client.get("/health")
    assert [(line["path"], line["status"], line["level"]) for line in lines() if "status" in line] == [
        ("/health", 503, "ERROR")
    ]


def test_what_clients_send_stays_out(client: TestClient, lines: Lines) -> None:
    """No body, no query, no address of an item."""
    made = make(client, name="Aunt Agatha")
    client.get(f"/items/{made['id']}?token=hunter2")
    client.post("/items", json={"name": "Aunt Agatha", "price": "hunter2"})
    assert len(lines()) >= 3
    assert not re.search("Agatha|hunter2", "\n".join(lines.text()))


def test_every_line_is_json_with_the_message_last(clean: Environment, tmp_path: Path) -> None:
    """The server's own lines too: nothing else is written, from the start to the stop."""
    with application(clean, tmp_path) as running:
        get(f"{running.url}/items")
        found = [json.loads(line) for line in running.stop()]
    assert {line["logger"] for line in found} >= {"app", "app.middleware.logging", "uvicorn.error"}
    assert {list(line)[-1] for line in found} == {"message"}
    assert {tuple(line)[:3] for line in found} == {("timestamp", "level", "logger")}


def test_a_line_stays_one_line() -> None:
    """Line breaks, quotes and characters of other scripts are escaped, the traceback's too."""
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, 'a "b"\nc %s', ("ü=1",), sys.exc_info())
    record.fields = {"path": "x=y\n"}
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line)["message"] == 'a "b"\nc ü=1'
    assert json.loads(line)["path"] == "x=y\n"
    assert line.count("=") == 1  # the message's
