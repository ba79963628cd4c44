"""The versions of a standby's services: those that the first stack's run.

No pipeline deploys the standby; the system's workflow standby-release runs this. Its region has each image that was
pushed, since ECR copies it.
"""

from collections.abc import Mapping
from typing import Any, Final

from scripts.regional_stack import RefusedError, RegionalStack, is_replica

#: What ECS says of a task definition, and does not take for a new one.
TOLD: Final = frozenset(
    {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
        "deregisteredAt",
    }
)


def release(first: RegionalStack, standby: RegionalStack) -> list[str]:
    """Let the standby's services run what the first stack's run. Gives those whose version has not settled there.

    Refused once the standby is promoted: from then on the first stack's versions are the older ones.
    """
    if not is_replica(standby.database()):
        raise RefusedError(f"{standby.name} is promoted, and its services run what was released there")
    unsettled: list[str] = []
    for word in (each for each in standby.counts if each in first.counts):
        service = _service(first, word)
        if len(service["deployments"]) > 1:
            unsettled.append(f"{first.settings.stack}: {word} is being deployed; run the command again afterwards")
        else:
            _run(standby, word, _images(first, service["taskDefinition"]), first.settings.region)
    return unsettled


def _service(stack: RegionalStack, word: str) -> Mapping[str, Any]:
    names = stack.settings.names
    asked = {"cluster": names.of("ecs-cluster"), "services": [names.of("ecs-service", word)]}
    return stack.client("ecs").describe_services(**asked)["services"][0]


def _images(stack: RegionalStack, task: str) -> dict[str, str]:
    """What each container of a task definition runs."""
    found = stack.client("ecs").describe_task_definition(taskDefinition=task)["taskDefinition"]
    return {each["name"]: each["image"] for each in found["containerDefinitions"]}


def _run(standby: RegionalStack, word: str, images: Mapping[str, str], region: str) -> None:
    """Let a service run these images: a new revision of its own task definition, unless it has them already.

    ECS goes back to the old revision if the new one does not start.
    """
    ecs, service = standby.client("ecs"), _service(standby, word)
    found = ecs.describe_task_definition(taskDefinition=service["taskDefinition"], include=["TAGS"])
    wanted, changed = {key: value for key, value in found["taskDefinition"].items() if key not in TOLD}, False
    for container in wanted["containerDefinitions"]:
        image = images.get(container["name"], container["image"])
        image = image.replace(f".dkr.ecr.{region}.", f".dkr.ecr.{standby.settings.region}.")
        changed, container["image"] = changed or image != container["image"], image
    if changed:
        wanted |= {"tags": found["tags"]} if found.get("tags") else {}
        made = ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"]
        ecs.update_service(cluster=service["clusterArn"], service=service["serviceName"], taskDefinition=made)
