"""What the acceptance tests ask the web with."""

import contextlib
import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.acceptance import test_application, test_network, test_security
from tests.acceptance.deployed import Web


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(301 if self.path == "/moved" else 404 if self.path == "/none" else 200)
        self.send_header("Location", "https://example.com/")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: Any) -> None:
        """Quietly."""


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_web_is_asked_as_it_is() -> None:
    """Statuses as they come, redirects unfollowed, a closed port is closed."""
    with serving() as port:
        found = [Web().ask(f"http://127.0.0.1:{port}{path}") for path in ("/", "/moved", "/none")]
        assert [each.status for each in found] == [200, 301, 404]
        assert found[1].headers["location"] == "https://example.com/"
        assert found[0].body == b"[]"
        assert Web().connects("127.0.0.1", port)
    assert not Web().connects("127.0.0.1", port)


def test_only_what_the_server_speaks_is_spoken() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as port:
        spoken = [Web().speaks("127.0.0.1", port, each) for each in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2)]
    assert spoken == [False, True]


def test_the_look_from_inside_says_what_it_reaches(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The programs that a task runs are run here: they are text until then."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        places = [f"127.0.0.1:{port}", "127.0.0.1:1"]
        subprocess.run([sys.executable, "-c", test_network.REACH, *places], check=True)
    assert json.loads(capfd.readouterr().out) == {places[0]: "127.0.0.1", places[1]: ""}
    subprocess.run([sys.executable, "-c", test_application.LOAD, "1", "1"], check=True)
    compile(test_security.READ, "READ", "exec")
