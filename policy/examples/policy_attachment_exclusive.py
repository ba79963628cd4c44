"""Examples of the rule policy-attachment-exclusive."""

import pulumi_aws as aws

LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def fails() -> None:
    aws.iam.PolicyAttachment("read", policy_arn=READ, groups=["auditors"])
    aws.iam.RolePolicyAttachment("dashboard-read", policy_arn=READ, role="dashboard")


def passes() -> None:
    aws.iam.PolicyAttachment("read", policy_arn=READ, groups=["auditors"], roles=["dashboard"])
    aws.iam.RolePolicyAttachment("dashboard-logs", policy_arn=LOGS, role="dashboard")
