"""Events of data stores: a topic that RDS and ElastiCache can publish to, and a database that tells."""

import json

from components.data.cache import Cache
from components.operations.store_events import StoreEvents, StoreEventsArgs
from settings.tables.events import EventsTable
from tests.components.examples import COMMON, FACTS, built, only, waits_for
from tests.components.examples.data import cache_args
from tests.stack_files import changed

TOPIC, POLICY = "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"


def _events() -> StoreEvents:
    table = EventsTable(emails=("ops@example.com",), database=("backup", "low storage"), cache=True)
    return StoreEvents("store-events", StoreEventsArgs(table=table, **COMMON))


def test_the_topic_has_no_key_and_lets_in_this_accounts_stores():
    """Under a key both services are silent; ElastiCache sends the owner alone."""
    recording = built(_events)
    topic = only(recording, TOPIC)
    assert topic["name"] == "test-store-events-alerts"
    assert "kmsMasterKeyId" not in topic.inputs
    statements = json.loads(only(recording, POLICY)["policy"])["Statement"]
    assert [(each["Effect"], each["Principal"], each["Condition"]) for each in statements] == [
        (
            "Allow",
            {"Service": "events.rds.amazonaws.com"},
            {"StringEquals": {"aws:SourceAccount": FACTS.account}},
        ),
        ("Allow", {"AWS": "*"}, {"StringEquals": {"aws:SourceOwner": FACTS.account}}),
        ("Deny", "*", {"Bool": {"aws:SecureTransport": "false"}}),
    ]
    assert {tuple(each["Action"]) for each in statements} == {("sns:Publish",)}
    assert {tuple(each["Resource"]) for each in statements} == {(FACTS.topic("test-store-events-alerts"),)}
    assert only(recording, "aws:sns/topicSubscription:TopicSubscription")["endpoint"] == "ops@example.com"


def test_a_database_tells():
    """Of itself alone, and after the policy: RDS tries whether it may publish."""
    recording = built(lambda: _events().subscribe(["acme-test-postgres"]))
    found = only(recording, "aws:rds/eventSubscription:EventSubscription")
    assert (found["sourceType"], found["sourceIds"]) == ("db-instance", ["acme-test-postgres"])
    assert found["eventCategories"] == ["backup", "low storage"]
    assert found["snsTopic"] == only(recording, TOPIC).outputs["arn"]
    assert "store-events-topic" in waits_for(recording, found)
    assert {each.type for each in recording.resources.values() if each.name in waits_for(recording, found)} >= {POLICY}


def test_so_do_its_read_replicas():
    """By the one subscription: a second of the same name would be refused."""
    replica = {"reader": {"class": "db.t3.micro"}}
    recording = changed("club-app/dev", lambda config: config["cloudplatform:database"].update(replicas=replica))
    found = only(recording, "aws:rds/eventSubscription:EventSubscription")
    instances = [each for each in recording.resources.values() if each.type == "aws:rds/instance:Instance"]
    assert sorted(found["sourceIds"]) == sorted(each["identifier"] for each in instances)
    assert len(instances) == 2


def test_a_cache_tells():
    """By its own topic; without one, of nothing."""
    recording = built(lambda: Cache("cache", cache_args(events=_events().arn)))
    assert only(recording, REPLICATION_GROUP)["notificationTopicArn"] == only(recording, TOPIC).outputs["arn"]
    assert "notificationTopicArn" not in only(built(lambda: Cache("cache", cache_args())), REPLICATION_GROUP).inputs
