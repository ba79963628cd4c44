"""Tasks on ECS: their network interfaces cannot be isolated (ledger N-19), so a task is stopped.

A finding may be false, and false in the same way for each task of a service. So no more than a part of a service's
tasks is stopped within an hour; beyond that people decide. Each run that wants to stop a task first writes so on the
task, and only then counts: of runs at the same time none can miss another, and at worst all leave it to people.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.auto_remediate.events import Task
from functions.common.aws import client, refused

ONE_IN = 3  #: tasks of a service that may be stopped; of fewer tasks, one
HOUR = 3600  #: seconds, in which they are counted; ECS shows stopped tasks for as long
AT_ONCE = 100  #: tasks that ECS describes in one call
CLAIM = "auto-remediate-stop"  #: tag of a task, with the second in which a run wanted to stop it
REASON = "Isolated after a finding of GuardDuty"


def running(task: Task) -> Mapping[str, Any] | None:
    """What ECS knows of a task; None where it is gone, or about to."""
    try:
        found = client("ecs").describe_tasks(cluster=task.cluster, tasks=[task.arn])["tasks"]
    except ClientError as error:
        if refused(error, "ClusterNotFoundException"):
            return None
        raise
    stopped = not found or "STOPPED" in (found[0]["lastStatus"], found[0].get("desiredStatus"))
    return None if stopped else found[0]


def stop(task: Task, found: Mapping[str, Any], logger: Logger) -> str | None:
    """Stop a task, after writing down what is known of it; or say why not."""
    logger.warning("evidence", evidence=evidence(found))
    service = found.get("group", "")
    if service.startswith("service:"):
        others, count = _claimed(task, service.removeprefix("service:"))
        if others >= max(1, count // ONE_IN):
            return (
                f"NOT STOPPED: {task.arn}. Of {count} tasks of {service} {others} were to be stopped within the hour:"
                " somebody must decide whether the findings are true, and stop it"
            )
    client("ecs").stop_task(cluster=task.cluster, task=task.arn, reason=REASON)
    return None


def _claimed(task: Task, service: str) -> tuple[int, int]:
    """How many other tasks of the service were to be stopped within the hour, and how many run."""
    ecs, now = client("ecs"), int(time.time())
    ecs.tag_resource(resourceArn=task.arn, tags=[{"key": CLAIM, "value": str(now)}])
    alive = _listed(task.cluster, service, "RUNNING")
    others = sorted({*alive, *_listed(task.cluster, service, "STOPPED")} - {task.arn})
    claims = [
        int(tag["value"])
        for at in range(0, len(others), AT_ONCE)
        for found in ecs.describe_tasks(cluster=task.cluster, tasks=others[at : at + AT_ONCE], include=["TAGS"])[
            "tasks"
        ]
        for tag in found.get("tags", [])
        if tag["key"] == CLAIM and tag["value"].isdecimal()
    ]
    return sum(claim > now - HOUR for claim in claims), len(alive)


def _listed(cluster: str, service: str, status: str) -> Sequence[str]:
    pages = client("ecs").get_paginator("list_tasks")
    return list(pages.paginate(cluster=cluster, serviceName=service, desiredStatus=status).search("taskArns[]"))


def evidence(task: Mapping[str, Any]) -> dict[str, Any]:
    """What helps to find the way in; not the overrides, which may carry secrets."""
    wanted = ("taskArn", "taskDefinitionArn", "group", "startedBy", "lastStatus", "connectivity", "attachments")
    containers = [
        {name: each[name] for name in ("name", "image", "imageDigest", "lastStatus", "runtimeId") if name in each}
        for each in task.get("containers", [])
    ]
    return {**{name: task[name] for name in wanted if name in task}, "containers": containers}
