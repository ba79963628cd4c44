"""Examples of the rule task-volume-in-transit."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        container_definitions="[]",
        volumes=[{"name": "share", "efs_volume_configuration": {"file_system_id": "fs-1"}}],
    )


def passes() -> None:
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        container_definitions="[]",
        volumes=[
            {"name": "share", "efs_volume_configuration": {"file_system_id": "fs-1", "transit_encryption": "ENABLED"}}
        ],
    )
