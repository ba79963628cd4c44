"""Examples of the rule tag-values."""

import pulumi_aws as aws

# As a stack's policy configuration has it: {"tagging-advice": {"tagValues": {"CostCentre": "42"}}}
SETTINGS = {"tagValues": {"CostCentre": "42"}}


def fails() -> None:
    aws.sqs.Queue("jobs", tags={"CostCentre": "41"})


def passes() -> None:
    aws.sqs.Queue("jobs", tags={"CostCentre": "42"})
