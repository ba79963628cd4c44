"""Examples of the rule cluster-exec-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.Cluster("shop", configuration={"execute_command_configuration": {"logging": "NONE"}})


def passes() -> None:
    aws.ecs.Cluster(
        "shop",
        configuration={
            "execute_command_configuration": {
                "logging": "OVERRIDE",
                "log_configuration": {"cloud_watch_log_group_name": "/shop/exec"},
            }
        },
    )
