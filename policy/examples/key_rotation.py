"""Examples of the rule key-rotation."""

import pulumi_aws as aws


def fails() -> None:
    aws.kms.Key("data")


def passes() -> None:
    aws.kms.Key("data", enable_key_rotation=True)
