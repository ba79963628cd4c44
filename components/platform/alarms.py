"""The alarms on everything that was built, and the dashboards."""

from typing import Any

from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.watch.function import function_subjects
from components.operations.watch.kinds import CATALOGUE
from components.operations.watch.model import Subject
from components.operations.watch.own import own_alarms, own_chart, own_subjects
from components.platform.alerts import Alerts
from components.platform.canaries import Canaries
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.services import Services


def alarms(context: Context, parts: Parts) -> Part:
    """Build the alarms and dashboards, if the stack has topics to notify."""
    alerts, functions = parts.find(Alerts), [function for part in parts for function in part.functions]
    exports: dict[str, Any] = {"functions": {each.word: each.function_name for each in functions}} if functions else {}
    subjects = [*(subject for part in parts for subject in part.subjects), *function_subjects(functions)]
    if alerts and subjects:
        exports |= _alarms(context, parts, alerts, [*subjects, *_own(context, parts, alerts)])
    return Part(exports=exports)


def _own(context: Context, parts: Parts, alerts: Alerts) -> list[Subject]:
    """The subjects of alarms that the stack file defines itself (`alarms.own`)."""
    settings, services = context.settings, parts.find(Services)
    return own_subjects(
        settings.alarms.own, settings.metrics, services.starts if services else {}, resource=alerts.topics
    )


def _alarms(context: Context, parts: Parts, alerts: Alerts, subjects: list[Subject]) -> dict[str, Any]:
    settings = context.settings
    args = AlarmsArgs(
        thresholds=settings.alarms,
        subjects=subjects,
        own=own_alarms(settings.alarms.own, settings.metrics),
        alerts=alerts.table,
        topics=alerts.topics.arns,
        hours=settings.hours,
        **context.common,
    )
    built = Alarms("alarms", args, context.options)
    return {
        "alarm_arns": dict(built.alarm_arns),
        "incident_arns": dict(built.incident_arns),
        **_boards(context, parts, args, built),
    }


def _boards(context: Context, parts: Parts, watched: AlarmsArgs, built: Alarms) -> dict[str, Any]:
    """Build the dashboards of the stack file, or one of everything that has alarms."""
    settings, services, canaries = context.settings, parts.find(Services), parts.find(Canaries)
    shown: dict[str, Any] = {
        "thresholds": settings.alarms,
        "subjects": [*watched.subjects, *(canaries.watched if canaries else ())],
        "own": watched.own,
        "alarms": [
            *built.incident_arns.values(),
            *built.alarm_arns.values(),
            *(canaries.alarms.alarm_arns.values() if canaries else ()),
        ],
        "logs": [service.log.name for service in services.services.values()] if services else [],
        **context.common,
    }
    if not settings.dashboards:
        return {"dashboard_name": Dashboard("dashboard", DashboardArgs(**shown), context.options).name}
    charts = {word: own_chart(word, table, settings.metrics) for word, table in settings.charts.items()}
    names: dict[str, str] = {}
    for word, board in settings.dashboards.items():
        args = DashboardArgs(word=word, board=board, charts={**CATALOGUE, **charts}, **shown)
        names[word] = Dashboard(f"dashboard-{word}", args, context.options).name
    return {"dashboard_names": names}
