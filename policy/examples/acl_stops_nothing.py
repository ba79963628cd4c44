"""Examples of the rule acl-stops-nothing."""

import pulumi_aws as aws


def fails() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    common = aws.wafv2.WebAclRuleArgs(
        name="common",
        priority=1,
        override_action={"count": {}},
        statement={"managed_rule_group_statement": {"name": "AWSManagedRulesCommonRuleSet", "vendor_name": "AWS"}},
        visibility_config={
            "cloudwatch_metrics_enabled": True,
            "metric_name": "common",
            "sampled_requests_enabled": True,
        },
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"allow": {}}, rules=[common], visibility_config=metrics)


def passes() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    common = aws.wafv2.WebAclRuleArgs(
        name="common",
        priority=1,
        override_action={"none": {}},
        statement={"managed_rule_group_statement": {"name": "AWSManagedRulesCommonRuleSet", "vendor_name": "AWS"}},
        visibility_config={
            "cloudwatch_metrics_enabled": True,
            "metric_name": "common",
            "sampled_requests_enabled": True,
        },
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"allow": {}}, rules=[common], visibility_config=metrics)
