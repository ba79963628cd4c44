"""Examples of the rule key-deletion-window."""

import pulumi_aws as aws


def fails() -> None:
    aws.kms.Key("data", enable_key_rotation=True, deletion_window_in_days=7)


def passes() -> None:
    aws.kms.Key("data", enable_key_rotation=True, deletion_window_in_days=30)
