"""Examples of the rule task-roles-apart."""

import json

import pulumi_aws as aws

ROLE = "arn:aws:iam::111122223333:role/app"
START = "arn:aws:iam::111122223333:role/start-app"


def fails() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps([{"name": "app", "image": "registry.example:5000/app:2.7.1"}]),
        execution_role_arn=ROLE,
        task_role_arn=ROLE,
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "app",
        family="app",
        container_definitions=json.dumps([{"name": "app", "image": "registry.example:5000/app:2.7.1"}]),
        execution_role_arn=START,
        task_role_arn=ROLE,
    )
