"""Examples of the rule map-reduce-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.emr.BlockPublicAccessConfiguration("clusters", block_public_security_group_rules=False)


def passes() -> None:
    aws.emr.BlockPublicAccessConfiguration("clusters", block_public_security_group_rules=True)
