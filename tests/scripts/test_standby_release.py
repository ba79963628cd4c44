"""A standby's services get the versions that the first stack's run, against ECS as botocore describes it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from scripts.regional_stack import PATIENT, RegionalStack
from scripts.standby_release import release
from tests.scripts.two_regions import both

IMAGE = "333333333333.dkr.ecr.{}.amazonaws.com/techcorp/api:{}"
COLLECTOR = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"
Side = tuple[RegionalStack, Stubber]


def _side(settings: Any) -> Side:
    """A stack of one service, `api`, and what its ECS answers in order."""
    only = settings.model_copy(update={"services": {"api": settings.services["api"]}})
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=settings.region)
    client = session.client("ecs")
    return RegionalStack(session=None, settings=only, clients={("ecs", PATIENT): client}), Stubber(client)


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
