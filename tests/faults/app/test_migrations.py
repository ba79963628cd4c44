"""Migrations that take long, meet, are interrupted or find the database in use, on a real PostgreSQL."""

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.config import Settings
from app.services.database import LOOK, MIGRATING, SERVING, Database
from app.tests.servers import ROOT, Environment, administer, connect, free_port
from app.tests.warm import WarmProcess, start
from tests.faults.table import fault

LONG = SERVING.answer or 0 + 1  #: seconds; more than a request may take
VERSION = '''"""A migration of a test."""
from alembic import op
revision, down_revision = "x001", "0001"
def upgrade():
    {upgrade}
def downgrade():
    op.execute("DROP INDEX IF EXISTS named")
'''
CONCURRENTLY = """with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS named")
        op.execute("CREATE INDEX CONCURRENTLY named ON items (name)")"""
COMMAND = """
import sys
from alembic import command
from alembic.config import Config
config = Config("app/alembic.ini")
config.set_main_option("version_locations", "app/migrations/versions:" + sys.argv[1])
command.upgrade(config, "heads")
"""
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"

Migration = Callable[[str], Callable[[], WarmProcess]]


@pytest.fixture
def migration(clean: Environment, tmp_path: Path) -> Iterator[Migration]:
    """Writes a migration that comes after the first, and gives what begins to run all of them."""

    runs = itertools.count()

    def run() -> WarmProcess:
        output = tmp_path / f"output-{next(runs)}"
        return start(COMMAND, str(tmp_path), environment=os.environ, folder=ROOT, output=output)

    def write(upgrade: str) -> Callable[[], WarmProcess]:
        (tmp_path / "x001_test.py").write_text(VERSION.format(upgrade=upgrade))
        return run

    yield write
    administer(clean, "DROP INDEX IF EXISTS named", "UPDATE alembic_version SET version_num = '0001'")


def ended(process: WarmProcess, seconds: float = 90) -> tuple[int, str]:
    """How it ended, and what it said."""
    return process.wait(seconds), process.said()


def value(environment: Environment, query: str) -> object:
    """What a query says, from beside the application."""

    async def run() -> object:
        connection = await connect(environment)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def until(environment: Environment, query: str, wanted: object) -> None:
    """Wait for what a query says."""
    end = time.monotonic() + 60
    while value(environment, query) != wanted:
        assert time.monotonic() < end, query
        time.sleep(0.1)


@fault("migrations", "a statement takes longer than a request may", "it runs to its end")
@fault("migrations", "a second run waits longer than a request may", "it waits, and finds nothing to do")
def test_what_takes_long_takes_long(clean: Environment, migration: Migration) -> None:
    start = migration(f'op.execute("SELECT pg_sleep({LONG + 1})")')
    first = start()
    until(clean, SLEEPING, 1)
    second = start()
    (status, output), (other, little) = ended(first), ended(second)
    assert (status, other) == (0, 0), output + little
    assert "Running upgrade 0001 -> x001" in output
    assert "Running upgrade" not in little


@fault("migrations", "a request's transaction holds the table", "it gives up in seconds and can be repeated")
def test_it_does_not_queue_before_requests(clean: Environment, migration: Migration) -> None:
    """Who waits for a table's lock keeps all later requests waiting behind it."""
    add, drop = "ALTER TABLE items ADD COLUMN colour text", "ALTER TABLE items DROP COLUMN colour"
    start = migration(f'op.execute("{add}"); op.execute("{drop}")')

    async def hold() -> tuple[int, str]:
        connection = await connect(clean)
        async with connection.transaction():
            await connection.execute("LOCK TABLE items IN ACCESS SHARE MODE")
            found = await asyncio.to_thread(ended, start())
        await connection.close()
        return found

    status, output = asyncio.run(hold())
    assert status != 0
    assert "canceling statement due to lock timeout" in output
    assert value(clean, "SELECT version_num FROM alembic_version") == "0001"
    assert ended(start())[0] == 0


@fault("migrations", "the task is killed in the middle of a statement", "its locks are free in seconds")
def test_a_killed_migration_can_be_repeated(clean: Environment, migration: Migration) -> None:
    """The server notices that nobody waits for the statement: otherwise it would hold the lock for the hour."""
    first = migration('op.execute("SELECT pg_sleep(600)")')()
    until(clean, SLEEPING, 1)
    first.kill()
    ended(first)
    started = time.monotonic()
    until(clean, SLEEPING, 0)
    assert time.monotonic() - started < LOOK + 5
    assert ended(migration("pass")())[0] == 0


@fault("migrations", "an index is made concurrently while a second run waits", "neither waits for the other for ever")
def test_a_concurrent_index_and_a_second_run(clean: Environment, migration: Migration) -> None:
    """The index waits for every older snapshot: who waits for the lock must have none."""
    start = migration(CONCURRENTLY)
    both = [start(), start()]
    found = [ended(each) for each in both]
    assert [status for status, _ in found] == [0, 0], found
    assert value(clean, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'named'::regclass") is True


@fault("migrations", "a concurrent index was interrupted and is left invalid", "the next run makes it anew")
def test_an_invalid_index_is_made_anew(clean: Environment, migration: Migration) -> None:
    administer(
        clean,
        "CREATE INDEX named ON items (name)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'named'::regclass",
    )
    status, output = ended(migration(CONCURRENTLY)())
    assert status == 0, output
    assert value(clean, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'named'::regclass") is True


@fault("migrations", "it is run again after it succeeded", "it does nothing")
def test_a_second_run_does_nothing(clean: Environment, migration: Migration) -> None:
    start = migration("pass")
    assert "Running upgrade" in ended(start())[1]
    status, output = ended(start())
    assert status == 0
    assert "Running upgrade" not in output


@fault("migrations", "the database is away", "it fails within seconds")
def test_without_a_database(clean: Environment, migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    start = migration("pass")
    monkeypatch.setenv("DATABASE_PORT", str(free_port()))
    assert ended(start(), 30)[0] != 0


@fault("migrations", "a statement never ends", "the database gives it up after an hour; a lock after seconds")
def test_its_limits_are_its_own(clean: Environment) -> None:
    async def limits() -> list[str]:
        database = Database(Settings(), MIGRATING)
        async with database.engine.connect() as connection:
            names = ("statement_timeout", "lock_timeout")
            found = [str((await connection.exec_driver_sql(f"SHOW {name}")).scalar()) for name in names]
        await database.close()
        return found

    assert asyncio.run(limits()) == ["1h", "5s"]
    assert MIGRATING.answer is None
