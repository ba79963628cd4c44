"""Alerting: who is told, what is watched, and what it may cost. Each as its table asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.automation import Automation
from components.compute.cluster import Cluster
from components.compute.service import Service
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.costs import Costs, CostsArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.findings import Findings, FindingsArgs
from components.operations.log_insights import LogInsights, LogInsightsArgs
from components.operations.topics import Publisher, Topics, TopicsArgs
from components.operations.watch.function import function_subjects
from components.operations.watch.log import log_subjects
from components.operations.watch.model import Subject
from components.operations.watch.service import service_subjects
from components.operations.watch.trail import trail_subjects
from settings.settings import Settings
from settings.tables.compute import ServiceTable


def publishers(settings: Settings) -> list[Publisher]:
    """Who sends alerts: alarms, and the budget, the costs, the account's watchers and backups where there are any."""
    if not settings.alerts:
        return []
    found: list[Publisher] = ["alarms"]
    if settings.budget:
        found.append("budgets")
    if settings.costs:
        found.append("costs")
    if settings.watchers or settings.backup:
        found.append("events")
    return found


@dataclass(kw_only=True)
class Alerting:
    """Builds a stack's topics first, is told of what is to be watched, and builds what watches it last."""

    settings: Settings
    key: pulumi.Output[str]
    given: Mapping[str, pulumi.Output[str]]  #: secrets from the configuration
    common: Mapping[str, Any]  #: what every component is given
    opts: pulumi.ResourceOptions
    exports: dict[str, Any]
    topics: Topics | None = None
    watched: list[Subject] = field(default_factory=list[Subject])
    logs: list[pulumi.Output[str]] = field(default_factory=list[pulumi.Output[str]])  #: of services; names

    def __post_init__(self) -> None:
        table = self.settings.alerts
        if table:
            url = self.given["pagerduty"] if table.pagerduty == "config" else table.pagerduty
            senders = publishers(self.settings)
            args = TopicsArgs(table=table, key=self.key, publishers=senders, pagerduty=url, **self.common)
            self.topics = Topics("topics", args, self.opts)
            self.exports["topic_arns"] = dict(self.topics.arns)

    def tell_findings(self, trail_log: pulumi.Input[str] | None, automation: Automation) -> None:
        """Tell what the account's watchers find, and answer it."""
        detection = self.settings.detection
        if not self.settings.watchers or not self.topics:
            return
        responder = automation.respond(detection.response, self.topics) if detection.response else None
        args = FindingsArgs(
            watchers=self.settings.watchers,
            topics=self.topics.arns,
            responder=responder,
            log_group=trail_log,
            **self.common,
        )
        findings = Findings("findings", args, self.opts)
        if trail_log is not None:
            self.watched += trail_subjects(findings.namespace, findings)
        if detection.security_hub and detection.security_hub.report:
            automation.report(detection.security_hub.report, self.topics)

    def watch(self, found: list[Subject]) -> None:
        """Have alarms on these, where somebody hears them."""
        if self.topics:
            self.watched += found

    def watch_service(self, word: str, table: ServiceTable, cluster: Cluster, service: Service) -> None:
        """Have alarms on a service, its tasks and its log."""
        if self.topics:
            args = LogInsightsArgs(service=word, group=service.log.name, **self.common)
            log = LogInsights(f"log-insights-{word}", args, self.opts)
            self.watched += [*service_subjects(word, table, cluster, service), *log_subjects(word, table, log)]
            self.logs.append(service.log.name)

    def finish(self, automation: Automation) -> None:
        """What watches the others comes last, since it names them all."""
        functions = automation.functions
        if functions:
            self.exports["functions"] = {word: function.function_name for word, function in functions.items()}
        self.watch(function_subjects(functions.values()))
        if self.topics:
            self._alarms(self.topics)
            self._costs(self.topics)

    def _alarms(self, topics: Topics) -> None:
        if not self.watched:
            return
        common: dict[str, Any] = {"subjects": self.watched, "thresholds": self.settings.alarms, **self.common}
        alarms = Alarms("alarms", AlarmsArgs(topics=topics.arns, hours=self.settings.hours, **common), self.opts)
        every = [*alarms.incident_arns.values(), *alarms.alarm_arns.values()]
        dashboard = Dashboard("dashboard", DashboardArgs(alarms=every, logs=self.logs, **common), self.opts)
        self.exports |= {
            "alarm_arns": dict(alarms.alarm_arns),
            "incident_arns": dict(alarms.incident_arns),
            "dashboard_name": dashboard.name,
        }

    def _costs(self, topics: Topics) -> None:
        budget, costs, warning = self.settings.budget, self.settings.costs, topics.arns["warning"]
        if budget:
            args = BudgetArgs(table=budget, topic=warning, **self.common)
            self.exports["budget_name"] = Budget("budget", args, self.opts).name
        if costs:
            monitor = Costs("costs", CostsArgs(table=costs, topic=warning, **self.common), self.opts)
            self.exports["anomaly_monitor_arn"] = monitor.monitor_arn
