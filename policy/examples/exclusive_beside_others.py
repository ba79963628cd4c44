"""Examples of the rule exclusive-beside-others."""

import pulumi_aws as aws

LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
NETWORK = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"


def fails() -> None:
    role = aws.iam.Role("worker", assume_role_policy="{}")
    aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=LOGS)
    aws.iam.RolePolicyAttachment("network", role=role.name, policy_arn=NETWORK)
    aws.iam.RolePolicyAttachmentsExclusive("only", role_name=role.name, policy_arns=[LOGS])


def passes() -> None:
    role = aws.iam.Role("worker", assume_role_policy="{}")
    aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=LOGS)
    aws.iam.RolePolicyAttachment("network", role=role.name, policy_arn=NETWORK)
    aws.iam.RolePolicyAttachmentsExclusive("only", role_name=role.name, policy_arns=[LOGS, NETWORK])
