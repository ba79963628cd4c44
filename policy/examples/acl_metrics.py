"""Examples of the rule acl-metrics."""

import pulumi_aws as aws


def fails() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=False, metric_name="edge", sampled_requests_enabled=True
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"block": {}}, visibility_config=metrics)


def passes() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"block": {}}, visibility_config=metrics)
