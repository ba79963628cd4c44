"""Rows of the logs of load balancers, distributions, APIs and buckets."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import BUCKET, NETWORK_BALANCER, OTHER, Row, cdn, r, three, unknown
from tests.policy.engine import Declared
from tests.policy.rules.logging.network import flow_log
from tests.policy.rules.logging.services import beside

LB = "lb/loadBalancer:LoadBalancer"
INTO = {"bucket": "parcels"}


def source(ref: str = "it.arn", kind: str = "ACCESS_LOGS") -> Declared:
    return r(
        "cloudwatch/logDeliverySource:LogDeliverySource", "tap", refs={"resourceArn": ref}, logType=kind, name="tap"
    )


DELIVERY = r("cloudwatch/logDelivery:LogDelivery", "pipe", refs={"deliverySourceName": "tap.name"})


def to_bucket(token: str, path: str, ref: str = "it.bucket", **props: Any) -> tuple[Declared, ...]:
    return (BUCKET, r(token, "writer", refs={path: ref}, **props))


WEB = [
    *three(
        "balancer-access-logs",
        LB,
        {"accessLogs": {**INTO, "enabled": True}},
        {"accessLogs": INTO},
    ),
    Row(
        "balancer-access-logs",
        "undecided",
        "the switch",
        (OTHER, r(LB, accessLogs=INTO, refs=unknown("accessLogs.enabled"))),
    ),
    Row("balancer-access-logs", "undecided", "the kind", (OTHER, r(LB, refs=unknown("loadBalancerType")))),
    Row("balancer-access-logs", "breach", "unset", (r(LB),)),
    Row("balancer-access-logs", "breach", "by an alias", (r("alb/loadBalancer:LoadBalancer"),)),
    Row("balancer-access-logs", "breach", "on, but into nothing", (r(LB, accessLogs={"enabled": True}),)),
    Row("balancer-access-logs", "ok", "a network balancer", (NETWORK_BALANCER,)),
    Row(
        "balancer-access-logs",
        "ok",
        "a bucket made in the same run",
        (BUCKET, r(LB, "front", accessLogs={"enabled": True}, refs={"accessLogs.bucket": "it.id"})),
    ),
    *three("balancer-access-logs", "elb/loadBalancer:LoadBalancer", {"accessLogs": INTO}, {}),
    Row(
        "balancer-access-logs",
        "breach",
        "a classic one, off",
        (r("elb/loadBalancer:LoadBalancer", accessLogs={**INTO, "enabled": False}),),
    ),
    Row("cdn-access-logs", "ok", "", (cdn(loggingConfig={"bucket": "b.s3.amazonaws.com"}),)),
    Row("cdn-access-logs", "breach", "none", (cdn(),)),
    Row(
        "cdn-access-logs",
        "ok",
        "live",
        (cdn(defaultCacheBehavior={"viewerProtocolPolicy": "https-only", "realtimeLogConfigArn": "a"}),),
    ),
    Row("cdn-access-logs", "ok", "delivered", (cdn(), source(), DELIVERY)),
    Row("cdn-access-logs", "breach", "delivers other logs", (cdn(), source(kind="CONNECTION_LOGS"), DELIVERY)),
    Row("cdn-access-logs", "undecided", "where the delivery is", (cdn(), source())),
    Row("cdn-access-logs", "undecided", "whose source", (OTHER, cdn(), source("other.value"), DELIVERY)),
    Row(
        "cdn-access-logs",
        "breach",
        "another one's source",
        (
            cdn(),
            r("cloudfront/multitenantDistribution:MultitenantDistribution", "twin"),
            source("twin.arn"),
            DELIVERY,
        ),
    ),
    *beside("bucket-access-logs", BUCKET, "s3/bucketLogging:BucketLogging", "bucket", "id"),
    Row("bucket-access-logs", "ok", "inline", (r("s3/bucket:Bucket", logging={"targetBucket": "logs"}),)),
    *(
        Row("bucket-access-logs", "ok", f"it takes the logs of {token}", to_bucket(token, path, **props))
        for token, path, props in (
            ("s3/bucketLogging:BucketLogging", "targetBucket", {"bucket": "elsewhere"}),
            ("elb/loadBalancer:LoadBalancer", "accessLogs.bucket", {}),
            (LB, "accessLogs.bucket", {"accessLogs": {"enabled": True}}),
            (LB, "connectionLogs.bucket", {}),
            ("cloudtrail/trail:Trail", "s3BucketName", {}),
            ("cfg/deliveryChannel:DeliveryChannel", "s3BucketName", {}),
            ("redshift/logging:Logging", "bucketName", {}),
            ("msk/cluster:Cluster", "loggingInfo.brokerLogs.s3.bucket", {}),
            ("globalaccelerator/accelerator:Accelerator", "attributes.flowLogsS3Bucket", {}),
        )
    ),
    *(
        Row("bucket-access-logs", "ok", f"it takes the logs of {token}", to_bucket(token, path, "it.arn"))
        for token, path in (
            ("ec2/flowLog:FlowLog", "logDestination"),
            ("route53/resolverQueryLogConfig:ResolverQueryLogConfig", "destinationArn"),
            ("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "logDestinationConfigs[0]"),
            (
                "cloudwatch/logDeliveryDestination:LogDeliveryDestination",
                "deliveryDestinationConfiguration.destinationResourceArn",
            ),
        )
    ),
    Row(
        "bucket-access-logs",
        "breach",
        "flows go to a log group",
        (BUCKET, r("cloudwatch/logGroup:LogGroup", "g"), flow_log("logDestination", "g.arn")),
    ),
]

ROWS = WEB
