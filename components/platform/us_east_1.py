"""What a stack with static sites needs in us-east-1, because CloudFront takes it from there alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.topics import PRINCIPALS, Topics, TopicsArgs
from components.operations.watch.delivery import topic_subjects
from components.operations.watch.model import Subject
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.key import Key, KeyArgs
from settings.settings import Settings
from settings.tables.edge import US_EAST_1
from settings.tables.security import KeyTable


@dataclass(frozen=True, kw_only=True)
class UsEast1(Part):
    """The key in us-east-1."""

    key: pulumi.Output[str]  #: ARN


def us_east_1(context: Context, parts: Parts) -> UsEast1 | None:
    """Build a key in us-east-1 for the sites. A stack that is in us-east-1 itself uses its own key."""
    settings = context.settings
    if not settings.sites:
        return None
    if context.facts.region == US_EAST_1:
        return UsEast1(key=context.key)
    if not (settings.site_acl and settings.site_acl.log) and not _watched(settings):
        return None
    args = KeyArgs(
        table=KeyTable(deletion_days=settings.key.deletion_days),
        administrators=[],
        readers=[],
        writers=[],
        protect=settings.protection.protect,
        publishers=[PRINCIPALS["alarms"]] if settings.alerts else [],
        word="home",
        region=US_EAST_1,
        names=context.names,
        facts=context.facts.at(US_EAST_1),
    )
    key = Key("home-key", args, context.options)
    return UsEast1(key=key.arn, exports={"home_key_arn": key.arn})


def _watched(settings: Settings) -> bool:
    """Whether the stack has alarms in us-east-1."""
    return settings.alerts is not None and settings.alarms.certificate_days is not None


def alarms_in_us_east_1(context: Context, parts: Parts, subjects: Sequence[Subject]) -> None:
    """Build the alarms in us-east-1, and a topic there: an alarm can only notify a topic of its own region."""
    settings, alerts = context.settings, parts.find(Alerts)
    if not alerts or not _watched(settings):
        return
    severity, facts = alerts.table.route(alerts.table.grade("warning"))[0], context.facts.at(US_EAST_1)
    args = TopicsArgs(
        table=alerts.table,
        severities=[severity],
        key=parts.of(UsEast1).key,
        publishers=["alarms"],
        pagers={},
        word="home",
        region=US_EAST_1,
        names=context.names,
        facts=facts,
    )
    topics = Topics("home-topics", args, context.options)
    watched = AlarmsArgs(
        thresholds=settings.alarms,
        subjects=[
            *subjects,
            *topic_subjects(topics, {f"home-{severity}": context.names.of("topic", severity, "home")}),
        ],
        alerts=alerts.table,
        topics=dict.fromkeys(alerts.table.topics, topics.arns[severity]),
        region=US_EAST_1,
        names=context.names,
        facts=facts,
    )
    Alarms("home-alarms", watched, context.options)
