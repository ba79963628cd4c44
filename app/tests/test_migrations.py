"""The migrations, on a real PostgreSQL."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.tests.conftest import APP, Serving
from app.tests.servers import DROP, ROOT, Environment, administer, connect
from app.tests.test_items import make
from app.tests.warm import module, start

pytestmark = pytest.mark.requirement("CP-APP-06")
LOCK = 7_302_115  #: as in migrations/env.py, which only Alembic can import
#: Whether somebody has asked for the lock. (ROLLBACK is the last statement of who waits.)
ASKING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app' AND query ~ 'advisory|ROLLBACK'"
UPGRADE = ("alembic", "--config", "app/alembic.ini", "upgrade", "head")  #: what the one-off task runs


@pytest.fixture
def clean(clean: Environment) -> Iterator[Environment]:
    """These tests change the tables: who comes next makes them anew."""
    yield clean
    administer(clean, DROP)


def migrate() -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own with the environment's variables."""
    line = (sys.executable, "-m", *UPGRADE)
    return subprocess.run(line, cwd=ROOT, check=False, text=True, capture_output=True, timeout=60)


def migrated(folder: Path) -> int:
    """The command's status, where the libraries are imported already."""
    program, *arguments = UPGRADE
    output = folder / "output"
    return start(module(program), *arguments, environment=os.environ, folder=ROOT, output=output).wait(60)


def test_the_initial_migration_makes_what_the_models_say(clean: Environment, alembic: Config) -> None:
    """Alembic, comparing the models with the migrated database, finds nothing to do."""
    assert ScriptDirectory.from_config(alembic).get_bases() == ["0001"]
    command.check(alembic)


def test_the_comparison_sees_a_difference(clean: Environment, alembic: Config) -> None:
    """What the test above relies on: a column that the models do not have is found."""
    administer(clean, "ALTER TABLE items ADD COLUMN colour text")
    with pytest.raises(Exception, match="New upgrade operations detected"):
        command.check(alembic)


def test_each_migration_can_be_taken_back(clean: Environment, alembic: Config, serving: Serving) -> None:
    """Down to nothing and up again, and the application works on what comes out."""
    command.downgrade(alembic, "base")
    with pytest.raises(Exception, match='relation "items" does not exist'):
        administer(clean, "SELECT * FROM items")
    command.upgrade(alembic, "head")
    with serving() as client:
        assert make(client)["id"] == 1


def test_two_at_once_do_not_meet(clean: Environment, alembic: Config) -> None:
    """One waits for whoever migrates at the time, before it looks what there is to do."""
    command.downgrade(alembic, "base")

    async def meet() -> subprocess.CompletedProcess[str]:
        observer, first = await connect(clean), await connect(clean)
        await first.execute(f"SELECT pg_advisory_lock({LOCK})")
        second = asyncio.create_task(asyncio.to_thread(migrate))
        while not await observer.fetchval(ASKING):
            assert not second.done()
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        assert not second.done()
        await first.close()
        ran = await second
        await observer.close()
        return ran

    ran = asyncio.run(asyncio.wait_for(meet(), 60))
    assert ran.returncode == 0
    assert "Running upgrade" in ran.stdout


def test_a_failed_migration_leaves_nothing_behind(clean: Environment, alembic: Config, tmp_path: Path) -> None:
    """All in one transaction: a table that is in the way fails it, and the version is as before."""
    command.downgrade(alembic, "base")
    administer(clean, "CREATE TABLE items (id int)")
    assert migrated(tmp_path) == 1
    administer(clean, "DROP TABLE items")
    assert migrated(tmp_path) == 0


def test_the_statements_can_be_read_beforehand(alembic: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """`--sql` needs no database."""
    command.upgrade(alembic, "head", sql=True)
    assert "CREATE TABLE items" in capsys.readouterr().out


def test_the_procedure_is_written_down() -> None:
    """With the commands that these tests run."""
    readme = (APP / "README.md").read_text()
    assert "## Migrations" in readme
    for words in ("revision --autogenerate", "upgrade head", "upgrade head --sql", "downgrade -1"):
        assert f"alembic --config app/alembic.ini {words}" in readme
    assert str(list(UPGRADE)).replace("'", '"') in readme  # the one-off task's command
    assert Path(ROOT / "app/alembic.ini").is_file()
