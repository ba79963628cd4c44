"""Examples of the rule workbench-ssh."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloud9.EnvironmentEC2("bench", instance_type="t3.small", image_id="amazonlinux-2023-x86_64")


def passes() -> None:
    aws.cloud9.EnvironmentEC2(
        "bench", instance_type="t3.small", image_id="amazonlinux-2023-x86_64", connection_type="CONNECT_SSM"
    )
