"""Examples of the rule image-shared."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.AmiLaunchPermission("base", image_id="ami-0a1b2c3d", group="all")


def passes() -> None:
    aws.ec2.AmiLaunchPermission("base", image_id="ami-0a1b2c3d", account_id="444455556666")
