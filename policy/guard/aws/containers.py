"""Containers as tasks, jobs and pods describe them, and the names of images.

ECS and Batch take JSON, whose keys they read in any case; later resources take blocks. Either way a container here is
plain data with keys in lower case. A text that is no JSON describes none: the provider refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from guard.aws.policy_documents import parsed
from guard.model.graph import UNKNOWN, Missing, Resource, dig, items


@dataclass(frozen=True)
class Container:
    """One container, and where in its resource it stands."""

    at: str
    name: str  # as it is called there, or its place in the list
    block: dict[str, Any]

    def __getitem__(self, path: str) -> Any:
        """Return the value at a path, in whatever case it was written."""
        return dig(self.block, path.lower())


# Where containers stand: the property, and within it the path to them.
ECS_TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
ECS_DAEMON: Final = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition"
ECS_EXPRESS: Final = "aws:ecs/expressGatewayService:ExpressGatewayService"
BATCH_JOB: Final = "aws:batch/jobDefinition:JobDefinition"

CONTAINERS_AT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    ECS_TASK: (("containerDefinitions", ""),),
    ECS_DAEMON: (("containerDefinitions", ""),),
    ECS_EXPRESS: (("primaryContainer", ""),),
    BATCH_JOB: (
        ("containerProperties", ""),
        ("ecsProperties", "taskproperties.containers"),
        ("nodeProperties", "noderangeproperties.container"),
        ("nodeProperties", "noderangeproperties.ecsproperties.taskproperties.containers"),
        ("eksProperties", "podproperties.containers"),
    ),
}


def containers(resource: Resource) -> Iterator[Container | str]:
    """Yield a resource's containers, and the path of each property that may hold more but is not known yet."""
    for path, within in CONTAINERS_AT[resource.type]:
        document = lowered(parsed(resource[path]))
        found = items(dig(document, within) if within else document)
        if UNKNOWN in found:
            yield path
        blocks = [cast(dict[str, Any], block) for block in found if isinstance(block, dict)]
        for place, block in enumerate(blocks):
            name = block.get("name")
            yield Container(path, name if isinstance(name, str) else f"container {place + 1}", block)


def lowered(value: Any) -> Any:
    """Return plain data with the keys of its mappings in lower case."""
    if isinstance(value, dict):
        return {key.lower(): lowered(inner) for key, inner in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [lowered(inner) for inner in cast(list[Any], value)]
    return value


class ImageName(NamedTuple):
    """An image's name in its parts; `registry` is empty for Docker Hub."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def pinned(self) -> bool:
        """Whether the name means the same image tomorrow: by its digest, or by a tag that is not moved by custom."""
        return bool(self.digest) or self.tag.lower() not in MOVING


# Tags that a registry's owner moves from image to image; none at all means `latest`.
MOVING: Final = frozenset(
    {"", "latest", "stable", "edge", "nightly", "main", "master", "develop", "dev", "head", "current"}
)


def image(reference: str) -> ImageName:
    """Take an image's name apart; the colon of a registry's port begins no tag."""
    name, _, digest = reference.strip().partition("@")
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    first, _, rest = path.partition("/")
    registry = first if re.search(r"[.:]", first) or first == "localhost" else ""
    folder = rest if registry else path
    return ImageName(registry, f"{folder}/{last}" if slash and folder else last, tag, digest)


_ROOT: Final = frozenset({"", "root", "0"})
_ADMINISTRATOR: Final = frozenset({"", "containeradministrator"})


def runs_as_root(user: Any, *, windows: bool = False) -> bool | Missing:
    """Say whether a user is the administrator; an unset one is the image's own, and that is mostly root."""
    if user is UNKNOWN:
        return UNKNOWN
    name = "" if isinstance(user, Missing) or user is None else str(user).partition(":")[0].strip().lower()
    if windows:
        return name in _ADMINISTRATOR
    return name in _ROOT or bool(re.fullmatch(r"0+", name))
