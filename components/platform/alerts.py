"""The stack's topics, and which AWS services publish to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pulumi

from components.operations.topics import Publisher, Topics, TopicsArgs
from components.operations.watch.delivery import topic_subjects
from components.operations.watch.kinds import ALARMS
from components.platform.context import Context
from components.platform.part import Part, Parts
from settings.settings import Settings
from settings.tables.alarms import AlarmsTable
from settings.tables.operations import SEVERITIES, AlertsTable, Severity, SeverityTable

#: Who sends alerts, and what asks for that.
PUBLISHERS: Final[tuple[tuple[Publisher, Callable[[Settings], object]], ...]] = (
    ("alarms", lambda settings: settings.alerts),
    ("budgets", lambda settings: settings.budget),
    ("costs", lambda settings: settings.costs),
    (
        "events",
        lambda settings: (
            settings.watchers or settings.backup or settings.cluster.failed_deployments or settings.pipelines
        ),
    ),
)


def publishers(settings: Settings) -> list[Publisher]:
    """The AWS services that publish to the stack's topics; none if it has no topics."""
    return [word for word, wanted in PUBLISHERS if wanted(settings)] if settings.alerts else []


@dataclass(frozen=True, kw_only=True)
class Alerts(Part):
    """The topics by severity."""

    topics: Topics
    table: AlertsTable

    @property
    def by_grade(self) -> Mapping[Severity, pulumi.Output[str]]:
        """ARNs by the built-in severities; a stack file may map these to severities of its own."""
        return {word: self.topics.arns[self.table.route(self.table.grade(word))[0]] for word in SEVERITIES}


def alerts(context: Context, parts: Parts) -> Alerts | None:
    """Build the topics and their subscriptions."""
    table = context.settings.alerts
    if not table:
        return None
    args = TopicsArgs(
        table=table,
        key=context.key,
        publishers=publishers(context.settings),
        pagers={word: _url(context, table.rows[word]) for word in table.pagers},
        incidents=context.settings.alarms.incidents,
        alone=[context.names.of("alarm", word) for word in alone(context.settings.alarms, table)],
        **context.common,
    )
    topics = Topics("topics", args, context.options)
    subjects = topic_subjects(topics, {word: context.names.of("topic", word) for word in table.topics})
    return Alerts(topics=topics, table=table, exports={"topic_arns": dict(topics.arns)}, subjects=subjects)


def _url(context: Context, row: SeverityTable) -> pulumi.Input[str]:
    """The PagerDuty URL of a severity that pages."""
    return context.config_secrets["pagerduty"] if row.pagerduty in (None, "config") else row.pagerduty


def alone(alarms: AlarmsTable, alerts: AlertsTable) -> Iterator[str]:
    """Alarms that are critical and belong to no incident. No composite alarm reports them, so they page themselves."""
    critical, members = alerts.grade("critical"), {alarm.word for alarm in ALARMS if alarm.incident}
    for word, row in {**alarms.adjusted, **alarms.own}.items():
        if row.severity == critical and word not in members:
            yield word
