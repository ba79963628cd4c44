"""A database that is slow, full, busy, or says no, and health checks meanwhile."""

import asyncio
import threading
from collections.abc import Iterator

import boto3
import pytest
from fastapi.testclient import TestClient
from moto import mock_aws
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.routers import health
from app.services.database import CONNECTIONS, POOL, Database, Limits, UnavailableError
from app.tests.conftest import Serving
from app.tests.servers import Environment, administer, connect, silent
from app.tests.test_health import statuses
from app.tests.test_integration import using
from app.tests.test_items import LAMP, make
from tests.faults.table import Fault, fault, faults
from tests.quick_moto import quicken

BUSY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app' AND wait_event_type = 'Lock'"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database gives a statement up after a second."""
    limits = Limits(statement=1, lock=0, answer=4)
    monkeypatch.setattr("app.main.Database", lambda settings: Database(settings, limits))


@pytest.fixture
def locked(clean: Environment) -> Iterator[None]:
    """Somebody else holds the table: requests hang in the database."""
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(connect(clean))
    loop.run_until_complete(connection.execute("BEGIN; LOCK TABLE items"))
    yield
    loop.run_until_complete(connection.close())
    loop.close()


@fault("app", "a statement takes too long", "503 with Retry-After, no error of ours")
def test_a_statement_that_is_given_up(impatient: None, serving: Serving, locked: None) -> None:
    with serving() as client:
        answer = client.get("/items")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json() == {"detail": "Try again later."}


@fault("app", "requests use all connections of the pool", "health is degraded and 200: no task is replaced for it")
def test_a_busy_task_is_not_a_dead_one(serving: Serving, locked: None, clean: Environment) -> None:
    with serving() as client:
        threads = [threading.Thread(target=client.get, args=("/items",)) for _ in range(POOL)]
        for thread in threads:
            thread.start()
        while client.app.state.database.exhausted is False:
            pass
        assert statuses(client) == (200, "degraded", "busy", "up")
        assert client.get("/health/live").status_code == 200
        for thread in threads:
            thread.join()
        assert statuses(client) == (200, "ok", "up", "up")


@fault("app", "all connections of a task are open", "there are as many as the stack files reckon with")
def test_a_task_has_so_many_connections(clean: Environment) -> None:
    async def crowd(database: Database) -> int:
        async def hold(free: asyncio.Event) -> None:
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
                await free.wait()

        free = asyncio.Event()
        holders = [asyncio.create_task(hold(free)) for _ in range(POOL)]
        while not database.exhausted:
            await asyncio.sleep(0.05)
        await database.check()
        observer = await connect(clean)
        count = await observer.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app'")
        await observer.close()
        free.set()
        await asyncio.gather(*holders)
        return count

    assert using(crowd) == CONNECTIONS


@faults(
    "app",
    *(
        Fault(name=state, broken=f"the database answers {state}: {words}", holds="503: the client comes back")
        for state, words in {
            "40P01": "a deadlock",
            "40001": "a transaction in no order",
            "55P03": "a lock that is not free",
            "25006": "it is a replica now",
            "53100": "its disk is full",
            "53200": "no memory",
            "53300": "too many connections",
            "53400": "a limit is reached",
            "57014": "it gave the statement up",
            "57P01": "it is shut down",
            "57P03": "it is starting",
            "58030": "it cannot read its disk",
        }.items()
    ),
)
def test_what_passes_is_unavailability(environment: Environment, fault: Fault) -> None:
    """The database itself raises it."""
    with pytest.raises(UnavailableError):
        using(lambda database: raising(database, fault.name))


@faults(
    "app",
    Fault(name="23505", broken="the database finds a duplicate", holds="it is an error of ours, and told as one"),
    Fault(name="42P01", broken="a table is not there", holds="it is an error of ours, and told as one"),
    Fault(name="22001", broken="a value is too long", holds="it is an error of ours, and told as one"),
)
def test_our_own_mistakes_are_not_hidden(environment: Environment, fault: Fault) -> None:
    with pytest.raises(DBAPIError):
        using(lambda database: raising(database, fault.name))


async def raising(database: Database, state: str) -> None:
    async with database.transaction() as session:
        await session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))


@fault("app", "fifty health checks come at once to a silent database", "it is asked once")
def test_health_checks_do_not_crowd(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """The load balancer's nodes, Route 53's, and whoever else finds the path: all share one answer."""
    asked = [0]
    check = Database.check

    async def counted(self: Database) -> None:
        asked[0] += 1
        await check(self)

    monkeypatch.setattr(Database, "check", counted)
    monkeypatch.setattr(health, "TIMEOUT", 1)
    with silent() as port, serving(DATABASE_PORT=port) as client:
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(client.get("/health").status_code)) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [503] * 50
    assert asked[0] < 10


@faults(
    "app",
    Fault(name="words", broken="the new secret is no JSON", holds="503", given={"SecretString": "x"}),
    Fault(name="keys", broken="the new secret lacks a key", holds="503", given={"SecretString": "{}"}),
    Fault(name="types", broken="the new secret holds no text", holds="503",
          given={"SecretString": '{"username": 1, "password": null}'}),
    Fault(name="bytes", broken="the new secret is binary", holds="503", given={"SecretBinary": b"x"}),
    Fault(name="absent", broken="the secret is not there", holds="503"),
)  # fmt: skip
def test_a_secret_that_cannot_be_read(serving: Serving, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    quicken(monkeypatch)
    with mock_aws():
        if fault.given:
            boto3.client("secretsmanager").create_secret(Name=Settings().credentials, **fault.given)
        with serving(DATABASE_PASSWORD="old") as client:
            assert client.get("/items").status_code == 503
            assert statuses(client)[:2] == (503, "unavailable")


@faults(
    "app",
    Fault(name="long", broken="a row is longer than a client may send", holds="it is served", given=("x" * 5000, 1)),
    Fault(name="negative", broken="a row has a price below zero", holds="it is served", given=("x", -5)),
    Fault(
        name="broken",
        broken="a row's text has characters of control",
        holds="it is served",
        given=("a\tb\x7f", 1),
    ),
    Fault(name="large", broken="a row has the largest price", holds="it is served", given=("", 99999999.99)),
)
def test_an_odd_row_does_not_break_its_page(client: TestClient, clean: Environment, fault: Fault) -> None:
    """Somebody wrote it by another way, or before a limit came."""
    made = make(client)
    words, price = fault.given
    administer(clean, f"INSERT INTO items (name, description, price) VALUES ('{words[:100]}', '{words}', {price})")
    page = client.get("/items")
    assert page.status_code == 200
    assert [page.json()[0], page.json()[1]["description"]] == [made, words]
    assert client.get(f"/items/{made['id'] + 1}").json()["price"] == f"{price:.2f}"


@fault("app", "the database only reads, as after a failover", "writes answer 503, reads are served")
def test_a_database_that_only_reads(client: TestClient, clean: Environment) -> None:
    made = make(client)
    administer(clean, "ALTER ROLE app SET default_transaction_read_only = on")
    try:
        client.portal.call(client.app.state.database.engine.dispose)  # in its own loop, where connections can be closed
        assert client.post("/items", json=LAMP).status_code == 503
        assert client.get("/items").json() == [made]
    finally:
        writing = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"
        administer(clean, writing, "ALTER ROLE app RESET default_transaction_read_only")
