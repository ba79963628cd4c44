"""The application in the task that this project's program builds for it: the two must agree.

The tasks come from the recorded stacks; a copy of `app/` in another project leaves this file behind.
"""

import json
import subprocess
import sys
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from app import main
from app.config import Settings
from app.services.database import CONNECTIONS
from app.tests.servers import Environment, Tls, application, get, post
from app.tests.test_image import the
from preview.recording import Recording
from tests.requirements.reading import container, one
from tests.stacks import ENVIRONMENTS, recorded

pytestmark = pytest.mark.parametrize("stack", ENVIRONMENTS)

#: What the stack files give to every service and this one does not read: it signs nothing and calls nobody.
UNUSED = {"JWT_SECRET", "EXTERNAL_API_KEYS"}


@pytest.fixture
def platform(stack: str) -> Recording:
    return recorded(stack, known=True)


@pytest.fixture
def task(platform: Recording) -> dict[str, Any]:
    return container(platform)


def values(rows: list[dict[str, str]]) -> dict[str, str]:
    """The variables of a container definition; a secret's is what ECS asks for."""
    return {row["name"]: row.get("value", row.get("valueFrom", "")) for row in rows}


@pytest.mark.requirement("CP-APP-03")
def test_the_task_gives_what_the_application_needs(task: dict[str, Any]) -> None:
    """Each required variable once, secrets as secrets, and nothing that the application would misread."""
    plain, secret = values(task["environment"]), values(task["secrets"])
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert {name for name, field in fields.items() if field.is_required()} <= plain.keys() | secret.keys()
    assert (plain.keys() | secret.keys()) - fields.keys() <= UNUSED
    hidden = {name for name, field in fields.items() if "SecretStr" in str(field.annotation)}
    assert hidden <= secret.keys()
    assert secret["DATABASE_USER"].endswith(":username::")  # the keys of the secret that is read after a rotation
    assert secret["DATABASE_PASSWORD"].endswith(":password::")


@pytest.mark.requirement("CP-APP-03")
def test_the_secret_that_is_asked_after_a_rotation_exists(
    platform: Recording, stack: str, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the name that the application makes of its environment, with both keys, readable by the task's role."""
    monkeypatch.setenv("ENVIRONMENT", stack)
    names = [each["name"] for each in platform.of("aws:secretsmanager/secret:Secret")]
    assert Settings().credentials in names


@pytest.mark.requirement("CP-APP-01", "CP-APP-03", "CP-APP-07")
def test_it_runs_with_what_the_task_gives(
    clean: Environment, task: dict[str, Any], platform: Recording, tls: Tls, tmp_path: Path
) -> None:
    """With exactly the task's variables, TLS to both stores, and the task's own health check: it serves and stops."""
    with (
        tls.before(clean["DATABASE_PORT"], postgresql=True) as database,
        tls.before(clean["CACHE_PORT"]) as cache,
    ):
        here = {
            **{name: clean[name] for name in ("DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD")},
            **{"DATABASE_HOST": "localhost", "DATABASE_PORT": database},
            **{"CACHE_HOST": "localhost", "CACHE_PORT": cache, "CACHE_TOKEN": clean["CACHE_TOKEN"]},
        }
        variables = {**values(task["environment"]), **values(task["secrets"])}
        assert here.keys() <= variables.keys()
        trusted = {"DATABASE_CA": str(tls.authority), "SSL_CERT_FILE": str(tls.authority)}  # as the image's are
        with application({**variables, **here, **trusted}, tmp_path) as running:
            health = one(platform, "lb.TargetGroup")["healthCheck"]
            answer = get(running.url + health["path"])
            assert (str(answer.status_code), answer.json()["status"]) == (health["matcher"], "ok")
            assert post(f"{running.url}/items", json={"name": "Lamp", "price": 1}).status_code == 201
            check(task["healthCheck"]["command"], running.url)
            running.process.terminate()
            get(f"{running.url}/health/live")  # it still serves; a second signal ends the drain
            running.stop()


def check(command: list[str], url: str) -> None:
    """Run a container's health check on another port than the task's."""
    how, program, *arguments = command
    assert (how, program) == ("CMD", "python")
    port = urllib.parse.urlsplit(url).port
    changed = [argument.replace(":8000/", f":{port}/") for argument in arguments]
    assert changed != arguments
    assert subprocess.run([sys.executable, *changed], check=False, timeout=20).returncode == 0
    nowhere = [argument.replace(":8000/", ":1/") for argument in arguments]
    ran = subprocess.run([sys.executable, *nowhere], check=False, timeout=20, stderr=subprocess.DEVNULL)
    assert ran.returncode == 1


@pytest.mark.requirement("CP-APP-01")
def test_image_and_task_agree(task: dict[str, Any]) -> None:
    """User, port, health check, and a root file system that nothing is written to."""
    assert task["user"] == the("USER")
    assert [each["containerPort"] for each in task["portMappings"]] == [int(the("EXPOSE"))]
    assert task["healthCheck"]["command"][1:] == json.loads(the("HEALTHCHECK").partition("CMD ")[2])
    assert task["readonlyRootFilesystem"] is True


def test_it_stops_before_it_is_killed(task: dict[str, Any]) -> None:
    """Drain and running requests together take less than ECS waits."""
    assert Settings.model_fields["drain_seconds"].default + main.LAST + main.FINISH < task["stopTimeout"]


def test_connections_outlive_the_load_balancers(platform: Recording) -> None:
    """Else it sends requests into connections that the application just closed, and answers 502."""
    assert one(platform, "lb.LoadBalancer")["idleTimeout"] < main.KEEP_ALIVE


def test_all_tasks_find_connections(platform: Recording) -> None:
    """In a deployment at the highest count, with old and new tasks side by side; a tenth is left to administrators."""
    tasks = one(platform, "appautoscaling.Target")["maxCapacity"]
    deployment = one(platform, "ecs.Service")["deploymentMaximumPercent"] / 100
    [group] = platform.of("aws:rds/parameterGroup:ParameterGroup")
    [most] = [int(each["value"]) for each in group["parameters"] if each["name"] == "max_connections"]
    assert tasks * deployment * CONNECTIONS <= most * 0.9
