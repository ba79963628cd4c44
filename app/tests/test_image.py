"""The image and what belongs to it, read: no Docker is needed, and none is used."""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.config import Settings
from app.tests.conftest import APP
from app.tests.servers import ROOT

APPROVED = re.compile(r"docker\.io/library/python:3\.12\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?")

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """The Dockerfile's, each on one line."""
    text = re.sub(r"^\s*#.*\n", "", (APP / "Dockerfile").read_text(), flags=re.M)
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def stage() -> list[Instruction]:
    """The last stage's: what is run."""
    found = instructions()
    start = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def the(word: str) -> str:
    """The one instruction of the last stage that begins with a word."""
    [found] = [rest for each, rest in stage() if each == word]
    return found


def yaml_of(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


# The image.


@pytest.mark.requirement("CP-APP-01")
def test_it_is_fastapi_on_python_3_12_and_port_8000() -> None:
    """From the official image in a slim form, in every stage."""
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert len(bases) == 2
    assert all(APPROVED.fullmatch(base) for base in bases)
    assert len(set(bases)) == 1
    assert the("EXPOSE") == "8000"
    assert Settings.model_fields["port"].default == 8000
    assert json.loads(the("CMD")) == ["python", "-m", "app.main"]
    assert re.search(r"^fastapi==", (APP / "requirements.txt").read_text(), re.M)


@pytest.mark.requirement("CP-APP-01")
def test_it_runs_as_a_number_without_a_shell() -> None:
    """No instruction needs a shell, the user is nobody's, and nothing installs anything where it runs."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", the("USER"))
    for word, rest in instructions():
        if word in ("RUN", "CMD"):
            assert isinstance(json.loads(rest), list), rest
    assert not [rest for word, rest in stage() if word == "RUN"]
    assert [rest for word, rest in instructions() if "--without-pip" in rest]


@pytest.mark.requirement("CP-APP-01")
def test_its_own_health_check_is_python() -> None:
    """The image has no curl."""
    command = json.loads(the("HEALTHCHECK").partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    assert "http://127.0.0.1:8000/health/live" in command[2]


def test_it_holds_no_secret() -> None:
    """No variable of it is one of those that ECS injects."""
    names = set(re.findall(r"([A-Z_]+)=", the("ENV")))
    assert names == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DATABASE_CA"}


@pytest.mark.requirement("CP-APP-01")
def test_what_is_copied_is_what_runs(tmp_path: Path) -> None:
    """A folder with what .dockerignore lets through and nothing else loads: the application, and its migrations."""
    lines = [line for line in (APP / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    for name in (line[1:] for line in lines if line.startswith("!")):
        source, target = APP / name, tmp_path / "app" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    assert {each.name for each in APP.iterdir() if each.name.startswith("test") or each.suffix == ".md"}.isdisjoint(
        each.name for each in (tmp_path / "app").iterdir()
    )
    code = "import app.main, alembic.config; alembic.config.main(['--config', 'app/alembic.ini', 'heads'])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={}, check=True, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "0001 (head)\n"


def test_every_dependency_is_pinned() -> None:
    """To one version, in both files."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.partition("#")[0].strip() for line in (APP / name).read_text().splitlines()]
        wanted = [line for line in lines if line and not line.startswith("-r ")]
        assert wanted
        assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?==[0-9.]+", line) for line in wanted), wanted


# The layout.


@pytest.mark.requirement("CP-APP-02")
@pytest.mark.parametrize(
    "path",
    [
        "main.py",
        "config.py",
        "models/base.py",
        "models/item.py",
        "routers/health.py",
        "routers/items.py",
        "services/database.py",
        "services/cache.py",
        "middleware/logging.py",
        "middleware/security.py",
        "utils/secrets.py",
        "utils/logging.py",
        "pyproject.toml",
        "requirements.txt",
        "requirements-dev.txt",
        "Dockerfile",
        "docker-compose.yml",
        "tests/test_health.py",
        "tests/test_items.py",
        "tests/test_integration.py",
    ],
)
def test_each_thing_has_its_place(path: str) -> None:
    """Where the ledger has it, and not empty."""
    assert (APP / path).read_text().strip()


@pytest.mark.requirement("CP-APP-02")
def test_the_readme_names_every_part() -> None:
    """A stranger finds it there; and the variables that it names are those that are read."""
    readme = (APP / "README.md").read_text()
    for each in APP.iterdir():
        if each.is_dir() and each.name not in ("__pycache__", "tests"):
            assert f"`{each.name}/`" in readme, each.name
    table = readme.partition("## Configuration")[2].partition("\n- ")[0]
    named = set(re.findall(r"`([A-Z_]+)`", table))
    assert named == {name.upper() for name in Settings.model_fields}


# Local work.


@pytest.mark.requirement("CP-APP-02")
def test_compose_has_all_that_the_task_has() -> None:
    """The application behind a migrated PostgreSQL and a Redis with a password, as restricted as in the task."""
    services = yaml_of(APP / "docker-compose.yml")["services"]
    assert services.keys() == {"app", "migrate", "database", "cache"}
    for name in ("app", "migrate"):
        service = services[name]
        assert service["build"] == "."
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert {key.lower() for key in service["environment"]} <= Settings.model_fields.keys()
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required <= services["app"]["environment"].keys()
    assert services["migrate"]["command"] == ["alembic", "--config", "app/alembic.ini", "upgrade", "head"]
    assert services["app"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["app"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["app"]["environment"]["CACHE_TOKEN"] in services["cache"]["command"]
    assert all(re.search(r":\d", services[name]["image"]) for name in ("database", "cache"))


# The bot.


@pytest.mark.requirement("CP-CICD-20")
def test_the_bot_watches_every_place_where_something_is_pinned() -> None:
    """Each requirements file, the Dockerfile, the compose file and the workflows; Python only within 3.12."""
    updates = yaml_of(ROOT / ".github/dependabot.yml")["updates"]
    watched = {(each["package-ecosystem"], each["directory"]) for each in updates}
    kinds = {"requirements*.txt": "pip", "Dockerfile": "docker", "docker-compose.yml": "docker-compose"}
    for folder in (ROOT, APP):
        for pattern, kind in kinds.items():
            if any(fnmatch.fnmatch(each.name, pattern) for each in folder.iterdir()):
                assert (kind, "/" if folder == ROOT else "/app") in watched
    assert ("github-actions", "/") in watched
    [docker] = [each for each in updates if each["package-ecosystem"] == "docker"]
    [rule] = docker["ignore"]
    assert set(rule["update-types"]) == {"version-update:semver-major", "version-update:semver-minor"}
