"""Examples of the rule task-logs."""

import json

import pulumi_aws as aws


def fails() -> None:
    app = {"name": "app", "image": "shop/app:1.4.2", "logConfiguration": {"logDriver": "awslogs"}}
    aws.ecs.TaskDefinition(
        "web", family="web", container_definitions=json.dumps([app, {"name": "proxy", "image": "shop/proxy:2.0.0"}])
    )


def passes() -> None:
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop", "awslogs-region": "eu-central-1"}}
    app = {"name": "app", "image": "shop/app:1.4.2", "logConfiguration": logs}
    proxy = {"name": "proxy", "image": "shop/proxy:2.0.0", "logConfiguration": logs}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=json.dumps([app, proxy]))
