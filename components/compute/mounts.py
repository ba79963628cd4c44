"""What a service's tasks mount: access points of file systems, over TLS and with the task's role."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.handles import NamedFiles
from components.iam import Statement, allow
from settings.tables.compute import TaskContainer
from settings.tables.containers import ContainerTable

#: By the words of a mount's `may`.
ACTIONS: Final = {"read": "elasticfilesystem:ClientMount", "write": "elasticfilesystem:ClientWrite"}


def _volume(word: str, point: str) -> str:
    return f"files-{word}-{point}"


def mount_points(table: ContainerTable) -> list[dict[str, Any]]:
    """Where a container has its file systems, as ECS describes it."""
    return [
        {"containerPath": mount.at, "readOnly": "write" not in mount.may, "sourceVolume": _volume(word, mount.point)}
        for word, mount in sorted(table.files.items())
    ]


def mounted(containers: Sequence[TaskContainer], files: Mapping[str, NamedFiles]) -> list[Any]:
    """The volumes of a task that are access points, each once."""
    wanted = dict.fromkeys((word, mount.point) for each in containers for word, mount in each.table.files.items())
    return [
        {
            "name": _volume(word, point),
            "efs_volume_configuration": {
                "file_system_id": files[word].files_id,
                "transit_encryption": "ENABLED",
                "authorization_config": {"access_point_id": files[word].points[point], "iam": "ENABLED"},
            },
        }
        for word, point in sorted(wanted)
    ]


def mounting(containers: Sequence[TaskContainer], files: Mapping[str, NamedFiles]) -> Iterator[Statement]:
    """What the task's role needs for that: each access point for itself, and nothing of the file system beside them."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for each in containers:
        for word, mount in each.table.files.items():
            wanted.setdefault((word, mount.point), set()).update(ACTIONS[way] for way in mount.may)
    for (word, point), actions in sorted(wanted.items()):
        condition = {"StringEquals": {"elasticfilesystem:AccessPointArn": files[word].point_arns[point]}}
        yield allow(sorted(actions), [files[word].arn], condition=condition)
