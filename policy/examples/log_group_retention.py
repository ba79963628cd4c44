"""Examples of the rule log-group-retention."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudwatch.LogGroup("shop")


def passes() -> None:
    aws.cloudwatch.LogGroup("shop", retention_in_days=365)
