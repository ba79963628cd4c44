"""Container definitions: complete and in one order, so that AWS's copy of them never differs from ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.compute.mounts import mount_points
from settings.tables.compute import ServiceTable, TaskContainer
from settings.tables.containers import SideTable

#: Where AWS's agent for shells writes, the rest being read-only; by the name of the volume that is mounted there.
#: AWS promises a shell only with a writable root (containers-roadmap#1359, where others run it as we do).
SHELL: Final = {
    "shell-agent": "/managed-agents",
    "shell-log": "/var/log/amazon/ssm",
    "shell-state": "/var/lib/amazon/ssm",
}


@dataclass(frozen=True, kw_only=True)
class ContainerInputs:
    """What a container definition needs beside the container's table."""

    image: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]]  #: by variable
    secrets: Mapping[str, pulumi.Input[str]]  #: by variable: an ARN, with :key:: for one key of its JSON
    log_group: str
    region: str


def definition(container: TaskContainer, service: ServiceTable, inputs: ContainerInputs) -> dict[str, Any]:
    """One container of a service's task, as ECS describes it.

    Lists that ECS would add are written, and sorted: else each preview would show a change (study, pitfall 15).
    """
    table, port = container.table, container.table.listens
    ports = [{"containerPort": port, "hostPort": port, "protocol": "tcp"}] if port else []
    return {
        "name": container.name,
        "image": inputs.image,
        "essential": table.essential if isinstance(table, SideTable) else True,
        "user": table.user,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
        "portMappings": ports,
        "environment": [{"name": key, "value": inputs.environment[key]} for key in sorted(inputs.environment)],
        "secrets": [{"name": key, "valueFrom": inputs.secrets[key]} for key in sorted(inputs.secrets)],
        "logConfiguration": _log(container, service, inputs),
        "stopTimeout": min(service.drain, 120),
        "mountPoints": [
            {"containerPath": path, "readOnly": False, "sourceVolume": volume}
            for volume, path in volumes(container, service).items()
        ]
        + mount_points(table),
        "systemControls": [{"namespace": key, "value": table.sysctls[key]} for key in sorted(table.sysctls)],
        "volumesFrom": [],
        **_optional(container, service),
    }


def volumes(container: TaskContainer, service: ServiceTable) -> dict[str, str]:
    """Where a container may write, by the name of the volume there: each has its own, empty when the task starts."""
    first = container.table is service
    shells = SHELL if first else {f"{container.name}-{volume}": path for volume, path in SHELL.items()}
    own = {f"{container.name}{path.replace('/', '-').replace('.', '-')}": path for path in container.table.writable}
    return {**(shells if service.shell else {}), **own}


def _optional(container: TaskContainer, service: ServiceTable) -> dict[str, Any]:
    """Keys of the definition that only some tables ask for."""
    table, health = container.table, container.table.health
    found: dict[str, Any] = {"command": list(table.command)} if table.command else {}
    if share := service.share(container.name):
        found["cpu"], found["memory"] = share
    if health.command:
        found["healthCheck"] = {
            "command": list(health.command),
            "interval": health.interval,
            "timeout": health.timeout,
            "retries": health.unhealthy,
            "startPeriod": health.grace,
        }
    return found


def _log(container: TaskContainer, service: ServiceTable, inputs: ContainerInputs) -> dict[str, Any]:
    options = {
        "awslogs-group": inputs.log_group,
        "awslogs-region": inputs.region,
        "awslogs-stream-prefix": service.log.prefix or container.name,
    }
    begins = {"awslogs-datetime-format": service.log.datetime} if service.log.datetime else {}
    return {"logDriver": "awslogs", "options": {**options, **begins}}
