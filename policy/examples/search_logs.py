"""Examples of the rule search-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain("search", engine_version="OpenSearch_2.17")


def passes() -> None:
    group = aws.cloudwatch.LogGroup("search", retention_in_days=365)
    aws.opensearch.Domain(
        "search",
        engine_version="OpenSearch_2.17",
        log_publishing_options=[{"log_type": "ES_APPLICATION_LOGS", "cloudwatch_log_group_arn": group.arn}],
    )
