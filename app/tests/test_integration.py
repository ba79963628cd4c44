"""The database's connections under stress: TLS, a rotated password, a lost connection, a full pool."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import boto3
import pytest
from moto import mock_aws
from redis import Redis
from sqlalchemy import text

from app.config import Settings
from app.services import database as module
from app.services.cache import Cache
from app.services.database import POOL, Database, Limits, UnavailableError
from app.tests.conftest import Lines, Serving
from app.tests.servers import Environment, Tls, administer
from app.tests.test_health import statuses
from app.tests.test_items import make

pytestmark = pytest.mark.requirement("CP-APP-04", "CP-APP-12")

T = TypeVar("T")
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'app'"


def using(use: Callable[[Database], Awaitable[T]]) -> T:
    """What happens with the database of the environment's settings."""

    async def run() -> T:
        database = Database(Settings())
        try:
            return await use(database)
        finally:
            await database.close()

    return asyncio.run(run())


# TLS.


@pytest.fixture
def encrypted(environment: Environment, tls: Tls, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both servers behind TLS, under the name of their certificate, whose authority is trusted."""
    with (
        tls.before(environment["DATABASE_PORT"], postgresql=True) as database,
        tls.before(environment["CACHE_PORT"]) as cache,
    ):
        for store, port in (("DATABASE", database), ("CACHE", cache)):
            monkeypatch.setenv(f"{store}_HOST", "localhost")
            monkeypatch.setenv(f"{store}_PORT", port)
            monkeypatch.setenv(f"{store}_TLS", "true")
        monkeypatch.setenv("DATABASE_CA", str(tls.authority))
        monkeypatch.setenv("SSL_CERT_FILE", str(tls.authority))  # what the system trusts, for the cache
        yield


@pytest.mark.requirement("CP-APP-05")
def test_with_tls_both_stores_answer(encrypted: None, serving: Serving) -> None:
    """Verified by the authority and the name."""
    with serving(DATABASE_TLS="true", CACHE_TLS="true") as client:
        assert statuses(client) == (200, "ok", "up", "up")


@pytest.mark.requirement("CP-APP-05")
@pytest.mark.parametrize(
    "change",
    [
        {"DATABASE_CA": "", "SSL_CERT_FILE": ""},
        {"DATABASE_HOST": "127.0.0.1", "CACHE_HOST": "127.0.0.1"},
        {"DATABASE_TLS": "false", "CACHE_TLS": "false"},
    ],
    ids=["unknown authority", "another name", "in clear"],
)
def test_without_trust_nothing_is_sent(
    encrypted: None, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    """Neither a certificate of somebody else's nor one for another name is taken, and nobody is reached in clear."""
    for name, value in change.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    with pytest.raises(UnavailableError):
        using(lambda database: database.check())

    async def ask() -> None:
        cache = Cache(Settings())
        try:
            await cache.check()
        finally:
            await cache.close()

    with pytest.raises(Exception, match=r"certificate verify failed|closed|reset"):
        asyncio.run(ask())


# A password that is rotated while tasks run.


@pytest.fixture
def secrets_manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Writes a password into the emulated secret of the environment, with the fields of the real one."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        name = Settings().credentials

        def write(password: str) -> None:
            value = json.dumps({"engine": "postgres", "username": "rotated", "password": password, "port": 5432})
            try:
                client.create_secret(Name=name, SecretString=value)
            except client.exceptions.ResourceExistsException:
                client.put_secret_value(SecretId=name, SecretString=value)

        yield write


@pytest.fixture
def rotated(clean: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Gives the application's user a new password; the application was started with `first`."""
    administer(clean, "CREATE ROLE rotated LOGIN PASSWORD 'first'")
    monkeypatch.setenv("DATABASE_USER", "rotated")
    monkeypatch.setenv("DATABASE_PASSWORD", "first")
    yield lambda password: administer(clean, f"ALTER ROLE rotated PASSWORD '{password}'")
    administer(clean, "DROP ROLE rotated")


@pytest.mark.requirement("CP-APP-03")
def test_a_rotated_password_needs_no_restart(
    rotated: Callable[[str], None], secrets_manager: Callable[[str], None]
) -> None:
    """New connections are refused with the password that ECS injected, and opened with the one of the secret; twice."""

    async def live(database: Database) -> None:
        await database.check()
        for password in ("second", "third"):
            await asyncio.to_thread(rotated, password)
            secrets_manager(password)
            await database.engine.dispose()  # whatever is open stays so: the next connection is a new one
            await database.check()

    using(live)


@pytest.mark.requirement("CP-APP-03")
def test_a_refused_password_without_a_new_one_is_an_outage(
    rotated: Callable[[str], None], secrets_manager: Callable[[str], None]
) -> None:
    """The secret cannot be read, or holds what is refused too: unavailable, and nothing worse."""
    rotated("second")
    with pytest.raises(UnavailableError):
        using(lambda database: database.check())
    secrets_manager("first")
    with pytest.raises(UnavailableError):
        using(lambda database: database.check())


# Connections.


def test_a_connection_that_the_server_closed_is_replaced(clean: Environment, serving: Serving) -> None:
    """As in a failover: the next request finds the pool's connection dead, and gets another without noticing."""
    with serving() as client:
        make(client)
        administer(clean, TERMINATE)
        assert client.get("/items/1").status_code == 200


def test_a_connection_that_breaks_in_a_transaction_is_an_outage(clean: Environment) -> None:
    """The client is told to come back; the next transaction has a new connection."""

    async def broken(database: Database) -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await asyncio.to_thread(administer, clean, TERMINATE)
            await session.execute(text("SELECT 1"))

    async def twice(database: Database) -> None:
        with pytest.raises(UnavailableError):
            await broken(database)
        await database.check()

    using(twice)


@pytest.mark.requirement("CP-APP-05")
def test_the_pools_are_closed_at_the_end(clean: Environment, serving: Serving) -> None:
    """Neither server has a connection of the application's left, though its process lives on."""

    async def count(database: Database) -> int:
        async with database.transaction() as session:
            query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app'")
            return (await session.scalars(query)).one()

    def clients() -> int:
        host, port, token = (clean[f"CACHE_{name}"] for name in ("HOST", "PORT", "TOKEN"))
        with Redis(host, int(port), password=token) as redis:
            return len(redis.client_list())

    with serving() as client:
        client.get(f"/items/{make(client)['id']}")
        assert (using(count), clients()) == (2, 2)  # the application's, and the one that counts
    assert (using(count), clients()) == (1, 1)
    assert client.app  # still there


def test_the_pool_is_bounded_and_waits(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many at once as it has; one more waits, and is told that there is none to spare."""
    monkeypatch.setattr(module, "WAIT", 0.2)

    async def crowd(database: Database) -> None:
        async def hold(free: asyncio.Event) -> None:
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
                await free.wait()

        free = asyncio.Event()
        holders = [asyncio.create_task(hold(free)) for _ in range(POOL)]
        while not database.exhausted:
            await asyncio.sleep(0.05)
        with pytest.raises(UnavailableError):
            await hold(free)
        await database.check()  # on a connection of its own
        free.set()
        await asyncio.gather(*holders)
        await hold(free)

    using(crowd)


def test_a_statement_that_takes_too_long_is_given_up(environment: Environment) -> None:
    """By the database itself, so that nothing goes on there that nobody waits for."""

    async def dawdle() -> None:
        database = Database(Settings(), Limits(statement=1, lock=0, answer=4))
        try:
            async with database.transaction() as session:
                await session.execute(text("SELECT pg_sleep(5)"))
        finally:
            await database.close()

    with pytest.raises(UnavailableError) as caught:
        asyncio.run(dawdle())
    assert "canceling statement due to statement timeout" in str(caught.value.__cause__)


def test_a_failure_undoes_what_was_written(serving: Serving) -> None:
    """A transaction is whole or nothing."""

    async def fail(database: Database) -> None:
        async with database.transaction() as session:
            await session.execute(text("UPDATE items SET name = 'Changed'"))
            raise LookupError

    with serving() as client:
        made = make(client)
        with pytest.raises(LookupError):
            using(fail)
        assert client.get(f"/items/{made['id']}").json() == made


@pytest.mark.requirement("CP-APP-08")
def test_without_the_database_a_client_is_told_to_come_back(serving: Serving, lines: Lines) -> None:
    """503 with Retry-After, and one line of level ERROR."""
    with serving(DATABASE_PORT="1") as client:
        answer = client.get("/items")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert [line["status"] for line in lines() if line["level"] == "ERROR"] == [503]
