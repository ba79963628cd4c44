"""Examples of the rule iam-user-policy."""

import pulumi_aws as aws


def fails() -> None:
    aws.iam.PolicyAttachment("audit", users=["pat"], policy_arn=aws.iam.ManagedPolicy.READ_ONLY_ACCESS)


def passes() -> None:
    aws.iam.PolicyAttachment("audit", groups=["auditors"], policy_arn=aws.iam.ManagedPolicy.READ_ONLY_ACCESS)
