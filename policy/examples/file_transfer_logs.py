"""Examples of the rule file-transfer-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.transfer.Server("files")


def passes() -> None:
    group = aws.cloudwatch.LogGroup("files", retention_in_days=365)
    aws.transfer.Server("files", structured_log_destinations=[group.arn.apply(lambda arn: f"{arn}:*")])
