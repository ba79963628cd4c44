"""Examples of the rule agent-gateway-authorized."""

import pulumi_aws as aws


def fails() -> None:
    aws.bedrock.AgentcoreGateway(
        "tools",
        name="tools",
        role_arn="arn:aws:iam::111122223333:role/tools",
        protocol_type="MCP",
        authorizer_type="NONE",
    )


def passes() -> None:
    aws.bedrock.AgentcoreGateway(
        "tools",
        name="tools",
        role_arn="arn:aws:iam::111122223333:role/tools",
        protocol_type="MCP",
        authorizer_type="AWS_IAM",
    )
