"""Examples of the rule queue-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.sqs.Queue("jobs", sqs_managed_sse_enabled=False)


def passes() -> None:
    aws.sqs.Queue("jobs")
