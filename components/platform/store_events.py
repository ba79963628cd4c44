"""The topic that the data stores tell their events to."""

from dataclasses import dataclass

from components.operations.store_events import StoreEvents, StoreEventsArgs
from components.operations.watch.delivery import topic_subjects
from components.platform.context import Context
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class StoreTopic(Part):
    """Where the data stores tell their events."""

    topic: StoreEvents


def store_events(context: Context, parts: Parts) -> StoreTopic | None:
    """Build the topic."""
    table = context.settings.events
    if not table:
        return None
    topic = StoreEvents("store-events", StoreEventsArgs(table=table, **context.common), context.options)
    names = {"store-events": context.names.of("topic", "store-events")}
    return StoreTopic(topic=topic, subjects=topic_subjects(topic, names), exports={"store_events_topic_arn": topic.arn})
