"""Examples of the rule user-pool-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.cognito.UserPool("customers")


def passes() -> None:
    aws.cognito.UserPool("customers", deletion_protection="ACTIVE")
