"""Examples of the rule exec-logged."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.Cluster("crew", configuration={"execute_command_configuration": {"logging": "NONE"}})


def passes() -> None:
    aws.ecs.Cluster(
        "crew",
        configuration={
            "execute_command_configuration": {
                "logging": "OVERRIDE",
                "log_configuration": {"cloud_watch_log_group_name": "/crew/exec"},
            }
        },
    )
