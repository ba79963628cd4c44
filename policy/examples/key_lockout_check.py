"""Examples of the rule key-lockout-check."""

import pulumi_aws as aws


def fails() -> None:
    aws.kms.Key("data", enable_key_rotation=True, bypass_policy_lockout_safety_check=True)


def passes() -> None:
    aws.kms.Key("data", enable_key_rotation=True)
