"""What the web asks for is written down: load balancers, content delivery and buckets keep access logs."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "logging"

BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer")
NO_REQUESTS: Final = ("network", "gateway")  # these pass on connections, not requests


@rule(
    "balancer-access-logs",
    family=FAMILY,
    on=BALANCERS,
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.5",),
    why="Who asked for what, and what was answered, is nowhere else; a bucket alone does not switch it on.",
    fix="Set access_logs={'bucket': bucket.bucket, 'enabled': True}.",
)
def balancer_access_logs(balancer: Resource) -> Iterator[Finding]:
    classic = balancer.type == BALANCERS[1]
    kind = ABSENT if classic else balancer["loadBalancerType"]
    if kind in NO_REQUESTS:
        return
    by_default = classic and balancer["accessLogs"] is not ABSENT
    enabled = balancer.switch("accessLogs.enabled", absent=by_default)
    bucket = balancer["accessLogs.bucket"] not in (ABSENT, "")
    match every([enabled, bucket]):
        case True:
            pass
        case False if kind is UNKNOWN:
            yield balancer.undecided("loadBalancerType")
        case False:
            yield balancer.finding("keeps no access log", at="accessLogs.enabled" if bucket else "accessLogs")
        case _:
            yield balancer.undecided("accessLogs.enabled")


DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
TENANTS: Final = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
SOURCE: Final = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
DELIVERY: Final = "aws:cloudwatch/logDelivery:LogDelivery"

# The log that a distribution names itself; the newer one is delivered by resources beside it.
NAMED: Final = {
    DISTRIBUTION: ("loggingConfig.bucket", "defaultCacheBehavior.realtimeLogConfigArn"),
    TENANTS: ("defaultCacheBehavior.realtimeLogConfigArn",),
}


@rule(
    "cdn-access-logs",
    family=FAMILY,
    on=NAMED,
    severity=Severity.MEDIUM,
    controls=("FSBP CloudFront.5",),
    why="What the edge answers from its cache no server ever sees: only the edge can write it down.",
    fix="Set logging_config={'bucket': bucket.bucket_domain_name}, or add an aws.cloudwatch.LogDeliverySource for it "
    "with log_type='ACCESS_LOGS' and a LogDelivery.",
    level=EnforcementLevel.ADVISORY,
)
def cdn_access_logs(cdn: Resource, stack: Stack) -> Iterator[Finding]:
    named = NAMED[cdn.type]
    if any(cdn[path] not in (ABSENT, "") and cdn[path.split(".")[0]] is not UNKNOWN for path in named):
        return
    if any(cdn[path] is UNKNOWN for path in named):  # a whole block that nobody knows
        yield cdn.undecided(named[0])
        return
    sources = attached(stack, cdn, SOURCE, "resourceArn", *NAMED)
    match sources.some(lambda source: _delivers(source, stack)):
        case True:
            pass
        case False:
            yield cdn.finding("keeps no access log", at=NAMED[cdn.type][0])
        case _:
            yield cdn.undecided(NAMED[cdn.type][0])


def _delivers(source: Resource, stack: Stack) -> Answer:
    """Return whether a source of logs is delivered anywhere; one without a delivery may have it in another stack."""
    kind = source["logType"]
    if kind is not UNKNOWN and kind != "ACCESS_LOGS":
        return False
    delivered = attached(stack, source, DELIVERY, "deliverySourceName").some(lambda _: True)
    return True if delivered is True and kind is not UNKNOWN else UNKNOWN


BUCKET: Final = "aws:s3/bucket:Bucket"
# Where else than into a bucket logs may go.
ELSEWHERE: Final = (
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
)
# Who names the bucket that takes logs, and where.
WRITERS: Final = (
    (BUCKET, "logging.targetBucket"),
    ("aws:s3/bucketLogging:BucketLogging", "targetBucket"),
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket"),
    ("aws:lb/loadBalancer:LoadBalancer", "connectionLogs.bucket"),
    ("aws:elb/loadBalancer:LoadBalancer", "accessLogs.bucket"),
    (DISTRIBUTION, "loggingConfig.bucket"),
    ("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "deliveryDestinationConfiguration"),
    ("aws:cloudtrail/trail:Trail", "s3BucketName"),
    ("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName"),
    ("aws:ec2/flowLog:FlowLog", "logDestination"),
    ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "logDestinationConfigs"),
    ("aws:networkfirewall/loggingConfiguration:LoggingConfiguration", "loggingConfiguration"),
    ("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", "destinationArn"),
    ("aws:redshift/logging:Logging", "bucketName"),
    ("aws:globalaccelerator/accelerator:Accelerator", "attributes.flowLogsS3Bucket"),
    ("aws:msk/cluster:Cluster", "loggingInfo.brokerLogs.s3.bucket"),
)


def takes_logs(bucket: Resource, stack: Stack) -> Answer:
    """Return whether a bucket is where others write their logs."""
    writers = [attached(stack, bucket, token, path, BUCKET, *ELSEWHERE) for token, path in WRITERS]
    return some(one.some(lambda _: True) for one in writers)


@rule(
    "bucket-access-logs",
    family=FAMILY,
    on=BUCKET,
    severity=Severity.LOW,
    controls=("FSBP S3.9", "CIS 5.0 3.4"),
    why="Who read which object is asked after every leak. A bucket of logs need not log itself.",
    fix="Add an aws.s3.BucketLogging with its bucket and a target_bucket, or record S3 data events with CloudTrail.",
    level=EnforcementLevel.ADVISORY,
)
def bucket_access_logs(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    beside = attached(stack, bucket, "aws:s3/bucketLogging:BucketLogging", "bucket").some(lambda _: True)
    match some([bucket["logging.targetBucket"] not in (ABSENT, ""), beside, takes_logs(bucket, stack)]):
        case True:
            pass
        case False:
            yield bucket.finding("keeps no access log", at="logging")
        case _:
            yield bucket.undecided("logging")
