"""Examples of the rule secret-recovery."""

import pulumi_aws as aws


def fails() -> None:
    aws.secretsmanager.Secret("partner-key", recovery_window_in_days=0)


def passes() -> None:
    aws.secretsmanager.Secret("partner-key")
