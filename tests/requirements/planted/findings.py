"""Breaches of what tells of findings."""

from typing import Any

from preview.recording import Recording
from tests.requirements import test_findings as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, drop, text


def _planted(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _told(id_: str, mutation: Mutation) -> Breach:
    name, source, kind = AREA.TOLD[id_]
    return _planted(id_, AREA.test_findings_are_told, mutation, name=name, source=source, kind=kind)


def _elsewhere(stack: Recording) -> Recording:
    return change("cloudwatch.EventTarget", "root-use", arn="arn:aws:sns:us-east-1:123456789012:other")(stack)


BREACHES = [
    _told("CP-DETECT-10", drop("cloudwatch.EventTarget", "inspector-findings-topic")),
    _told("CP-DETECT-12", change("cloudwatch.EventRule", "access-analyzer",
                                 eventPattern=text(lambda old: {**old, "source": ["aws.iam"]}))),
    _told("CP-AUTO-08", change("sns.TopicPolicy", "warning",
                               policy=lambda old: old.replace("events.amazonaws.com", "s3.amazonaws.com"))),
    _planted("CP-AUTO-14", AREA.test_use_of_the_root_account_is_told_at_once,
             change("cloudwatch.EventRule", "root-use",
                    eventPattern=text(lambda old: {**old, "detail-type": old["detail-type"][:1]}))),
    _planted("CP-AUTO-14", AREA.test_use_of_the_root_account_is_told_at_once, change("kms.Key", policy=lambda old:
             old.replace("events.amazonaws.com", "s3.amazonaws.com"))),
    _planted("CP-AUTO-11", AREA.test_refused_calls_ring,
             change("cloudwatch.LogMetricFilter", "unauthorized", logGroupName="/shared/other")),
    _planted("CP-ALARM-26", AREA.test_refused_calls_ring,
             change("cloudwatch.MetricAlarm", "unauthorized", alarmActions=[])),
    _planted("CP-ALARM-28", AREA.test_everything_goes_to_the_accounts_topics,
             drop("sns.TopicSubscription", "critical")),
    _planted("CP-ALARM-28", AREA.test_everything_goes_to_the_accounts_topics, _elsewhere),
]  # fmt: skip
