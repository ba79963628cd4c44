"""What carries alerts and schedules: rules of EventBridge and topics of SNS, which fail without telling anybody."""

from collections.abc import Mapping
from typing import Final

import pulumi

from components.operations.watch.model import Alarm, Metric, MetricKind, Subject

RULE: Final = MetricKind("rule", always=True)
TOPIC: Final = MetricKind("topic", always=True)
FAILED_INVOCATIONS: Final = Metric(RULE, "FailedInvocations", "Sum")
FAILED_NOTIFICATIONS: Final = Metric(TOPIC, "NumberOfNotificationsFailed", "Sum")

ALARMS: Final = (
    Alarm(
        word="rule-failures",
        metric=FAILED_INVOCATIONS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # reported only when something failed
        ends=False,  # one event that was lost stays lost
        todo="The rule could not hand its event to a target: compare the target's policy with what EventBridge sends.",
    ),
    Alarm(
        word="topic-failures",
        metric=FAILED_NOTIFICATIONS,
        fires="above",
        period=300,
        periods=1,
        missing="notBreaching",  # as for rule-failures
        ends=False,  # what tells it may be what failed
        todo="A subscriber did not get an alert: read the alert in the other channel, then fix the subscription.",
    ),
)


def rule_subjects(rules: Mapping[str, str], resource: pulumi.Resource) -> list[Subject]:
    """Rules by their words, with their names; `resource` makes them."""
    return [
        Subject(of=RULE, word=word, namespace="AWS/Events", dimensions={"RuleName": name}, resource=resource)
        for word, name in rules.items()
    ]


def topic_subjects(topics: pulumi.Resource, names: Mapping[str, str]) -> list[Subject]:
    """The topics by severity, with their names."""
    return [
        Subject(of=TOPIC, word=severity, namespace="AWS/SNS", dimensions={"TopicName": name}, resource=topics)
        for severity, name in names.items()
    ]
