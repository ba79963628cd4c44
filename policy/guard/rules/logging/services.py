"""What happens is written down: what services log when they are told to, by tables."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, dig, items, truth
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "logging"
ADVISORY: Final = EnforcementLevel.ADVISORY

register(
    FAMILY,
    Switch(
        "detection-off",
        {"aws:guardduty/detector:Detector": "enable", "aws:macie2/account:Account": "status"},
        bad=("false", "paused"),
        text="is suspended: it detects nothing",
        fix="Drop enable=False (Macie: status='PAUSED').",
        why="A detector that is declared and suspended looks like one that found nothing.",
        controls=("FSBP GuardDuty.1", "FSBP Macie.1"),
        severity=Severity.HIGH,
    ),
    Switch(
        "cluster-audit-logs",
        {"aws:eks/cluster:Cluster": "enabledClusterLogTypes"},
        good=("audit",),
        text="keeps no audit log of its control plane",
        fix="Set enabled_cluster_log_types=['api', 'audit', 'authenticator'].",
        why="Without it nobody can say who did what to the cluster.",
        controls=("FSBP EKS.8",),
    ),
    Switch(
        "cluster-exec-logs",
        {"aws:ecs/cluster:Cluster": "configuration.executeCommandConfiguration.logging"},
        bad=("none",),
        text="lets people into containers without a trace",
        fix="Drop logging='NONE', or set 'OVERRIDE' with a log_configuration.",
        why="What is typed in a container is nowhere in the image and nowhere in the repository: only the log has it.",
    ),
    Switch(
        "vpn-connection-logs",
        {"aws:ec2clientvpn/endpoint:Endpoint": "connectionLogOptions.enabled"},
        good=("true",),
        text="does not log who connects",
        fix="Set connection_log_options={'enabled': True, 'cloudwatch_log_group': ...}.",
        why="Who was in the network, and when, is the first question after an incident.",
        controls=("FSBP EC2.51",),
        severity=Severity.LOW,
    ),
    Switch(
        "api-access-logs",
        {
            "aws:apigateway/stage:Stage": "accessLogSettings.destinationArn",
            "aws:apigatewayv2/stage:Stage": "accessLogSettings.destinationArn",
        },
        text="does not log who called it",
        fix="Set access_log_settings={'destination_arn': log_group.arn, 'format': ...}.",
        why="Without access logs neither abuse nor failure of an API can be traced to a caller.",
        controls=("FSBP APIGateway.9",),
        level=ADVISORY,
    ),
    Switch(
        "graph-api-logs",
        {"aws:appsync/graphQLApi:GraphQLApi": "logConfig.fieldLogLevel"},
        good=("error", "info", "debug", "all"),
        unset="none",
        text="logs nothing",
        fix="Set log_config={'field_log_level': 'ERROR', 'cloudwatch_logs_role_arn': ...}.",
        why="Without field logs neither abuse nor failure of an API can be traced.",
        controls=("FSBP AppSync.2",),
        level=ADVISORY,
    ),
    Switch(
        "database-logs",
        {
            "aws:rds/instance:Instance": "enabledCloudwatchLogsExports",
            "aws:rds/cluster:Cluster": "enabledCloudwatchLogsExports",
            "aws:redshiftserverless/namespace:Namespace": "logExports",
        },
        text="exports none of its logs",
        fix="Set enabled_cloudwatch_logs_exports=['postgresql', 'upgrade'] (MySQL: 'error', 'slowquery'; Redshift: "
        "log_exports=['connectionlog', 'userlog']).",
        why="Logs on the database's own disk are gone after a few days, and with the database.",
        controls=("FSBP RDS.9", "FSBP RDS.34", "FSBP RedshiftServerless.6"),
        level=ADVISORY,
    ),
    Switch(
        "database-audit-logs",
        {
            "aws:docdb/cluster:Cluster": "enabledCloudwatchLogsExports",
            "aws:neptune/cluster:Cluster": "enableCloudwatchLogsExports",
        },
        good=("audit",),
        text="does not export its audit log",
        fix="Put 'audit' into enabled_cloudwatch_logs_exports (Neptune: enable_cloudwatch_logs_exports).",
        why="Without it nobody can say who read or changed what.",
        controls=("FSBP DocumentDB.4", "FSBP Neptune.2"),
        level=ADVISORY,
    ),
    Switch(
        "broker-logs",
        {
            "aws:msk/cluster:Cluster": (
                "loggingInfo.brokerLogs.cloudwatchLogs.enabled",
                "loggingInfo.brokerLogs.firehose.enabled",
                "loggingInfo.brokerLogs.s3.enabled",
            ),
            "aws:mskconnect/connector:Connector": (
                "logDelivery.workerLogDelivery.cloudwatchLogs.enabled",
                "logDelivery.workerLogDelivery.firehose.enabled",
                "logDelivery.workerLogDelivery.s3.enabled",
            ),
            "aws:mq/broker:Broker": ("logs.general", "logs.audit"),
        },
        good=("true",),
        enough=True,
        text="logs nothing",
        fix="Name a destination: logging_info.broker_logs (connectors: log_delivery.worker_log_delivery, Amazon MQ: "
        "logs={'general': True}).",
        why="What a broker refused, and whom, is on its own disk only.",
        level=ADVISORY,
    ),
    Switch(
        "file-transfer-logs",
        {
            "aws:transfer/server:Server": ("structuredLogDestinations", "loggingRole"),
            "aws:transfer/connector:Connector": "loggingRole",
        },
        enough=True,
        text="does not log who transferred what",
        fix="Set structured_log_destinations=[log_group.arn + ':*'] (connectors: logging_role).",
        why="Files come from and go to other companies: there will be questions.",
        controls=("FSBP Transfer.3",),
        level=ADVISORY,
    ),
    Switch(
        "workflow-logs",
        {"aws:sfn/stateMachine:StateMachine": "loggingConfiguration.level"},
        good=("all", "error", "fatal"),
        unset="off",
        text="logs nothing of its executions",
        fix="Set logging_configuration={'level': 'ERROR', 'log_destination': ...}.",
        why="The history of an execution is deleted after ninety days, that of an express workflow at once.",
        controls=("FSBP StepFunctions.1",),
        severity=Severity.LOW,
        level=ADVISORY,
    ),
)


# --- what is logged by a resource of its own ----------------------------------------------------------------------


class Beside(NamedTuple):
    """A rule that asks for a resource beside another one."""

    id: str
    on: str
    side: str
    path: str  # where the side names what it belongs to
    text: str
    fix: str
    why: str
    controls: tuple[str, ...]
    level: EnforcementLevel


BESIDE: Final = (
    Beside(
        "firewall-logs",
        "aws:networkfirewall/firewall:Firewall",
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
        "firewallArn",
        text="writes down nothing of what it sees",
        fix="Add an aws.networkfirewall.LoggingConfiguration for its firewall_arn, with FLOW and ALERT.",
        why="A firewall that drops in silence cannot tell an attack from a mistake.",
        controls=("FSBP NetworkFirewall.2",),
        level=EnforcementLevel.MANDATORY,
    ),
    Beside(
        "acl-logs",
        "aws:wafv2/webAcl:WebAcl",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "resourceArn",
        text="does not log what it inspects",
        fix="Add an aws.wafv2.WebAclLoggingConfiguration with its resource_arn; redact the authorization header.",
        why="Samples show the last three hours; who was blocked yesterday, and why, only a log tells.",
        controls=("WAF.11",),
        level=ADVISORY,
    ),
    Beside(
        "warehouse-logs",
        "aws:redshift/cluster:Cluster",
        "aws:redshift/logging:Logging",
        "clusterIdentifier",
        text="does not log who connects and what is asked",
        fix="Add an aws.redshift.Logging with its cluster_identifier.",
        why="Without it nobody can say who read what.",
        controls=("FSBP Redshift.4",),
        level=ADVISORY,
    ),
)


def _stands_beside(row: Beside) -> Callable[[Resource, Stack], Iterator[Finding]]:
    def check(resource: Resource, stack: Stack) -> Iterator[Finding]:
        yield from _wants(resource, stack, row.side, row.path, row.text)

    return check


def _wants(resource: Resource, stack: Stack, side: str, path: str, text: str) -> Iterator[Finding]:
    match attached(stack, resource, side, path).some(lambda _: True):
        case True:
            pass
        case False:
            yield resource.finding(text)
        case _:
            yield resource.unclear(f"`{path}` of what logs is not known yet")


for _row in BESIDE:
    rule(
        _row.id,
        family=FAMILY,
        on=_row.on,
        severity=Severity.MEDIUM,
        controls=_row.controls,
        why=_row.why,
        fix=_row.fix,
        level=_row.level,
    )(_stands_beside(_row))


@rule(
    "zone-query-logs",
    family=FAMILY,
    on="aws:route53/zone:Zone",
    severity=Severity.LOW,
    controls=("FSBP Route53.2",),
    why="What the world asks of a domain shows who scouts it, and which of its names are taken over.",
    fix="Add an aws.route53.QueryLog with its zone_id and a log group in us-east-1.",
    level=ADVISORY,
)
def zone_query_logs(zone: Resource, stack: Stack) -> Iterator[Finding]:
    match zone["vpcs"]:
        case value if value is UNKNOWN:
            yield zone.undecided("vpcs")
        case value if items(value):
            pass  # A private zone is asked by its own VPCs only, and cannot log.
        case _:
            yield from _wants(zone, stack, "aws:route53/queryLog:QueryLog", "zoneId", "does not log what it is asked")


# --- the rest -----------------------------------------------------------------------------------------------------


@rule(
    "search-logs",
    family=FAMILY,
    on=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    severity=Severity.MEDIUM,
    controls=("FSBP Opensearch.4", "FSBP Opensearch.5", "FSBP ES.4", "FSBP ES.5"),
    why="Without the error or the audit log neither a failure nor a search of what was not meant to be found shows.",
    fix="Add log_publishing_options for ES_APPLICATION_LOGS, and AUDIT_LOGS with fine-grained access control.",
    level=ADVISORY,
)
def search_logs(domain: Resource) -> Iterator[Finding]:
    kept = some(
        UNKNOWN
        if option is UNKNOWN
        else every([_is_error_or_audit(option), truth(dig(option, "enabled"), absent=True)])
        for option in items(domain["logPublishingOptions"])
    )
    if kept is UNKNOWN:
        yield domain.undecided("logPublishingOptions")
    elif not kept:
        yield domain.finding("publishes neither errors nor an audit log", at="logPublishingOptions")


def _is_error_or_audit(option: object) -> Answer:
    kind = dig(option, "logType")
    return UNKNOWN if kind is UNKNOWN else kind in ("ES_APPLICATION_LOGS", "AUDIT_LOGS")


@rule(
    "build-logs",
    family=FAMILY,
    on="aws:codebuild/project:Project",
    severity=Severity.LOW,
    controls=("FSBP CodeBuild.4",),
    why="A build that nobody can look at again can have done anything.",
    fix="Drop status='DISABLED' of the project's cloudwatch_logs, or set s3_logs={'status': 'ENABLED', ...}.",
    level=ADVISORY,
)
def build_logs(project: Resource) -> Iterator[Finding]:
    watch, bucket = project["logsConfig.cloudwatchLogs.status"], project["logsConfig.s3Logs.status"]
    if watch is UNKNOWN or (watch == "DISABLED" and bucket is UNKNOWN):
        yield project.undecided("logsConfig")
    elif watch == "DISABLED" and bucket != "ENABLED":
        yield project.finding("logs nothing of its builds", at="logsConfig.cloudwatchLogs.status")
