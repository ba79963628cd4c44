"""Whom the stack tells: its topics, and who publishes to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from components.operations.topics import Publisher, Topics, TopicsArgs
from components.operations.watch.delivery import topic_subjects
from components.platform.context import Context
from components.platform.part import Part, Parts
from settings.settings import Settings
from settings.tables.operations import SEVERITIES

#: Who sends alerts, and what asks for that.
PUBLISHERS: Final[tuple[tuple[Publisher, Callable[[Settings], object]], ...]] = (
    ("alarms", lambda settings: settings.alerts),
    ("budgets", lambda settings: settings.budget),
    ("costs", lambda settings: settings.costs),
    ("events", lambda settings: settings.watchers or settings.backup),
)


def publishers(settings: Settings) -> list[Publisher]:
    """Which services of AWS publish to the stack's topics, if it has any."""
    return [word for word, wanted in PUBLISHERS if wanted(settings)] if settings.alerts else []


@dataclass(frozen=True, kw_only=True)
class Alerts(Part):
    """The topics by severity."""

    topics: Topics


def alerts(context: Context, parts: Parts) -> Alerts | None:
    """Build the topics and their subscriptions."""
    table = context.settings.alerts
    if not table:
        return None
    args = TopicsArgs(
        table=table,
        key=context.key,
        publishers=publishers(context.settings),
        pagerduty=context.config_secrets["pagerduty"] if table.pagerduty == "config" else table.pagerduty,
        **context.common,
    )
    topics = Topics("topics", args, context.options)
    subjects = topic_subjects(topics, {severity: context.names.of("topic", severity) for severity in SEVERITIES})
    return Alerts(topics=topics, exports={"topic_arns": dict(topics.arns)}, subjects=subjects)
