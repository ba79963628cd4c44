"""Examples of the rule acl-stops-nothing."""

import pulumi_aws as aws


def fails() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    group = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
        name="AWSManagedRulesCommonRuleSet", vendor_name="AWS"
    )
    common = aws.wafv2.WebAclRuleArgs(
        name="common",
        priority=1,
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(count=aws.wafv2.WebAclRuleOverrideActionCountArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(managed_rule_group_statement=group),
        visibility_config=aws.wafv2.WebAclRuleVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True, metric_name="common", sampled_requests_enabled=True
        ),
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"allow": {}}, rules=[common], visibility_config=metrics)


def passes() -> None:
    metrics = aws.wafv2.WebAclVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name="edge", sampled_requests_enabled=True
    )
    group = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
        name="AWSManagedRulesCommonRuleSet", vendor_name="AWS"
    )
    common = aws.wafv2.WebAclRuleArgs(
        name="common",
        priority=1,
        override_action=aws.wafv2.WebAclRuleOverrideActionArgs(none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()),
        statement=aws.wafv2.WebAclRuleStatementArgs(managed_rule_group_statement=group),
        visibility_config=aws.wafv2.WebAclRuleVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True, metric_name="common", sampled_requests_enabled=True
        ),
    )
    aws.wafv2.WebAcl("edge", scope="REGIONAL", default_action={"allow": {}}, rules=[common], visibility_config=metrics)
