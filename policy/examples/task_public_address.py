"""Examples of the rule task-public-address."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.Service(
        "app",
        cluster="crew",
        task_definition="app:1",
        desired_count=2,
        launch_type="FARGATE",
        network_configuration={"subnets": ["subnet-1"], "assign_public_ip": True},
    )


def passes() -> None:
    aws.ecs.Service(
        "app",
        cluster="crew",
        task_definition="app:1",
        desired_count=2,
        launch_type="FARGATE",
        network_configuration={"subnets": ["subnet-1"], "assign_public_ip": False},
    )
