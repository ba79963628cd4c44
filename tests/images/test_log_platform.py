"""AA: the log platform's images, from a device's request to what the dashboard asks."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import ConnectionError as NoConnectionError

from app.tests import servers
from src.core.metrics import METRICS
from src.core.queue import DEAD, INGESTED, QUEUE, alive, processing
from src.core.variables import TaskVariables
from src.services import init_db
from src.services.redis_consumer import Consumer, feeds
from src.services.threat_feeds import PlainFeedError, fetch
from tests.images.processes import ImageProcess, answering, ask, started
from tests.requirements.systems.shapes import definitions
from tests.stacks import BLUEPRINTS, recorded

IMAGES = BLUEPRINTS / "afric-analyzer/images"
SECRET, KEY = "only-in-this-test-and-32-signs-long", "device-key"
STACKS = [f"afric-analyzer/{each}" for each in ("starter", "staging", "prod")]


@pytest.fixture(scope="module")
def database_url(database_server: servers.Environment, monkeypatch_module: pytest.MonkeyPatch) -> str:
    """siem_db after its script, which is run twice; its role is, as in RDS, none that policies spare."""

    async def make() -> None:
        connection = await servers.connect(database_server)
        for statement in (
            "DROP DATABASE IF EXISTS siem_db",
            "DROP ROLE IF EXISTS siem",
            f"CREATE ROLE siem LOGIN PASSWORD '{SECRET}'",
            "CREATE DATABASE siem_db OWNER siem",
        ):
            await connection.execute(statement)
        await connection.close()

    asyncio.run(make())
    place = f"{database_server['DATABASE_HOST']}:{database_server['DATABASE_PORT']}"
    url = f"postgresql://siem:{SECRET}@{place}/siem_db"
    monkeypatch_module.setenv("DATABASE_URL", url)
    monkeypatch_module.setenv("REDIS_URL", "redis://nobody")
    for _ in range(2):
        asyncio.run(init_db.main(IMAGES / "repo2/init_db.sql"))
    return url


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def queue(redis_url: str, database_url: str) -> Iterator[Redis]:
    """An empty queue before empty tables."""

    async def empty() -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute("TRUNCATE logs, alerts")
        await connection.close()

    asyncio.run(empty())
    with Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


def entry(message: str, severity: str = "low", tenant: str = "default") -> str:
    """A log as the ingestion writes it."""
    found = {"id": str(uuid.uuid4()), "tenant": tenant, "received": "2026-01-01T00:00:00+00:00"}
    return json.dumps({**found, "source": "192.0.2.7", "severity": severity, "message": message})


@dataclass
class Told:
    """CloudWatch, as far as it is told."""

    calls: list[dict[str, Any]]

    def put_metric_data(self, **given: Any) -> None:
        self.calls.append(given)


def consuming(redis_url: str, database_url: str, work: Callable[[Consumer], Awaitable[Any]], told: Told) -> Any:
    """What some work of a new consumer gives; then the consumer is gone, as one that was killed is."""

    async def run() -> Any:
        variables = TaskVariables(redis_url=SecretStr(redis_url), batch_size=3, batch_timeout_ms=100)
        redis = AsyncRedis.from_url(redis_url)
        async with asyncpg.create_pool(database_url, min_size=0, max_size=1) as pool:
            try:
                return await work(Consumer(redis, pool, told, variables))
            finally:
                await redis.aclose()

    return asyncio.run(run())


def stored(database_url: str, tenant: str = "default") -> list[str]:
    """The messages of a tenant, in their order."""

    async def look() -> list[str]:
        connection = await asyncpg.connect(database_url)
        await connection.execute("SELECT set_config('app.tenant', $1, false)", tenant)
        found = await connection.fetch("SELECT message FROM logs ORDER BY message")
        await connection.close()
        return [each["message"] for each in found]

    return asyncio.run(look())


@pytest.mark.requirement("AA-APP-03", stacks=STACKS)
def test_the_consumer_tells_the_queues_depth(queue: Redis, redis_url: str, database_url: str) -> None:
    """The list's length, under the name, unit and dimensions that the stack's scaling watches."""
    queue.lpush(QUEUE, *(entry(str(number)) for number in range(7)))
    told = Told([])
    consuming(redis_url, database_url, lambda it: it.tell(), told)
    [call] = told.calls
    assert call["Namespace"] == "SIEM/Application"
    [depth] = [each for each in call["MetricData"] if each["MetricName"] == "QueueDepth"]
    dimensions = [{"Name": "QueueName", "Value": "clean"}, {"Name": "TenantId", "Value": "default"}]
    assert depth == {"MetricName": "QueueDepth", "Value": 7, "Unit": "Count", "Dimensions": dimensions}


def test_every_metric_is_told_with_its_value(queue: Redis, redis_url: str, database_url: str) -> None:
    """Two logs of one tenant, an alert, a dead letter, three that came in: all that the list of metrics names."""
    queue.lpush(QUEUE, entry("a", "high"), entry("b"), "no log")
    queue.set(INGESTED, 3)
    told = Told([])

    async def work(consumer: Consumer) -> None:
        await consumer.finish(await consumer.take())
        await consumer.tell()
        await consumer.tell()

    consuming(redis_url, database_url, work, told)
    first, second = ({(each["MetricName"], *(it["Value"] for it in each["Dimensions"])): each["Value"]
                      for each in call["MetricData"]} for call in told.calls)  # fmt: skip
    assert first.keys() == {(each.name, *each.dimensions.values()) for each in METRICS}
    assert first.pop(("ProcessingLatency",)) > 0
    quiet = {("AlertsGenerated", each): 0 for each in ("critical", "medium", "low")}
    assert first == {("QueueDepth", "clean", "default"): 0, ("LogsIngested",): 3, ("LogsProcessed",): 2,
                     ("DeadLetters",): 1, ("ActiveTenants",): 1, ("AlertsGenerated", "high"): 1, **quiet}  # fmt: skip
    assert set(second.values()) == {0}
    assert queue.lrange(DEAD, 0, -1) == [b"no log"]


async def _store_only(consumer: Consumer) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise ConnectionError

    batch = await consumer.take()
    consumer.redis.pipeline = gone
    with pytest.raises(ConnectionError):
        await consumer.finish(batch)


async def _work_off(consumer: Consumer) -> None:
    await consumer.recover()
    while batch := await consumer.take():
        await consumer.finish(batch)


@pytest.mark.requirement("AA-APP-08", stacks=STACKS)
@pytest.mark.parametrize("killed", [Consumer.take, _store_only], ids=["before it stored", "after it stored"])
def test_a_killed_consumer_loses_nothing(
    queue: Redis, redis_url: str, database_url: str, killed: Callable[[Consumer], Awaitable[Any]]
) -> None:
    """What it held goes back to the queue, once it says nothing any more; the next one stores each log once."""
    queue.lpush(QUEUE, *(entry(str(number)) for number in range(8)))
    told = Told([])
    consuming(redis_url, database_url, killed, told)
    [held] = list(queue.scan_iter(processing("*")))
    assert queue.llen(held) == 3
    queue.set(alive(held.decode().rpartition(":")[2]), 1)
    consuming(redis_url, database_url, _work_off, told)
    assert queue.llen(held) == 3, "taken from one that lives"
    queue.delete(alive(held.decode().rpartition(":")[2]))
    consuming(redis_url, database_url, _work_off, told)
    assert stored(database_url) == [str(number) for number in range(8)]
    assert queue.keys(processing("*")) == []
    assert queue.llen(QUEUE) == 0


def test_a_database_that_fails_keeps_the_batch(queue: Redis, redis_url: str, database_url: str) -> None:
    queue.lpush(QUEUE, entry("kept"))

    async def work(consumer: Consumer) -> None:
        first = await consumer.take()
        pool, consumer.pool = consumer.pool, None
        with pytest.raises(AttributeError):
            await consumer.finish(first)
        consumer.pool = pool
        assert await consumer.take() == first
        await consumer.finish(first)

    consuming(redis_url, database_url, work, Told([]))
    assert stored(database_url) == ["kept"]


@pytest.mark.requirement("AA-APP-06", stacks=STACKS)
def test_the_urls_scheme_alone_decides_on_tls(cache_server: servers.Environment, tmp_path: Path) -> None:
    """rediss:// over verified TLS, redis:// in clear, both to database 0, by the same line of code."""
    tls, password = servers.Tls(tmp_path), cache_server["CACHE_TOKEN"]

    def ping(url: str) -> bool:
        async def run() -> bool:
            client = TaskVariables(redis_url=SecretStr(url)).redis()
            assert client.connection_pool.connection_kwargs["db"] == 0
            try:
                return bool(await client.ping())
            finally:
                await client.aclose()

        return asyncio.run(run())

    plain = f"redis://:{password}@127.0.0.1:{cache_server['CACHE_PORT']}/0"
    assert ping(plain)
    with tls.before(cache_server["CACHE_PORT"]) as port:
        secure = f"rediss://:{password}@localhost:{port}/0"
        assert ping(f"{secure}?ssl_ca_certs={tls.authority}")
        with pytest.raises(NoConnectionError):  # an authority that nobody trusts
            ping(secure)


def test_threat_lists_come_over_https() -> None:
    text = "# list\n192.0.2.7 # seen today\nnonsense\n2001:db8::1\n"
    assert fetch("https://feed.example/list", lambda _: text) == {"192.0.2.7", "2001:db8::1"}
    with pytest.raises(PlainFeedError):
        fetch("http://feed.example/list", lambda _: text)
    assert feeds("http://feed.example/list") == frozenset()


def test_row_level_security_shows_a_tenant_its_own_alone(queue: Redis, redis_url: str, database_url: str) -> None:
    queue.lpush(QUEUE, entry("ours", tenant="one"), entry("theirs", tenant="two"))
    consuming(redis_url, database_url, _work_off, Told([]))
    assert [stored(database_url, each) for each in ("one", "two", "three", "")] == [["ours"], ["theirs"], [], []]


# The three services, as processes.


@dataclass(frozen=True)
class PlatformProcesses:
    """Them, and where the APIs answer."""

    ingest: str
    analyse: str
    programs: dict[str, ImageProcess]


@pytest.fixture(scope="module")
def services(
    redis_url: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlatformProcesses]:
    """Each by its container's command in the stack, or its image's; on other ports."""
    folder, ports = tmp_path_factory.mktemp("services"), [servers.free_port() for _ in range(2)]
    stack = recorded("afric-analyzer/starter", True)
    api, consumer = (definitions(stack, each)[0]["command"] for each in ("repo2-api", "repo2-consumer"))
    lines = (IMAGES / "repo1/Dockerfile").read_text().splitlines()
    [ingest] = [json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD ")]
    secrets = {"REDIS_URL": redis_url, "DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    aws = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1", "AWS_REGION": "eu-west-1",
           "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}  # fmt: skip
    log = {"UVICORN_LOG_CONFIG": str(IMAGES / "logging.json")}
    wanted = {
        "repo1-api": ([*ingest[:-1], str(ports[0])], {"REDIS_URL": redis_url, "API_KEYS": f"acme={KEY}", **log}),
        "repo2-api": ([*api[:-1], str(ports[1])], secrets | log),
        "repo2-consumer": (consumer, secrets | aws | {"BATCH_SIZE": "100", "BATCH_TIMEOUT_MS": "1000"}),
    }
    with ExitStack() as stack_:
        programs = {
            name: stack_.enter_context(started(command, IMAGES, given, folder / name))
            for name, (command, given) in wanted.items()
        }
        found = PlatformProcesses(f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}", programs)
        answering(f"{found.ingest}/health", programs["repo1-api"])
        answering(f"{found.analyse}/health/live", programs["repo2-api"])
        yield found


def token(tenant: str, ends: float, key: str = SECRET) -> str:
    """What the dashboard's session holds."""
    return jwt.encode({"alg": "HS256"}, {"tenant": tenant, "exp": int(ends)}, OctKey.import_key(key))


def test_from_a_device_to_the_dashboard(queue: Redis, services: PlatformProcesses) -> None:
    """Through repo1, Redis, the consumer, PostgreSQL and repo2; with the right key and token alone."""
    logs = {"logs": [{"source": "192.0.2.7", "message": "login refused", "severity": "high"}]}
    assert ask(f"{services.ingest}/api/logs/ingest", logs, X_API_Key="wrong").status == 401
    assert ask(f"{services.ingest}/api/logs/ingest", {"logs": []}, X_API_Key=KEY).status == 422
    answer = ask(f"{services.ingest}/api/logs/ingest", logs, X_API_Key=KEY)
    assert answer.status == 202
    later = time.time() + 600
    session = {"Authorization": f"Bearer {token('acme', later)}"}

    def arrived() -> None:
        if not ask(f"{services.analyse}/api/v1/logs?search=refused", **session).body:
            raise OSError("not yet")

    servers.until(arrived, 30)
    [found] = ask(f"{services.analyse}/api/v1/logs?search=refused", **session).body
    assert (found["id"], found["message"]) == (answer.body["ids"][0], "login refused")
    assert ask(f"{services.analyse}/stats", **session).body == {"high": 1}
    [alert] = ask(f"{services.analyse}/alerts", **session).body
    assert alert["reason"] == "its severity is high"
    other = {"Authorization": f"Bearer {token('other', later)}"}
    assert ask(f"{services.analyse}/api/v1/logs", **other).body == []
    for wrong in (token("acme", time.time() - 600), token("acme", later, "another-key-of-at-least-32-signs-x"), ""):
        assert ask(f"{services.analyse}/stats", Authorization=f"Bearer {wrong}").status == 401
    assert ask(f"{services.ingest}/admin/queue", X_API_Key=KEY).body == {"waiting": 0, "dead": 0}
    for url in (f"{services.ingest}/health", f"{services.analyse}/health/live", f"{services.analyse}/health/ready"):
        assert ask(url).status == 200


@pytest.mark.requirement("AA-LOG-02", stacks=STACKS)
def test_every_line_is_json_to_the_last(queue: Redis, services: PlatformProcesses) -> None:
    """Of all three, from the start to SIGTERM, after which each ends with 0 and the consumer's work is done.

    CloudWatch cannot be reached here, which is a line in the log and stops nothing.
    """
    queue.lpush(QUEUE, *(entry(str(number)) for number in range(250)))
    found = {name: [json.loads(line) for line in program.stop()] for name, program in services.programs.items()}
    for name, lines in found.items():
        assert lines, name
        assert all({"timestamp", "level", "logger", "message"} <= line.keys() for line in lines), name
    assert any("POST /api/logs/ingest" in line["message"] for line in found["repo1-api"])
    assert found["repo2-consumer"][-1]["message"] == "Stopped"
    assert any(line["message"] == "CloudWatch was not told" for line in found["repo2-consumer"])
    assert queue.keys(processing("*")) == []
