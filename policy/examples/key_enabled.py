"""Examples of the rule key-enabled."""

import pulumi_aws as aws


def fails() -> None:
    aws.kms.Key("data", is_enabled=False)


def passes() -> None:
    aws.kms.Key("data", enable_key_rotation=True)
