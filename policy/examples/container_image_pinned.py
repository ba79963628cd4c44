"""Examples of the rule container-image-pinned."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [{"name": "app", "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:latest"}]
        ),
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps(
            [{"name": "app", "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:9fceb02"}]
        ),
    )
