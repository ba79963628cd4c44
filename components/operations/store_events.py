"""Events of data stores: what RDS and ElastiCache tell of them, by e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.iam import document, grant
from components.operations.topics import nothing_in_clear, word_of
from components.service_principals import ACCOUNT, PUBLISH, grant_to
from settings.tables.events import EventsTable


@dataclass(frozen=True, kw_only=True)
class StoreEventsArgs(Args):
    """The events' table."""

    table: EventsTable


class StoreEvents(Component):
    """What data stores tell: on a topic without a key, since RDS (API reference, CreateEventSubscription) and
    ElastiCache (user guide, "Event notifications and Amazon SNS") publish to no encrypted one.

    Creates the topic, its policy and its subscriptions; with `subscribe`, the subscription to the events of databases.
    """

    arn: pulumi.Output[str]  #: of the topic, once it may be published to

    def __init__(self, name: str, args: StoreEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args, physical = args, args.names.of("topic", "store-events")
        topic = aws.sns.Topic(self.child("topic"), name=physical, tags=self.named(physical), opts=self.owned())
        policy = aws.sns.TopicPolicy(
            self.child("topic"), arn=topic.arn, policy=self._policy(args.facts.topic(physical)), opts=self.owned()
        )
        self.arn = policy.arn
        for address in args.table.emails:
            aws.sns.TopicSubscription(
                self.child(word_of(address)),
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                opts=self.owned(),
            )
        self.register_outputs({"arn": self.arn})

    def subscribe(self, databases: Sequence[pulumi.Input[str]]) -> None:
        """Have a database and its read replicas, by their identifiers, tell what the table asks for."""
        name = self._args.names.of("events", "database")
        aws.rds.EventSubscription(
            self.child("database"),
            name=name,
            sns_topic=self.arn,
            source_type="db-instance",
            source_ids=list(databases),
            event_categories=list(self._args.table.database),
            tags=self.named(name),
            opts=self.owned(),
        )

    def _policy(self, topic: str) -> str:
        """Only this account's stores publish. ElastiCache calls as nobody in particular and tells the owner alone (its
        user guide, "Managing ElastiCache Amazon SNS notifications")."""
        facts = self._args.facts
        of_cache = {"StringEquals": {"aws:SourceOwner": facts.account}}
        return document(
            grant_to("events.rds", "topic", PUBLISH, [topic], says={ACCOUNT: facts.account}, sid="Database"),
            grant({"AWS": "*"}, PUBLISH, [topic], condition=of_cache, sid="Cache"),
            nothing_in_clear(topic),
        )
