"""A standby's services get the versions that the first stack's run, against ECS as botocore describes it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from scripts.regional_stack import PATIENT, RefusedError, RegionalStack
from scripts.standby_release import release
from tests.requirements.workflows import read
from tests.scripts.two_regions import both
from tests.stacks import BLUEPRINTS

IMAGE = "333333333333.dkr.ecr.{}.amazonaws.com/techcorp/api:{}"
COLLECTOR = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"
Side = tuple[RegionalStack, Stubber]


def _side(settings: Any) -> Side:
    """A stack of one service, `api`, and what its ECS answers in order."""
    only = settings.model_copy(update={"services": {"api": settings.services["api"]}})
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=settings.region)
    client = session.client("ecs")
    return RegionalStack(session=None, settings=only, clients={("ecs", PATIENT): client}), Stubber(client)


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The standby's database, as RDS tells of it."""
    found = {"ReadReplicaSourceDBInstanceIdentifier": "the first's"}
    monkeypatch.setattr(RegionalStack, "database", lambda _: found)
    return found


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    """production and production-dr."""
    first, standby = map(_side, both())
    return first, standby


def _told(side: Side, image: str, deployments: int = 1, **more: Any) -> None:
    """The side's service runs an image beside the collector."""
    stack, stub = side
    cluster, service = stack.settings.names.of("ecs-cluster"), stack.settings.names.of("ecs-service", "api")
    found = {
        "serviceName": service,
        "clusterArn": cluster,
        "taskDefinition": "techcorp-api:7",
        "deployments": [{"id": str(number)} for number in range(deployments)],
    }
    stub.add_response("describe_services", {"services": [found]}, {"cluster": cluster, "services": [service]})
    if deployments == 1:
        task = {"family": "techcorp-api", "revision": 7, "registeredAt": datetime.now(UTC), "cpu": "2048"}
        answer = {"taskDefinition": {**task, "containerDefinitions": _containers(image)}, "tags": _TAGS}
        stub.add_response("describe_task_definition", answer, {"taskDefinition": "techcorp-api:7", **more})
    stub.activate()


_TAGS = [{"key": "Project", "value": "techcorp"}]


def _containers(image: str) -> list[dict[str, Any]]:
    return [{"name": "api", "image": image, "essential": True}, {"name": "collector", "image": COLLECTOR}]


def test_the_standby_runs_what_the_first_runs(sides: tuple[Side, Side]) -> None:
    """From the copy of the image in its own region; all else of its task definition stays."""
    first, standby = sides
    _told(first, IMAGE.format("us-east-1", "0a1b2c"))
    _told(standby, IMAGE.format("us-west-2", "bootstrap"), include=["TAGS"])
    stack, stub = standby
    wanted = {
        "family": "techcorp-api",
        "cpu": "2048",
        "containerDefinitions": _containers(IMAGE.format("us-west-2", "0a1b2c")),
        "tags": _TAGS,
    }
    stub.add_response("register_task_definition", {"taskDefinition": {"taskDefinitionArn": "techcorp-api:8"}}, wanted)
    cluster, service = stack.settings.names.of("ecs-cluster"), stack.settings.names.of("ecs-service", "api")
    stub.add_response(
        "update_service", {}, {"cluster": cluster, "service": service, "taskDefinition": "techcorp-api:8"}
    )
    assert release(first[0], stack) == []
    stub.assert_no_pending_responses()


def test_the_same_version_is_not_deployed_again(sides: tuple[Side, Side]) -> None:
    """ECS is asked for no more than what runs."""
    first, standby = sides
    _told(first, IMAGE.format("us-east-1", "0a1b2c"))
    _told(standby, IMAGE.format("us-west-2", "0a1b2c"), include=["TAGS"])
    assert release(first[0], standby[0]) == []
    standby[1].assert_no_pending_responses()


def test_a_version_that_may_be_taken_back_waits(sides: tuple[Side, Side]) -> None:
    """While the first stack's service has two, nobody knows which of them stays."""
    first, standby = sides
    _told(first, IMAGE.format("us-east-1", "0a1b2c"), deployments=2)
    said = ["production: api is being deployed; run the command again afterwards"]
    assert release(first[0], standby[0]) == said


def test_a_promoted_standby_keeps_what_it_runs(sides: tuple[Side, Side], database: dict[str, str]) -> None:
    """The first stack, which is stopped, has older versions."""
    del database["ReadReplicaSourceDBInstanceIdentifier"]
    with pytest.raises(RefusedError, match="is promoted, and its services run what was released there"):
        release(sides[0][0], sides[1][0])


@pytest.mark.parametrize(("status", "well"), [(0, True), (1, True), (2, False), (3, False)])
def test_the_workflow_that_runs_it(tmp_path: Path, status: int, well: bool) -> None:
    """Every few hours; what is being deployed waits for the next time, and anything else fails."""
    flow = read((BLUEPRINTS / "techcorp/.github/workflows/standby-release.yml").read_text())
    assert flow["on"]["schedule"] == [{"cron": "17 */6 * * *"}]
    command = flow["jobs"]["release"]["steps"][-1]["run"]
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$@"\nexit {status}\n')
    python.chmod(0o755)
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PATH": "/usr/bin:/bin"}
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]  # as GitHub runs it
    ended = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) == well
    assert (tmp_path / "summary").read_text() == ended.stdout == "-m scripts.failover release --system techcorp\n"
