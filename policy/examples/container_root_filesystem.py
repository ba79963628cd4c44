"""Examples of the rule container-root-filesystem."""

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
            [
                {
                    "name": "app",
                    "image": "registry.example:5000/app:2.7.1",
                    "readonlyRootFilesystem": True,
                    "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],
                }
            ]
        ),
        volumes=[{"name": "scratch"}],
    )
