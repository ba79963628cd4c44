"""Rows of the logs of containers."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared

TASK = "ecs/taskDefinition:TaskDefinition"
LOGS = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}
ROUTED = {"logConfiguration": {"logDriver": "awsfirelens"}}


def task(*containers: dict[str, Any]) -> Declared:
    return r(TASK, family="t", containerDefinitions=json.dumps(containers))


CONTAINERS = [
    Row("task-logs", "ok", "", (task({"name": "app", **LOGS}),)),
    Row("task-logs", "ok", "through a router that logs", (task({"name": "app", **ROUTED}, {"name": "log", **LOGS}),)),
    Row("task-logs", "breach", "none", (task({"name": "app"}),)),
    Row("task-logs", "breach", "the sidecar", (task({"name": "app", **LOGS}, {"name": "side"}),)),
    Row("task-logs", "breach", "no driver", (task({"name": "app", "logConfiguration": {}}),)),
    Row("task-logs", "breach", "none by name", (task({"name": "a", "logConfiguration": {"logDriver": "none"}}),)),
    Row("task-logs", "undecided", "", (OTHER, r(TASK, family="t", refs=unknown("containerDefinitions")))),
]

ROWS = CONTAINERS
