"""AWS's public on-demand list prices in us-east-1 that the cost estimate needs, without tax, discount or free tier.

Read from dated public copies of AWS's price list and pricing pages, compiled on the day below. AWS's own pages decide.
"""

from typing import NamedTuple

COMPILED = "2026-11-21"
REGION = "us-east-1"  #: whose prices these are
EVERYWHERE = frozenset({"route53.hosted_zone"})  #: the same in all regions
HOURS = 730  #: of a month, as AWS's calculator counts


class Price(NamedTuple):
    """One line of the list."""

    usd: float
    unit: str
    sure: str  #: high: two copies or AWS's own page agree; medium: derived; low: not confirmed, check before use


PRICES = {
    "fargate.linux_x86.vcpu": Price(0.04048, "vCPU-hour", "high"),
    "fargate.linux_x86.memory": Price(0.004445, "GB-hour", "high"),
    "rds.postgres.db.t3.micro.single_az": Price(0.018, "instance-hour", "high"),
    "rds.postgres.db.t3.small.single_az": Price(0.036, "instance-hour", "high"),
    "rds.postgres.db.t3.medium.multi_az": Price(0.144, "instance-hour with its standby", "medium"),
    "rds.storage.gp3.single_az": Price(0.115, "GB-month", "high"),
    "rds.storage.gp3.multi_az": Price(0.23, "GB-month", "high"),
    "rds.backup": Price(0.095, "GB-month", "high"),
    "elasticache.redis.cache.t3.micro": Price(0.017, "node-hour", "high"),
    "elasticache.redis.cache.t3.small": Price(0.034, "node-hour", "high"),
    "elasticache.redis.cache.t3.medium": Price(0.068, "node-hour", "high"),
    "nat_gateway.hour": Price(0.045, "gateway-hour", "high"),
    "nat_gateway.data": Price(0.045, "GB", "high"),
    "alb.hour": Price(0.0225, "load balancer-hour", "high"),
    "alb.lcu": Price(0.008, "LCU-hour", "high"),
    "vpc_endpoint.interface.hour": Price(0.01, "endpoint-hour, each zone", "high"),
    "vpc_endpoint.interface.data": Price(0.01, "GB", "high"),
    "public_ipv4": Price(0.005, "address-hour", "high"),
    "data_transfer.internet_out": Price(0.09, "GB", "high"),
    "waf.web_acl": Price(5.0, "web ACL-month", "high"),
    "waf.rule": Price(1.0, "rule-month", "high"),
    "waf.requests": Price(0.6, "million requests", "high"),
    "cloudwatch.alarm.standard": Price(0.1, "metric-month", "high"),
    "cloudwatch.alarm.composite": Price(0.5, "alarm-month", "low"),
    "cloudwatch.dashboard": Price(3.0, "dashboard-month", "high"),
    "cloudwatch.metric.custom": Price(0.3, "metric-month", "high"),
    "cloudwatch.logs.ingest": Price(0.5, "GB", "high"),
    "cloudwatch.logs.storage": Price(0.03, "GB-month", "high"),
    "s3.standard": Price(0.023, "GB-month", "high"),
    "kms.key": Price(1.0, "key-month", "high"),
    "secretsmanager.secret": Price(0.4, "secret-month", "high"),
    "route53.hosted_zone": Price(0.5, "zone-month", "high"),
    "ecr.storage": Price(0.1, "GB-month", "high"),
    "guardduty.cloudtrail_events": Price(4.0, "million events", "high"),
    "guardduty.flow_dns_logs": Price(1.0, "GB", "high"),
    "guardduty.rds_protection": Price(1.0, "vCPU-month", "high"),
    "guardduty.runtime": Price(1.5, "vCPU-month", "high"),
    "securityhub.cspm_check": Price(0.001, "check", "high"),
    "config.item": Price(0.003, "configuration item", "high"),
    "config.rule_evaluation": Price(0.001, "evaluation", "high"),
    "inspector.ecr.initial_scan": Price(0.09, "image", "low"),
}


def price(id_: str, region: str) -> Price | None:
    """What a piece costs in a region; None if that is not known. Another region's price is none."""
    return PRICES.get(id_) if region == REGION or id_ in EVERYWHERE else None
