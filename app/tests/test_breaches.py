"""Every proof of the application can fail: a change that somebody might make takes it away."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from app.tests.conftest import APP
from app.tests.servers import Environment
from app.tests.warm import start

SETTINGS = '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "--import-mode=importlib -p no:cacheprovider"\n'
SETTINGS += 'markers = ["requirement"]\n'


class Breach(NamedTuple):
    """A requirement, a test that proves it, and a change of a file that must make the test fail."""

    id: str
    test: str
    file: str
    old: str
    new: str


BREACHES = [
    Breach("CP-APP-01", "test_image.py::test_it_is_fastapi_on_python_3_12_and_port_8000", "Dockerfile",
           "EXPOSE 8000", "EXPOSE 8080"),
    Breach("CP-APP-02", "test_image.py::test_the_readme_names_every_part", "README.md",
           "| `services/` |", "| `stores/` |"),
    Breach("CP-APP-03", "test_config.py::test_what_is_not_said_is_safe", "config.py",
           "database_tls: bool = True", "database_tls: bool = False"),
    Breach("CP-APP-04", "test_health.py::test_without_the_database_requests_go_elsewhere", "routers/health.py",
           'if database.status == "down":', 'if database.status == "gone":'),
    Breach("CP-APP-05", "test_cache.py::test_a_miss_asks_the_database_and_a_hit_does_not", "routers/items.py",
           "    await cache.put(cache_key(item_id), item.model_dump_json())\n", ""),
    Breach("CP-APP-06", "test_migrations.py::test_the_initial_migration_makes_what_the_models_say",
           "migrations/versions/0001_items.py", "sa.Numeric(10, 2)", "sa.Numeric(8, 2)"),
    Breach("CP-APP-07", "test_health.py::test_all_is_well", "routers/health.py",
           '@router.get("/health/ready")\n', ""),
    Breach("CP-APP-08", "test_items.py::test_what_is_wrong_is_refused", "models/item.py",
           "Field(ge=0, max", "Field(max"),
    Breach("CP-APP-09", "test_security.py::test_every_answer_has_them", "main.py",
           "    app.add_middleware(SecurityHeaders)\n", ""),
    Breach("CP-APP-10", "test_logging.py::test_a_failure_of_ours_is_one_line", "middleware/logging.py",
           '"Request completed duration=%sms status=%s"', '"Request completed duration=%s status=%s"'),
    Breach("CP-APP-11", "test_rate_limit.py::test_beyond_the_limit_a_client_is_refused_until_the_next_minute",
           "middleware/rate_limit.py", "now // MINUTE", "now // 3600"),
    Breach("CP-APP-12", "test_items.py::test_an_item_is_deleted", "routers/items.py",
           "        await session.delete(await _row(session, item_id))\n", "        await _row(session, item_id)\n"),
]  # fmt: skip


TESTS = "import sys, pytest; sys.exit(pytest.main(['-q', *sys.argv[1:]]))"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The application and its tests, to be changed, with their byte code; Python knows which is old."""
    shutil.copytree(APP, tmp_path / "app")
    (tmp_path / ".github").symlink_to(APP.parent / ".github")
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    return tmp_path


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database_server: Environment, cache_server: Environment, copy: Path) -> Run:
    """Runs tests of the copy, against the servers that these tests have started: their status, and what they print."""
    variables = {**os.environ, **database_server, **cache_server, "PYTHONDONTWRITEBYTECODE": "1"}

    def tested(*tests: str) -> tuple[int, str]:
        files = (f"app/tests/{test}" for test in tests)
        process = start(TESTS, *files, environment=variables, folder=copy, output=copy / "output")
        return process.wait(120), process.said()

    return tested


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.id)
def test_a_breach_is_seen(run: Run, copy: Path, breach: Breach) -> None:
    file = copy / "app" / breach.file
    before = file.read_text()
    assert breach.old in before
    file.write_text(before.replace(breach.old, breach.new))
    status, output = run(breach.test)
    assert status == pytest.ExitCode.TESTS_FAILED, output
    assert "AssertionError" in output or "Failed:" in output or "assert " in output


def test_without_a_breach_all_of_them_pass(run: Run) -> None:
    status, output = run(*(breach.test for breach in BREACHES))
    assert status == 0, output


def test_every_requirement_of_the_application_has_a_breach() -> None:
    assert [breach.id for breach in BREACHES] == [f"CP-APP-{number:02}" for number in range(1, 13)]
