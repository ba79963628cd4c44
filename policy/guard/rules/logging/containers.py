"""Containers write their logs to where they can be read."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator

from guard.aws.containers import ECS_DAEMON, ECS_TASK, Container, containers
from guard.model.graph import ABSENT, Finding, Resource
from guard.model.rule import Severity, rule


@rule(
    "task-logs",
    family="logging",
    on=(ECS_TASK, ECS_DAEMON),
    severity=Severity.MEDIUM,
    controls=("FSBP ECS.9",),
    why="What a container without a log driver prints is gone with it: of a crash only the exit code is left. Sidecars "
    "are where intruders and broken proxies hide.",
    fix="Give every container, sidecars too, a logConfiguration: {'logDriver': 'awslogs', 'options': {'awslogs-group': "
    "..., 'awslogs-region': ..., 'awslogs-stream-prefix': ...}}.",
)
def task_logs(task: Resource) -> Iterator[Finding]:
    for one in containers(task):
        if not isinstance(one, Container):
            yield task.undecided(one)
        elif one["logConfiguration.logDriver"] in (ABSENT, "", "none"):
            yield task.finding(f"has a container that logs nothing: {one.name}", at=one.at, about=one.name)
