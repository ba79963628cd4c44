"""Examples of the rule required-tags."""

import pulumi_aws as aws

# As a stack's policy configuration has it: {"tagging-graph": {"requiredTags": ["Owner", "CostCentre"]}}
SETTINGS = {"requiredTags": ["Owner", "CostCentre"]}


def fails() -> None:
    aws.sqs.Queue("jobs", tags={"owner": "harbour"})


def passes() -> None:
    aws.sqs.Queue("jobs", tags={"Owner": "harbour", "CostCentre": "42"})
