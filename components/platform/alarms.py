"""The alarms on all that is there, and the dashboard."""

from typing import Any

from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.watch.function import function_subjects
from components.operations.watch.model import Subject
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.services import Services


def alarms(context: Context, parts: Parts) -> Part:
    """Build what watches the others, where somebody hears of it."""
    alerts, functions = parts.find(Alerts), [function for part in parts for function in part.functions]
    exports: dict[str, Any] = {"functions": {each.word: each.function_name for each in functions}} if functions else {}
    subjects = [*(subject for part in parts for subject in part.subjects), *function_subjects(functions)]
    if alerts and subjects:
        exports |= _alarms(context, parts, alerts, subjects)
    return Part(exports=exports)


def _alarms(context: Context, parts: Parts, alerts: Alerts, subjects: list[Subject]) -> dict[str, Any]:
    settings, services = context.settings, parts.find(Services)
    args = AlarmsArgs(
        thresholds=settings.alarms,
        subjects=subjects,
        topics=alerts.topics.arns,
        hours=settings.hours,
        **context.common,
    )
    built = Alarms("alarms", args, context.options)
    shown = DashboardArgs(
        thresholds=settings.alarms,
        subjects=subjects,
        alarms=[*built.incident_arns.values(), *built.alarm_arns.values()],
        logs=[service.log.name for service in services.services.values()] if services else [],
        **context.common,
    )
    dashboard = Dashboard("dashboard", shown, context.options)
    return {
        "alarm_arns": dict(built.alarm_arns),
        "incident_arns": dict(built.incident_arns),
        "dashboard_name": dashboard.name,
    }
