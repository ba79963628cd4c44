"""Rows of services that log what they are told to."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, VPC, Row, r, three, unknown
from tests.policy.engine import Declared

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

ROWS = [*SWITCHES, *BESIDE, *REST]
