"""Examples of the rule container-capabilities."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [
                {
                    "name": "app",
                    "image": "registry.example:5000/app:2.7.1",
                    "linuxParameters": {"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}},
                }
            ]
        ),
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [
                {
                    "name": "app",
                    "image": "registry.example:5000/app:2.7.1",
                    "linuxParameters": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
                }
            ]
        ),
    )
