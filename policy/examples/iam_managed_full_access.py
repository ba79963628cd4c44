"""Examples of the rule iam-managed-full-access."""

import pulumi_aws as aws


def fails() -> None:
    aws.iam.RolePolicyAttachment("worker", role="worker", policy_arn=aws.iam.ManagedPolicy.AMAZON_S3_FULL_ACCESS)


def passes() -> None:
    aws.iam.RolePolicyAttachment("worker", role="worker", policy_arn=aws.iam.ManagedPolicy.AMAZON_S3_READ_ONLY_ACCESS)
