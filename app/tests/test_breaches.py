"""Every proof of the application can fail: a change that somebody might make takes it away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from app.tests.conftest import APP
from app.tests.servers import Environment

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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The application and its tests, to be changed."""
    shutil.copytree(APP, tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".github").symlink_to(APP.parent / ".github")
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    return tmp_path


def run(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """The tests in the copy, against the servers that these tests have started."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"app/tests/{test}" for test in tests)],
        cwd=copy,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.id)
def test_a_breach_is_seen(environment: Environment, copy: Path, breach: Breach) -> None:
    file = copy / "app" / breach.file
    before = file.read_text()
    assert breach.old in before
    file.write_text(before.replace(breach.old, breach.new))
    result = run(copy, breach.test)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED, result.stdout
    assert "AssertionError" in result.stdout or "Failed:" in result.stdout or "assert " in result.stdout


def test_without_a_breach_all_of_them_pass(environment: Environment, copy: Path) -> None:
    result = run(copy, *(breach.test for breach in BREACHES))
    assert result.returncode == 0, result.stdout


def test_every_requirement_of_the_application_has_a_breach() -> None:
    assert [breach.id for breach in BREACHES] == [f"CP-APP-{number:02}" for number in range(1, 13)]
