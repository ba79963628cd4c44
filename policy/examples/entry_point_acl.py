"""Examples of the rule entry-point-acl."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])


def passes() -> None:
    balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    acl = aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"block": {}}, visibility_config=metrics)
    aws.wafv2.WebAclAssociation("web", resource_arn=balancer.arn, web_acl_arn=acl.arn)
