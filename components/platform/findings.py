"""Findings of GuardDuty, Security Hub and the like: notifications, automatic response, weekly report."""

import json

from components.compute.function import Function, Scope
from components.operations.findings import Findings, FindingsArgs
from components.operations.report import Report, ReportArgs
from components.operations.watch.delivery import rule_subjects
from components.operations.watch.trail import trail_subjects
from components.platform.account import Account
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.functions import publisher
from components.platform.part import Part, Parts
from functions.auto_remediate import AUTO_REMEDIATE
from functions.common.function import ANY
from functions.posture_report import POSTURE_REPORT
from settings.tables.detection import ResponseTable


def findings(context: Context, parts: Parts) -> Part | None:
    """Build the rules of findings, and the functions that answer and report them."""
    settings, alerts = context.settings, parts.find(Alerts)
    if not settings.watchers or not alerts:
        return None
    response, trail_log = settings.detection.response, parts.of(Account).trail_log
    responder = _responder(context, parts, response) if response else None
    args = FindingsArgs(
        watchers=settings.watchers,
        topics=alerts.by_grade,
        responder=responder,
        log_group=trail_log,
        **context.common,
    )
    built = Findings("findings", args, context.options)
    subjects = rule_subjects(built.rules, built)
    if trail_log is not None:
        subjects += trail_subjects(built.namespace, built)
    report = _report(context, parts)
    return Part(
        subjects=[*subjects, *(report.subjects if report else ())],
        functions=[*([responder] if responder else []), *(report.functions if report else ())],
    )


def _responder(context: Context, parts: Parts, table: ResponseTable) -> Function:
    """Isolate, close and revoke at once.

    Whatever is compromised can be any part of the account, so its role reaches all networks, and the buckets and
    clusters of the project.
    """
    facts, project = context.facts, context.settings.project
    return publisher(
        context,
        parts,
        AUTO_REMEDIATE,
        severity="critical",
        variable="ALERT_TOPIC",
        scopes={
            ANY: Scope(["*"]),
            "network-interfaces": Scope([facts.network_part("network-interface")]),
            "security-groups": Scope([facts.network_part("security-group")]),
            "vpcs": Scope([facts.network_part("vpc")]),
            "tasks": Scope([facts.tasks(f"{project}-*")]),
            # ECS asks for permission to list on no single task, but says of which cluster.
            "clusters": Scope(["*"], {"ArnLike": {"ecs:cluster": facts.cluster(f"{project}-*")}}),
            "buckets": Scope([facts.bucket(f"{project}-*")]),
        },
        variables={
            "PUBLIC_GROUPS": json.dumps(list(table.public_groups)),
            "QUARANTINE_GROUP": context.names.of("sg", "quarantine"),
        },
    )


def _report(context: Context, parts: Parts) -> Part | None:
    hub = context.settings.detection.security_hub
    if not hub or not hub.report:
        return None
    function = publisher(
        context,
        parts,
        POSTURE_REPORT,
        severity="info",
        variable="REPORT_TOPIC",
        scopes={"hub": Scope([context.facts.hub])},
        variables={},
    )
    args = ReportArgs(day=hub.report, function=function, **context.common)
    report = Report("posture-report", args, context.options)
    return Part(subjects=rule_subjects({function.word: report.rule}, report), functions=[function])
