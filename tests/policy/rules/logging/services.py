"""Rows of the family logging."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import BUCKET, DATA, NETWORK_BALANCER, OTHER, VPC, Row, cdn, r, three, unknown
from tests.policy.engine import Declared

# --- what a switch of the resource itself decides ------------------------------------------------------------------

EXPORTS = "enabledCloudwatchLogsExports"
TRUE = {"enabled": True}

SWITCHES = [
    *three("detection-off", "guardduty/detector:Detector", {}, {"enable": False}, "enable"),
    *three("detection-off", "macie2/account:Account", {"status": "ENABLED"}, {"status": "PAUSED"}, "status"),
    *three(
        "cluster-audit-logs",
        "eks/cluster:Cluster",
        {"enabledClusterLogTypes": ["api", "audit"]},
        {"enabledClusterLogTypes": ["api"]},
        "enabledClusterLogTypes",
    ),
    Row("cluster-audit-logs", "breach", "unset", (r("eks/cluster:Cluster"),)),
    *three(
        "cluster-exec-logs",
        "ecs/cluster:Cluster",
        {"configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}}},
        {"configuration": {"executeCommandConfiguration": {"logging": "NONE"}}},
        "configuration.executeCommandConfiguration.logging",
    ),
    *three(
        "vpn-connection-logs",
        "ec2clientvpn/endpoint:Endpoint",
        {"connectionLogOptions": TRUE},
        {"connectionLogOptions": {"enabled": False}},
        "connectionLogOptions.enabled",
    ),
    *three("api-access-logs", "apigateway/stage:Stage", {"accessLogSettings": {"destinationArn": "a"}}, {}),
    *three("api-access-logs", "apigatewayv2/stage:Stage", {"accessLogSettings": {"destinationArn": "a"}}, {}),
    Row(
        "api-access-logs",
        "ok",
        "to a group made in the same run",
        (
            r("cloudwatch/logGroup:LogGroup", "calls", retentionInDays=90),
            r("apigatewayv2/stage:Stage", refs={"accessLogSettings.destinationArn": "calls.arn"}),
        ),
    ),
    *three(
        "graph-api-logs",
        "appsync/graphQLApi:GraphQLApi",
        {"logConfig": {"fieldLogLevel": "ERROR"}},
        {"logConfig": {"fieldLogLevel": "NONE"}},
        "logConfig.fieldLogLevel",
    ),
    Row("graph-api-logs", "breach", "unset", (r("appsync/graphQLApi:GraphQLApi"),)),
    *three("database-logs", "rds/instance:Instance", {EXPORTS: ["postgresql"]}, {}),
    *three("database-logs", "rds/cluster:Cluster", {EXPORTS: ["audit"]}, {EXPORTS: []}),
    *three("database-logs", "redshiftserverless/namespace:Namespace", {"logExports": ["userlog"]}, {}),
    *three("database-audit-logs", "docdb/cluster:Cluster", {EXPORTS: ["audit"]}, {EXPORTS: ["profiler"]}, EXPORTS),
    *three(
        "database-audit-logs",
        "neptune/cluster:Cluster",
        {"enableCloudwatchLogsExports": ["audit"]},
        {},
        "enableCloudwatchLogsExports",
    ),
    *three(
        "broker-logs",
        "msk/cluster:Cluster",
        {"loggingInfo": {"brokerLogs": {"s3": {"enabled": True, "bucket": "b"}}}},
        {"loggingInfo": {"brokerLogs": {"s3": {"enabled": False}, "firehose": {"enabled": False}}}},
        "loggingInfo.brokerLogs.cloudwatchLogs.enabled",
    ),
    Row("broker-logs", "breach", "unset", (r("msk/cluster:Cluster"),)),
    *three(
        "broker-logs",
        "mskconnect/connector:Connector",
        {"logDelivery": {"workerLogDelivery": {"cloudwatchLogs": TRUE}}},
        {},
        "logDelivery.workerLogDelivery.s3.enabled",
    ),
    *three("broker-logs", "mq/broker:Broker", {"logs": {"general": True}}, {"logs": {"general": False}}, "logs.audit"),
    *three("file-transfer-logs", "transfer/server:Server", {"loggingRole": "arn:aws:iam::1:role/log"}, {}),
    *three("file-transfer-logs", "transfer/server:Server", {"structuredLogDestinations": ["g:*"]}, {"loggingRole": ""}),
    *three("file-transfer-logs", "transfer/connector:Connector", {"loggingRole": "arn:aws:iam::1:role/log"}, {}),
    *three(
        "workflow-logs",
        "sfn/stateMachine:StateMachine",
        {"loggingConfiguration": {"level": "ALL"}},
        {"loggingConfiguration": {"level": "OFF"}},
        "loggingConfiguration.level",
    ),
    Row("workflow-logs", "breach", "unset", (r("sfn/stateMachine:StateMachine"),)),
]

# --- what a resource beside it decides -----------------------------------------------------------------------------


def beside(rule: str, owner: Declared, side: str, path: str, output: str) -> list[Row]:
    """The rows of a rule that asks for a resource beside another one: its own, another one's, nobody knows whose."""
    twin = Declared("twin", owner.type, owner.props)
    return [
        Row(rule, "ok", "its own", (owner, r(side, "side", refs={path: f"it.{output}"}))),
        Row(rule, "breach", "none", (owner,)),
        Row(rule, "undecided", "nobody knows whose", (OTHER, owner, r(side, "side", refs=unknown(path)))),
        Row(
            rule,
            "breach",
            "one of two has none",
            (owner, twin, r(side, "side", refs={path: f"twin.{output}"})),
        ),
    ]


BESIDE = [
    *beside(
        "firewall-logs",
        r("networkfirewall/firewall:Firewall"),
        "networkfirewall/loggingConfiguration:LoggingConfiguration",
        "firewallArn",
        "arn",
    ),
    *beside(
        "acl-logs",
        r("wafv2/webAcl:WebAcl"),
        "wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "resourceArn",
        "arn",
    ),
    *beside(
        "warehouse-logs",
        r("redshift/cluster:Cluster"),
        "redshift/logging:Logging",
        "clusterIdentifier",
        "clusterIdentifier",
    ),
    *beside("zone-query-logs", r("route53/zone:Zone"), "route53/queryLog:QueryLog", "zoneId", "zoneId"),
    Row("zone-query-logs", "ok", "a private zone", (VPC, r("route53/zone:Zone", refs={"vpcs[0].vpcId": "net.id"}))),
    Row("zone-query-logs", "undecided", "private or not", (OTHER, r("route53/zone:Zone", refs=unknown("vpcs")))),
]

# --- searches, builds ----------------------------------------------------------------------------------------------


def publishes(*kinds: str, **more: Any) -> dict[str, Any]:
    return {"logPublishingOptions": [{"logType": kind, "cloudwatchLogGroupArn": "g", **more} for kind in kinds]}


OFF = {"logsConfig": {"cloudwatchLogs": {"status": "DISABLED"}}}

REST = [
    *three(
        "search-logs",
        "opensearch/domain:Domain",
        publishes("INDEX_SLOW_LOGS", "AUDIT_LOGS"),
        publishes("INDEX_SLOW_LOGS"),
        "logPublishingOptions[0].logType",
    ),
    Row("search-logs", "breach", "unset", (r("elasticsearch/domain:Domain"),)),
    Row(
        "search-logs",
        "breach",
        "named and off",
        (r("opensearch/domain:Domain", **publishes("AUDIT_LOGS", enabled=False)),),
    ),
    *three("build-logs", "codebuild/project:Project", {}, OFF, "logsConfig.cloudwatchLogs.status"),
    Row(
        "build-logs",
        "ok",
        "into a bucket",
        (r("codebuild/project:Project", logsConfig={**OFF["logsConfig"], "s3Logs": {"status": "ENABLED"}}),),
    ),
]

# --- networks ------------------------------------------------------------------------------------------------------


def flow_log(path: str, ref: str, name: str = "flow", **props: Any) -> Declared:
    return r("ec2/flowLog:FlowLog", name, refs={path: ref}, **{"trafficType": "ALL", "logDestination": "g", **props})


SECOND = r("ec2/subnet:Subnet", "second", refs={"vpcId": "net.id"}, cidrBlock="10.61.21.0/24")
ELSEWHERE = r("ec2/vpc:Vpc", "far", cidrBlock="10.62.0.0/16")

NETWORKS = [
    Row("vpc-flow-logs", "ok", "", (VPC, flow_log("vpcId", "net.id"))),
    Row("vpc-flow-logs", "ok", "what was refused", (VPC, flow_log("vpcId", "net.id", trafficType="REJECT"))),
    Row("vpc-flow-logs", "breach", "only what was let in", (VPC, flow_log("vpcId", "net.id", trafficType="ACCEPT"))),
    Row("vpc-flow-logs", "breach", "none", (VPC,)),
    Row("vpc-flow-logs", "breach", "another one's", (VPC, ELSEWHERE, flow_log("vpcId", "far.id"))),
    Row(
        "vpc-flow-logs", "breach", "of an interface", (VPC, r("ec2/flowLog:FlowLog", trafficType="ALL", eniId="eni-1"))
    ),
    Row("vpc-flow-logs", "undecided", "whose", (OTHER, VPC, flow_log("vpcId", "other.value"))),
    Row(
        "vpc-flow-logs",
        "undecided",
        "of what",
        (OTHER, VPC, r("ec2/flowLog:FlowLog", refs={"vpcId": "net.id", **unknown("trafficType")})),
    ),
    Row("vpc-flow-logs", "ok", "of every subnet", (VPC, DATA, flow_log("subnetId", "data.id"))),
    Row("vpc-flow-logs", "breach", "of one of two subnets", (VPC, DATA, SECOND, flow_log("subnetId", "data.id"))),
    Row(
        "vpc-flow-logs",
        "ok",
        "of two subnets",
        (VPC, DATA, SECOND, flow_log("subnetId", "data.id"), flow_log("subnetId", "second.id", "flow2")),
    ),
    Row("vpc-flow-logs", "breach", "the default one", (r("ec2/defaultVpc:DefaultVpc"),)),
    Row(
        "vpc-flow-logs",
        "ok",
        "the default one",
        (r("ec2/defaultVpc:DefaultVpc", "plain"), flow_log("vpcId", "plain.id")),
    ),
]

# --- the web -------------------------------------------------------------------------------------------------------

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

# --- the account ---------------------------------------------------------------------------------------------------

TRAIL = "cloudtrail/trail:Trail"
STORE = "cloudtrail/eventDataStore:EventDataStore"


def basic(**selector: Any) -> Declared:
    return r(TRAIL, eventSelectors=[selector])


def advanced(*fields: tuple[str, str], name: str = "it") -> Declared:
    selectors = [{"field": field, "equals": [value]} for field, value in fields]
    return r(TRAIL, name, advancedEventSelectors=[{"fieldSelectors": selectors}])


RECORDER = r("cfg/recorder:Recorder", "rec", roleArn="arn:aws:iam::1:role/cfg")


def started(name: str = "rec.name", *, enabled: bool) -> Declared:
    return r("cfg/recorderStatus:RecorderStatus", "status", refs={"name": name}, isEnabled=enabled)


ACCOUNT = [
    *three("trail-everywhere", TRAIL, {"isMultiRegionTrail": True}, {}, "isMultiRegionTrail"),
    *three("trail-validation", TRAIL, {"enableLogFileValidation": True}, {}, "enableLogFileValidation"),
    *three("trail-off", TRAIL, {}, {"enableLogging": False}, "enableLogging"),
    *three("event-store-off", STORE, {"suspend": "false"}, {"suspend": "true"}, "suspend"),
    *three("trail-key", TRAIL, {"kmsKeyId": "alias/audit"}, {}),
    Row("trail-events", "ok", "without selectors all management events", (r(TRAIL),)),
    Row("trail-events", "ok", "unset is all", (basic(dataResources=[{"type": "AWS::S3::Object", "values": ["a"]}]),)),
    Row("trail-events", "breach", "data events only", (basic(includeManagementEvents=False),)),
    Row("trail-events", "breach", "only what writes", (basic(readWriteType="WriteOnly"),)),
    Row(
        "trail-events",
        "ok",
        "both halves",
        (r(TRAIL, eventSelectors=[{"readWriteType": "WriteOnly"}, {"readWriteType": "ReadOnly"}]),),
    ),
    Row("trail-events", "ok", "the newer form", (advanced(("eventCategory", "Management")),)),
    Row("trail-events", "breach", "the newer form, data only", (advanced(("eventCategory", "Data")),)),
    Row("trail-events", "breach", "half", (advanced(("eventCategory", "Management"), ("readOnly", "false")),)),
    Row(
        "trail-events",
        "ok",
        "another trail has them",
        (advanced(("eventCategory", "Data")), r(TRAIL, "main")),
    ),
    Row("trail-events", "undecided", "", (OTHER, r(TRAIL, refs=unknown("eventSelectors[0].readWriteType")))),
    Row(
        "trail-events",
        "undecided",
        "the newer form",
        (OTHER, r(TRAIL, refs=unknown("advancedEventSelectors[0].fieldSelectors"))),
    ),
    Row("recorder-off", "ok", "", (RECORDER, started(enabled=True))),
    Row("recorder-off", "breach", "never started", (RECORDER,)),
    Row("recorder-off", "breach", "stopped", (RECORDER, started(enabled=False))),
    Row("recorder-off", "breach", "one of two", (r("cfg/recorder:Recorder", "twin"), RECORDER, started(enabled=True))),
    Row("recorder-off", "undecided", "whose status", (OTHER, RECORDER, started("other.value", enabled=True))),
    Row(
        "recorder-off",
        "undecided",
        "started or not",
        (OTHER, RECORDER, r("cfg/recorderStatus:RecorderStatus", refs={"name": "rec.name", **unknown("isEnabled")})),
    ),
    *three(
        "recorder-scope",
        "cfg/recorder:Recorder",
        {"recordingGroup": {"allSupported": True}},
        {"recordingGroup": {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]}},
        "recordingGroup.allSupported",
    ),
    Row("recorder-scope", "ok", "unset", (RECORDER,)),
    Row(
        "recorder-scope",
        "ok",
        "all but some",
        (
            r(
                "cfg/recorder:Recorder",
                recordingGroup={
                    "allSupported": False,
                    "recordingStrategies": [{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}],
                },
            ),
        ),
    ),
]

# --- containers ----------------------------------------------------------------------------------------------------

TASK = "ecs/taskDefinition:TaskDefinition"
LOGS = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}
ROUTED = {"logConfiguration": {"logDriver": "awsfirelens"}}


def task(*containers: dict[str, Any]) -> Declared:
    return r(TASK, family="t", containerDefinitions=json.dumps(containers))


CONTAINERS = [
    Row("task-logs", "ok", "", (task({"name": "app", **LOGS}),)),
    Row("task-logs", "ok", "through a router that logs", (task({"name": "app", **ROUTED}, {"name": "log", **LOGS}),)),
    Row("task-logs", "breach", "none", (task({"name": "app"}),)),
    Row("task-logs", "breach", "the sidecar", (task({"name": "app", **LOGS}, {"name": "side"}),)),
    Row("task-logs", "breach", "no driver", (task({"name": "app", "logConfiguration": {}}),)),
    Row("task-logs", "breach", "none by name", (task({"name": "a", "logConfiguration": {"logDriver": "none"}}),)),
    Row("task-logs", "undecided", "", (OTHER, r(TASK, family="t", refs=unknown("containerDefinitions")))),
]

ROWS = [*SWITCHES, *BESIDE, *REST, *NETWORKS, *WEB, *ACCOUNT, *CONTAINERS]
