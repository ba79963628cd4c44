"""Examples of the rule container-user."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps([{"name": "app", "image": "registry.example:5000/app:2.7.1"}]),
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [{"name": "app", "image": "registry.example:5000/app:2.7.1", "user": "10001:10001"}]
        ),
    )
