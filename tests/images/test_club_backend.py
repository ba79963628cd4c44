"""CA: the backend's image as a process, with the secrets in the forms that the stack gives them."""

import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis import Redis

from app.tests import servers
from app.tests.servers import administer
from backend.variables import BackendVariables
from tests.images.processes import answering, ask, started
from tests.requirements.systems.shapes import containers
from tests.stacks import BLUEPRINTS, recorded

IMAGE = BLUEPRINTS / "club-app/images/backend"


@contextmanager
def sentry() -> Iterator[tuple[str, list[str]]]:
    """A server that takes what Sentry's client sends: its DSN, and what came."""
    came: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://key@127.0.0.1:{server.server_address[1]}/1", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def credentials(server: servers.Environment) -> str:
    """The secret's text, with the six keys that the rotation writes."""
    keys = {"host": "HOST", "port": "PORT", "username": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return json.dumps({"engine": "postgres", **{key: server[f"DATABASE_{name}"] for key, name in keys.items()}})


@pytest.mark.requirement("CA-APP-01", stacks=["club-app/dev"])
def test_the_container_answers(database_server: servers.Environment, redis_url: str, tmp_path: Path) -> None:
    """By its image's command with its container's variables: 200 on /health; members in PostgreSQL and Redis; what
    fails is told to Sentry."""
    [container] = containers(recorded("club-app/dev", True))
    given = {each["name"]: each["value"] for each in container["environment"]}
    assert given["PORT"] == "3000"
    assert [each["containerPort"] for each in container["portMappings"]] == [3000]
    lines = (IMAGE / "Dockerfile").read_text().splitlines()
    [command] = [json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD ")]
    port, database = servers.free_port(), credentials(database_server)
    with sentry() as (dsn, came):
        own = {"PORT": str(port), "DATABASE_URL": database, "REDIS_URL": redis_url, "SENTRY_DSN": dsn}
        with started(command, IMAGE, given | own, tmp_path / "output") as program:
            url = f"http://127.0.0.1:{port}"
            answering(f"{url}/health", program)
            assert ask(f"{url}/health").status == 200
            assert ask(f"{url}/members/1").status == 500  # there is no table yet
            number = ask(f"{url}/members", {"name": "Ada"}).body["id"]
            for _ in range(2):
                assert ask(f"{url}/members/{number}").body == {"id": number, "name": "Ada"}
            assert ask(f"{url}/members/0").status == 404
            with Redis.from_url(redis_url) as client:
                assert client.get(f"member:{number}") == b"Ada"
            program.stop()
        administer(database_server, "DROP TABLE members")
        assert any("UndefinedTableError" in each for each in came)


def test_it_listens_on_3000_unless_it_is_told() -> None:
    found = BackendVariables(database_url=SecretStr("{}"), redis_url=SecretStr("redis://x"))
    assert found.port == 3000
    assert "\nEXPOSE 3000\n" in (IMAGE / "Dockerfile").read_text()
