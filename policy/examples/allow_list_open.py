"""Examples of the rule allow-list-open."""

import pulumi_aws as aws


def fails() -> None:
    aws.workspaces.IpGroup("offices", rules=[{"source": "0.0.0.0/0"}])


def passes() -> None:
    aws.workspaces.IpGroup("offices", rules=[{"source": "203.0.113.0/24", "description": "the office"}])
