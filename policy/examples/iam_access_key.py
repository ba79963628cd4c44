"""Examples of the rule iam-access-key."""

import pulumi_aws as aws


def fails() -> None:
    user = aws.iam.User("pipeline")
    aws.iam.AccessKey("pipeline", user=user.name)


def passes() -> None:
    user = aws.iam.User("pipeline")
    aws.iam.AccessKey("pipeline", user=user.name, status="Inactive")
