"""A deployment's steps against an emulated AWS: the image that is new migrates the database before it serves."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.ecs.models import Container

from tests.aws import EmulatedStack, emulated
from tests.ci.emulated_cli import emulated_cli
from tests.ci.programs import Programs, run
from tests.stacks import ROOT

TAG, OLD = "a" * 40, "b" * 40
CLUSTER, SERVICE = "cloudplatform-dev-ecs-cluster", "cloudplatform-dev-ecs-service-fastapi"


class Deploying:
    """The dev stack in an emulated AWS, with two images, and the script."""

    def __init__(self, folder: Path, session: Any) -> None:
        self.programs = Programs(folder)
        self.stack = EmulatedStack(session, "dev")
        self.ecs = session.client("ecs")
        ecr = session.client("ecr")
        ecr.create_repository(repositoryName="cloudplatform-fastapi")
        for tag in (OLD, TAG):
            manifest = json.dumps({"mediaType": "application/vnd.oci.image.manifest.v1+json", "of": tag})
            ecr.put_image(repositoryName="cloudplatform-fastapi", imageManifest=manifest, imageTag=tag)

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(self.programs, ROOT / ".ci/deploy", *words)

    def tasks(self) -> list[dict[str, Any]]:
        """Those that were started beside the service's."""
        arns = self.ecs.list_tasks(cluster=CLUSTER, startedBy="migrate")["taskArns"]
        arns += self.ecs.list_tasks(cluster=CLUSTER, startedBy="migrate", desiredStatus="STOPPED")["taskArns"]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=sorted(set(arns)))["tasks"] if arns else []

    def running(self) -> str:
        """The image of the service."""
        [service] = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
        return self.image(service["taskDefinition"])

    def image(self, revision: str) -> str:
        found = self.ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]
        return found["containerDefinitions"][0]["image"].rpartition(":")[2]


@pytest.fixture
def deploy(tmp_path: Path) -> Iterator[Deploying]:
    folder = tmp_path / "bin"
    folder.mkdir()
    with emulated() as session, emulated_cli(folder, session):
        yield Deploying(folder, session)


def test_the_new_image_migrates_and_then_serves(deploy: Deploying) -> None:
    """In the service's subnets and group, with its roles; the service runs on as it was meanwhile."""
    before = deploy.running()
    done = deploy("migrate", "dev", TAG)
    assert done.returncode == 0, done.stdout + done.stderr
    [task] = deploy.tasks()
    assert deploy.image(task["taskDefinitionArn"]) == TAG
    [override] = task["overrides"]["containerOverrides"]
    assert override["command"] == ["alembic", "--config", "app/alembic.ini", "upgrade", "head"]
    assert deploy.running() == before == "bootstrap"
    assert deploy("update", "dev", TAG).returncode == 0
    assert deploy.running() == TAG


def test_a_migration_that_fails_stops_the_deployment(deploy: Deploying, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service keeps its image, and the run says where to look."""
    begin = Container.__init__

    def fails(self: Container, *given: Any) -> None:
        begin(self, *given)
        self.exitCode = 1

    monkeypatch.setattr(Container, "__init__", fails)
    done = deploy("migrate", "dev", TAG)
    assert done.returncode == 1
    assert "the migration failed" in done.stdout
    assert deploy.running() == "bootstrap"


def test_an_image_that_is_not_there_migrates_nothing(deploy: Deploying) -> None:
    done = deploy("migrate", "dev", "c" * 40)
    assert (done.returncode, done.stdout) == (1, f"there is no image {'c' * 40}\n")
    assert deploy.tasks() == []
