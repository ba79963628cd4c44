"""Examples of the rule acl-logs."""

import pulumi_aws as aws


def fails() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"block": {}}, visibility_config=metrics)


def passes() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    acl = aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"block": {}}, visibility_config=metrics)
    group = aws.cloudwatch.LogGroup("edge", name="aws-waf-logs-edge", retention_in_days=365)
    aws.wafv2.WebAclLoggingConfiguration("edge", resource_arn=acl.arn, log_destination_configs=[group.arn])
