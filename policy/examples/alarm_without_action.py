"""Examples of the rule alarm-without-action."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudwatch.MetricAlarm("busy", comparison_operator="GreaterThanThreshold", evaluation_periods=3, threshold=80)


def passes() -> None:
    bell = aws.sns.Topic("bell")
    aws.cloudwatch.MetricAlarm(
        "busy",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=3,
        threshold=80,
        alarm_actions=[bell.arn],
    )
