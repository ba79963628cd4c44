"""Examples of the rule zone-query-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.route53.Zone("shop", name="shop.example.com")


def passes() -> None:
    zone = aws.route53.Zone("shop", name="shop.example.com")
    aws.route53.QueryLog(
        "shop",
        zone_id=zone.zone_id,
        cloudwatch_log_group_arn="arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/shop.example.com",
    )
