"""Examples of the rule iam-managed-admin."""

import pulumi_aws as aws


def fails() -> None:
    aws.iam.RolePolicyAttachment("worker", role="worker", policy_arn=aws.iam.ManagedPolicy.ADMINISTRATOR_ACCESS)


def passes() -> None:
    aws.iam.RolePolicyAttachment(
        "worker", role="worker", policy_arn=aws.iam.ManagedPolicy.AMAZON_ECS_TASK_EXECUTION_ROLE_POLICY
    )
