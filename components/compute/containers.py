"""Container definitions: complete and in one order, so that AWS's copy of them never differs from ours."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from settings.tables.compute import ServiceTable

#: Where AWS's agent for shells writes, the rest being read-only; by the name of the volume that is mounted there.
#: AWS promises a shell only with a writable root (containers-roadmap#1359, where others run it as we do).
SHELL: Final = {
    "shell-agent": "/managed-agents",
    "shell-log": "/var/log/amazon/ssm",
    "shell-state": "/var/lib/amazon/ssm",
}


def definition(
    name: str,
    table: ServiceTable,
    *,
    image: pulumi.Input[str],
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
    log_group: str,
    region: str,
) -> dict[str, Any]:
    """The one container of a service's task, as ECS describes it.

    `environment` and `secrets` are by variable; a secret's value is its ARN, with :key:: for one key of its JSON.
    Lists that ECS would add are written, and sorted: else each preview would show a change (study, pitfall 15).
    """
    port = table.listens
    ports = [{"containerPort": port, "hostPort": port, "protocol": "tcp"}] if port else []
    return {
        "name": name,
        "image": image,
        "essential": True,
        "user": table.user,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
        "portMappings": ports,
        "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
        "secrets": [{"name": key, "valueFrom": secrets[key]} for key in sorted(secrets)],
        "healthCheck": {
            "command": list(table.health.command),
            "interval": table.health.interval,
            "timeout": table.health.timeout,
            "retries": table.health.unhealthy,
            "startPeriod": table.health.grace,
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {"awslogs-group": log_group, "awslogs-region": region, "awslogs-stream-prefix": name},
        },
        "stopTimeout": min(table.drain, 120),
        "mountPoints": _mounts(table),
        "systemControls": [],
        "volumesFrom": [],
    }


def _mounts(table: ServiceTable) -> list[dict[str, Any]]:
    places = SHELL if table.shell else {}
    return [{"containerPath": path, "readOnly": False, "sourceVolume": volume} for volume, path in places.items()]
