"""Examples of the rule api-access-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigatewayv2.Stage("live", api_id="shop", auto_deploy=True)


def passes() -> None:
    group = aws.cloudwatch.LogGroup("calls", retention_in_days=365)
    aws.apigatewayv2.Stage(
        "live",
        api_id="shop",
        auto_deploy=True,
        access_log_settings={"destination_arn": group.arn, "format": "$context.requestId $context.status"},
    )
