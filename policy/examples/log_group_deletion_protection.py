"""Examples of the rule log-group-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudwatch.LogGroup("audit", retention_in_days=3653)


def passes() -> None:
    aws.cloudwatch.LogGroup("audit", retention_in_days=3653, deletion_protection_enabled=True)
