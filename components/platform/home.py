"""What CloudFront makes a stack of another region own in us-east-1."""

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
from settings.tables.edge import HOME
from settings.tables.security import KeyTable


@dataclass(frozen=True, kw_only=True)
class Home(Part):
    """What encrypts there."""

    key: pulumi.Output[str]  #: ARN


def home(context: Context, parts: Parts) -> Home | None:
    """Build the key of what the sites need there; in a stack that is there already it is the stack's own."""
    settings = context.settings
    if not settings.sites:
        return None
    if context.facts.region == HOME:
        return Home(key=context.key)
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
        region=HOME,
        names=context.names,
        facts=context.facts.at(HOME),
    )
    key = Key("home-key", args, context.options)
    return Home(key=key.arn, exports={"home_key_arn": key.arn})


def _watched(settings: Settings) -> bool:
    """Whether there are alarms in us-east-1."""
    return settings.alerts is not None and settings.alarms.certificate_days is not None


def alarms_at_home(context: Context, parts: Parts, subjects: Sequence[Subject]) -> None:
    """Build the alarms of what is in us-east-1, and the topic that they notify: an alarm reaches none elsewhere."""
    settings, alerts = context.settings, parts.find(Alerts)
    if not alerts or not _watched(settings):
        return
    severity, facts = alerts.table.route(alerts.table.grade("warning"))[0], context.facts.at(HOME)
    args = TopicsArgs(
        table=alerts.table,
        severities=[severity],
        key=parts.of(Home).key,
        publishers=["alarms"],
        pagers={},
        word="home",
        region=HOME,
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
        region=HOME,
        names=context.names,
        facts=facts,
    )
    Alarms("home-alarms", watched, context.options)
