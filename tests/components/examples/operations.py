"""Examples of what reports on other components."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.chat import Chat, ChatArgs
from components.operations.costs import Costs, CostsArgs
from components.operations.counted_metrics import CountedMetrics, CountedMetricsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.datadog import Datadog, DatadogArgs
from components.operations.findings import Findings, FindingsArgs
from components.operations.log_archive import LogArchive, LogArchiveArgs
from components.operations.log_insights import LogInsights, LogInsightsArgs
from components.operations.notifier import Notifier, NotifierArgs
from components.operations.report import Report, ReportArgs
from components.operations.shared_logs import SharedLogs, SharedLogsArgs
from components.operations.shutdown import Shutdown, ShutdownArgs
from components.operations.store_events import StoreEvents, StoreEventsArgs
from components.operations.topics import Topics, TopicsArgs
from components.operations.tracing import Tracing, TracingArgs
from components.operations.watch.kinds import ALARMS
from components.operations.watch.model import Subject
from settings.tables.alarms import AlarmsTable
from settings.tables.datadog import DatadogTable
from settings.tables.events import EventsTable
from settings.tables.logs import SharedLogTable
from settings.tables.operations import (
    SEVERITIES,
    AlertsTable,
    AnomaliesTable,
    BudgetTable,
    ChatTable,
    CostsTable,
    CountedTable,
    HoursTable,
    MetricTable,
)
from settings.tables.tracing import TracingTable
from tests.components.examples.common import COMMON, FACTS, KEY, TOPICS
from tests.components.examples.compute import function
from tests.components.examples.data import bucket

ALERTS = AlertsTable(critical=("oncall@acme.com",), warning=("team@acme.com",))
HOURS = HoursTable(start="08:00", stop="20:00", offset=-5)


def subjects() -> list[Subject]:
    """One of each kind that has an alarm."""
    resource = aws.sns.Topic("given-subject")
    bounds = {"tasks": 3, "connections": 400, "storage": 100 * 2**30}
    return [
        Subject(
            of=kind,
            word="web",
            namespace=f"AWS/{kind.word}",
            dimensions={"Id": kind.word},
            bounds=bounds,
            resource=resource,
        )
        for kind in sorted({alarm.metric.of for alarm in ALARMS}, key=lambda it: it.word)
    ]


def _findings(**given: Any) -> FindingsArgs:
    watchers = ("trail", "recorder", "guardduty", "inspector", "access-analyzer")
    return FindingsArgs(watchers=watchers, topics=TOPICS, responder=function(), log_group="/test/cloudtrail", **given)


def _topics(**given: Any) -> TopicsArgs:
    publishers, pagers = ("alarms", "budgets", "costs", "events"), {"critical": "https://page.example.com/x"}
    return TopicsArgs(table=ALERTS, key=KEY, publishers=publishers, pagers=pagers, **given)


def _costs(**given: Any) -> CostsArgs:
    table = CostsTable(anomalies=AnomaliesTable(above=20), tags=("Environment", "Owner"))
    return CostsArgs(table=table, topic=TOPICS["warning"], **given)


def _counted(**given: Any) -> CountedMetricsArgs:
    counts = CountedTable(log="trail", pattern="{ $.eventName = ConsoleLogin }")
    tables = {"sign-ins": MetricTable(namespace="Acme/Trail", name="SignIns", counts=counts)}
    return CountedMetricsArgs(tables=tables, logs={"trail": "/test/cloudtrail"}, **given)


def _alarms(**given: Any) -> AlarmsArgs:
    return AlarmsArgs(thresholds=AlarmsTable(), subjects=subjects(), alerts=ALERTS, topics=TOPICS, hours=HOURS, **given)


def _dashboard(**given: Any) -> DashboardArgs:
    alarms = [FACTS.alarm("acme-test-alarm-x")]
    return DashboardArgs(subjects=subjects(), thresholds=AlarmsTable(), alarms=alarms, logs=["/ecs/test/web"], **given)


def log_archive_args(**changes: Any) -> LogArchiveArgs:
    """The log of `web`, kept in a bucket."""
    given = {"service": "web", "group": "/ecs/test/web", "days": 30, "key": KEY}
    if "bucket" not in changes:
        changes["bucket"] = bucket("logs").handle
    return LogArchiveArgs(**(COMMON | given | changes))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Alarms: _alarms,
    Budget: lambda **given: BudgetArgs(table=BudgetTable(monthly=120), topic=TOPICS["warning"], **given),
    Chat: lambda **given: ChatArgs(
        channels={"critical": ChatTable(workspace="T0123456789", channel="C0123456789")}, topics=TOPICS, **given
    ),
    Costs: _costs,
    CountedMetrics: _counted,
    Dashboard: _dashboard,
    Datadog: lambda **given: DatadogArgs(table=DatadogTable(external_id="0123456789abcdef"), **given),
    Findings: _findings,
    LogArchive: log_archive_args,
    LogInsights: lambda **given: LogInsightsArgs(service="web", group="/ecs/test/web", **given),
    Notifier: lambda **given: NotifierArgs(
        topics={severity: pulumi.Output.from_input(arn) for severity, arn in TOPICS.items()},
        severities=SEVERITIES,
        function=function(),
        **given,
    ),
    Report: lambda **given: ReportArgs(day="MON", function=function(), **given),
    Shutdown: lambda **given: ShutdownArgs(hours=HOURS, down=function("down"), up=function("up"), **given),
    StoreEvents: lambda **given: StoreEventsArgs(table=EventsTable(emails=("ops@example.com",), cache=True), **given),
    SharedLogs: lambda **given: SharedLogsArgs(tables={"system": SharedLogTable(days=60)}, key=KEY, **given),
    Topics: _topics,
    Tracing: lambda **given: TracingArgs(table=TracingTable(sampling=10), **given),
}
