"""Examples of the rule access-point-public-access-block."""

import pulumi_aws as aws


def fails() -> None:
    aws.s3.AccessPoint("reader", bucket="photos", public_access_block_configuration={"block_public_policy": False})


def passes() -> None:
    aws.s3.AccessPoint("reader", bucket="photos")
