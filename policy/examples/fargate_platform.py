"""Examples of the rule fargate-platform."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.Service(
        "app", cluster="crew", task_definition="app:1", desired_count=2, launch_type="FARGATE", platform_version="1.3.0"
    )


def passes() -> None:
    aws.ecs.Service(
        "app",
        cluster="crew",
        task_definition="app:1",
        desired_count=2,
        launch_type="FARGATE",
        platform_version="LATEST",
    )
