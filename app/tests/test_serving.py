"""The application in a process of its own: how it stops, and what it needs of its machine."""

import asyncio
import signal
import threading
import time
from pathlib import Path

import asyncpg
import httpx2
import pytest

from app.tests.servers import Application, Environment, application, connect, get, post, until

pytestmark = pytest.mark.requirement("CP-APP-07")

#: Makes every attempt to write a file fail, as a read-only file system does.
READ_ONLY = """
import errno, os, sys
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
def refuse(event, arguments):
    if event in CHANGES or event == "open" and (arguments[2] or 0) & WRITING and arguments[0] != os.devnull:
        raise OSError(errno.EROFS, "Read-only file system", str(arguments[0]))
sys.addaudithook(refuse)
sys.dont_write_bytecode = True
"""


class Request:
    """A request whose answer the test does not wait for yet."""

    def __init__(self, url: str) -> None:
        self.status = 0
        self._thread = threading.Thread(target=self._ask, args=(url,))
        self._thread.start()

    def _ask(self, url: str) -> None:
        self.status = get(url, timeout=30).status_code

    def wait(self) -> int:
        self._thread.join(30)
        return self.status


def refused(running: Application) -> bool:
    try:
        get(f"{running.url}/health/live")
    except httpx2.ConnectError:
        return True
    return False


def test_it_stops_in_steps(clean: Environment, tmp_path: Path) -> None:
    """On SIGTERM it is not ready any more, serves on for the drain's time, then takes no new connections, answers the
    request that is running, closes its pools and ends with 0."""

    async def watch(running: Application) -> None:
        observer, lock = await connect(clean), await connect(clean)
        async with lock.transaction():
            await lock.execute("LOCK TABLE items")  # holds the request up
            request = Request(f"{running.url}/items")
            while not await waiting(observer):
                await asyncio.sleep(0.05)

            running.process.send_signal(signal.SIGTERM)
            for path in ("/health/ready", "/health"):
                answer = await asyncio.to_thread(get, running.url + path)
                assert (answer.status_code, answer.json()["status"]) == (503, "stopping")
            assert (await asyncio.to_thread(get, f"{running.url}/health/live")).status_code == 200
            assert (await asyncio.to_thread(get, f"{running.url}/nowhere")).status_code == 404  # it serves on

            while not await asyncio.to_thread(refused, running):
                await asyncio.sleep(0.05)
            assert running.process.poll() is None  # it still waits for the one request
            assert request.status == 0
        assert await asyncio.to_thread(request.wait) == 200
        assert await asyncio.to_thread(running.process.wait, 20) == 0
        assert await connections(observer) == 0
        await observer.close()
        await lock.close()

    with application({**clean, "DRAIN_SECONDS": "1"}, tmp_path, warm=False) as running:
        asyncio.run(asyncio.wait_for(watch(running), 60))
        lines = running.output.read_text().splitlines()
    order = [
        next(i for i, line in enumerate(lines) if words in line)
        for words in ("Started in", '"path": "/items"', "Stopped")
    ]
    assert order == sorted(order)


async def waiting(connection: asyncpg.Connection) -> int:
    return await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app' AND wait_event_type = 'Lock'"
    )


async def connections(connection: asyncpg.Connection) -> int:
    return await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app'")


def test_a_second_signal_ends_the_drain(clean: Environment, tmp_path: Path) -> None:
    """Whoever stops it by hand need not wait."""
    with application({**clean, "DRAIN_SECONDS": "60"}, tmp_path) as running:
        running.process.send_signal(signal.SIGINT)
        until_stopping(running)
        started = time.monotonic()
        running.stop()
        assert time.monotonic() - started < 20


def until_stopping(running: Application) -> None:
    def ask() -> None:
        if get(f"{running.url}/health/ready").status_code != 503:
            raise OSError

    until(ask)


def test_it_writes_nothing(clean: Environment, tmp_path: Path) -> None:
    """Where each attempt to write a file fails it starts, works and stops: the task's root file system is read-only."""
    with application(clean, tmp_path, READ_ONLY, warm=False) as running:
        made = post(f"{running.url}/items", json={"name": "Lamp", "price": 1, "description": "x" * 1000})
        assert made.status_code == 201
        assert get(running.url + made.headers["Location"]).json() == made.json()
        assert get(f"{running.url}/health").json()["status"] == "ok"
        assert not [line for line in running.stop() if "Read-only" in line]


def test_the_hook_does_refuse(clean: Environment, tmp_path: Path) -> None:
    """What the test above relies on: a program that writes a file ends at once."""
    prelude = f"{READ_ONLY}\nopen({str(tmp_path / 'x')!r}, 'w')"
    with pytest.raises(AssertionError, match="Read-only file system"), application(clean, tmp_path, prelude):
        pass


@pytest.mark.requirement("CP-APP-03")
def test_it_does_not_start_without_its_configuration(clean: Environment, tmp_path: Path) -> None:
    """It ends at once and says what is missing, without the secrets that are there."""
    incomplete = {name: value for name, value in clean.items() if name != "DATABASE_HOST"}
    with pytest.raises(AssertionError, match="database_host") as caught, application(incomplete, tmp_path):
        pass
    assert clean["DATABASE_PASSWORD"] not in str(caught.value)


def test_it_names_neither_server_nor_version(clean: Environment, tmp_path: Path) -> None:
    with application(clean, tmp_path) as running:
        headers = get(f"{running.url}/health/live").headers
    assert "server" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
