"""The application under load while something breaks: what was accepted is kept, and nobody gets more than the limit.

`.venv/bin/python benchmarks/application.py [CHECKOUT]` runs the application of this or of another checkout against a
real PostgreSQL and Redis, all on the loopback, a few seconds for each thing that breaks. It prints a row for each, and
ends with 1 if an accepted item was lost or a client was served beyond its limit.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import asyncpg  # noqa: E402
import httpx2  # noqa: E402
from redis import Redis  # noqa: E402

from app.tests import servers  # noqa: E402

CLIENTS, SECONDS = 24, 5
LIMIT = 100  #: requests a minute, in the run that is about it
Environment = dict[str, str]


@dataclass
class Seen:
    """What the clients saw."""

    statuses: Counter[str] = field(default_factory=Counter[str])
    accepted: list[int] = field(default_factory=list[int])  #: ids of items that were answered with 201
    took: list[float] = field(default_factory=list[float])  #: seconds of each answer
    health: Counter[int] = field(default_factory=Counter[int])

    def high(self) -> float:
        """What 95 of 100 answers did not take longer than, in milliseconds."""
        return sorted(self.took)[int(len(self.took) * 0.95)] * 1000 if self.took else 0.0


async def ask(client: httpx2.AsyncClient, seen: Seen, method: str, path: str, **more: object) -> httpx2.Response | None:
    """One request. Without an answer there is nothing: refused before it was taken, or broken off."""
    started = time.perf_counter()
    try:
        answer = await client.request(method, path, **more)
    except httpx2.ConnectError:
        seen.statuses["refused"] += 1
        await asyncio.sleep(0.1)
        return None
    except httpx2.HTTPError:
        seen.statuses["no answer"] += 1
        return None
    seen.took.append(time.perf_counter() - started)
    seen.statuses[str(answer.status_code)] += 1
    return answer


async def customer(url: str, seen: Seen, until: float) -> None:
    """Makes items and reads them, one after the other, on a connection that is kept."""
    async with httpx2.AsyncClient(base_url=url, timeout=15) as client:
        while time.monotonic() < until:
            made = await ask(client, seen, "POST", "/items", json={"name": "Lamp", "price": "1.00"})
            if made is not None and made.status_code == 201:
                seen.accepted.append(made.json()["id"])
                await ask(client, seen, "GET", made.headers["Location"])


async def balancer(url: str, seen: Seen, until: float) -> None:
    """Asks for the health, as the load balancer does, but more often."""
    while time.monotonic() < until:
        async with httpx2.AsyncClient(base_url=url, timeout=5) as client:
            try:
                seen.health[(await client.get("/health")).status_code] += 1
            except httpx2.HTTPError:
                seen.health[0] += 1
        await asyncio.sleep(0.25)


async def kept(environment: Environment, seen: Seen) -> int:
    """How many of the accepted items the database has."""
    connection = await servers.connect(environment)
    found = await connection.fetchval("SELECT count(*) FROM items WHERE id = ANY($1)", seen.accepted)
    await connection.close()
    return found


def again(process: int, signal_: int, pause: float, words: list[str]) -> None:
    """End a server, and start it again after a while, in the same place and as the same user."""
    about = Path(f"/proc/{process}")
    where, who = (about / "cwd").resolve(), about.stat().st_uid
    os.kill(process, signal_)
    time.sleep(pause)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    user = {"user": who, "group": who, "extra_groups": []} if os.getuid() == 0 and who else {}
    STARTED.append(subprocess.Popen(words, cwd=where, **quiet, **user))


STARTED: list[subprocess.Popen[bytes]] = []


async def nothing(environment: Environment, process: int) -> None:
    """Nothing breaks."""


async def sigterm(environment: Environment, process: int) -> None:
    """The task is told to stop."""
    os.kill(process, signal.SIGTERM)


async def restart(environment: Environment, process: int) -> None:
    """PostgreSQL ends all connections at once, and is back a second later."""
    connection = await servers.connect(environment)
    backend = await connection.fetchval("SELECT pg_backend_pid()")
    [parent] = [line for line in Path(f"/proc/{backend}/status").read_text().splitlines() if line.startswith("PPid")]
    connection.terminate()
    process = int(parent.split()[1])
    about = Path(f"/proc/{process}")
    words = [os.fsdecode(each) for each in (about / "cmdline").read_bytes().split(b"\0")[:-1]]
    words[0], words[words.index("-D") + 1] = str((about / "exe").resolve()), str((about / "cwd").resolve())
    await asyncio.to_thread(again, process, signal.SIGINT, 1, words)


async def lose_cache(environment: Environment, process: int) -> None:
    """Redis is gone for a second, with all that it held."""
    with Redis(environment["CACHE_HOST"], int(environment["CACHE_PORT"]), password=environment["CACHE_TOKEN"]) as redis:
        found = redis.info("server")
    words = [found["executable"], found["config_file"]]
    await asyncio.to_thread(again, found["process_id"], signal.SIGKILL, 1, words)


async def lock(environment: Environment, process: int) -> None:
    """Somebody holds the table: every connection of the pool waits."""
    connection = await servers.connect(environment)
    async with connection.transaction():
        await connection.execute("LOCK TABLE items")
        await asyncio.sleep(3)
    await connection.close()


Break = Callable[[Environment, int], Awaitable[None]]


async def run(environment: Environment, running: servers.Application, broken: Break) -> tuple[Seen, int]:
    """Load for a few seconds; after the second one something breaks. What was seen, and how many items are kept."""
    seen, until = Seen(), time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(customer(running.url, seen, until))
        group.create_task(balancer(running.url, seen, until))
        await asyncio.sleep(2)
        await broken(environment, running.process.pid)
    for _ in range(50):
        try:
            return seen, await kept(environment, seen)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.2)
    raise TimeoutError


def main() -> int:
    """Run all and print a row each."""
    servers.ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).resolve()
    runs: list[tuple[str, Break, Environment]] = [
        ("nothing", nothing, {}),
        ("SIGTERM", sigterm, {"DRAIN_SECONDS": "2"}),
        ("database restarts", restart, {}),
        ("cache is lost", lose_cache, {}),
        ("table is locked", lock, {}),
        ("rate limit, cache is lost", lose_cache, {"RATE_LIMIT": str(LIMIT)}),
    ]
    wrong = 0
    print(f"{'what breaks':<26} {'201':>5} {'lost':>5} {'no answer':>9} {'95 %, ms':>9}  health, and other answers")
    with tempfile.TemporaryDirectory() as name, servers.postgresql() as database, servers.redis(Path(name)) as cache:
        always = {**database, **cache, "ENVIRONMENT": "load", "DATABASE_TLS": "false", "CACHE_TLS": "false"}
        always |= {"LOG_LEVEL": "error", "DRAIN_SECONDS": "0", "PATH": os.environ["PATH"]}
        migrate = [sys.executable, "-m", "alembic", "--config", "app/alembic.ini", "upgrade", "head"]
        subprocess.run(migrate, cwd=servers.ROOT, env=always, check=True, capture_output=True)
        for place, (words, broken, more) in enumerate(runs):
            folder = Path(name) / str(place)
            folder.mkdir()
            with servers.application({**always, **more}, folder) as running:
                seen, found = asyncio.run(run(always, running, broken))
            lost = len(seen.accepted) - found
            served = sum(
                count for status, count in seen.statuses.items() if status not in ("429", "no answer", "refused")
            )
            # The load may go over the end of a minute: two of them at most.
            wrong += lost + (bool(more.get("RATE_LIMIT")) and served > 2 * LIMIT)
            others = {
                status: count for status, count in seen.statuses.items() if status not in ("201", "200", "no answer")
            }
            print(f"{words:<26} {len(seen.accepted):>5} {lost:>5} {seen.statuses['no answer']:>9} {seen.high():>9.0f}"
                  f"  {dict(seen.health)} {others}", flush=True)  # fmt: skip
        for each in STARTED:
            each.send_signal(signal.SIGINT)
            each.wait(20)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
