"""Whatever hands something on says so when it cannot: no event, alert or schedule is lost in silence."""

from collections.abc import Iterator

import pytest

from preview.recording import Recording
from tests.requirements.breaches import drop
from tests.requirements.reading import of
from tests.stacks import EVERY_STACK, recorded

#: What has an alarm, by the metric and the dimension: rules, topics, functions and the queues of what these failed on.
WATCHED = {
    "FailedInvocations": "RuleName",
    "NumberOfNotificationsFailed": "TopicName",
    "Errors": "FunctionName",
    "ApproximateNumberOfMessagesVisible": "QueueName",
}


def hands_on(stack: Recording) -> Iterator[tuple[str, str]]:
    """Each thing that hands something on, by the metric that tells of its failures."""
    yield from {("FailedInvocations", each["rule"]) for each in of(stack, "cloudwatch.EventTarget")}
    yield from {
        ("NumberOfNotificationsFailed", each["topic"].rpartition(":")[2]) for each in of(stack, "sns.TopicSubscription")
    }
    for function in of(stack, "lambda_.Function"):
        yield "Errors", function["name"]
        yield "ApproximateNumberOfMessagesVisible", function["deadLetterConfig"]["targetArn"].rpartition(":")[2]


def unwatched(stack: Recording) -> set[tuple[str, str]]:
    """What hands something on and has no alarm that tells somebody."""
    alarms = {
        (each["metricName"], each["dimensions"][WATCHED[each["metricName"]]])
        for each in of(stack, "cloudwatch.MetricAlarm")
        if each.inputs.get("metricName") in WATCHED
        and each["alarmActions"]
        and WATCHED[each["metricName"]] in each["dimensions"]
    }
    return set(hands_on(stack)) - alarms


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_each_target_has_its_alarm(stack: str) -> None:
    """In every stack that tells anybody: targets of rules and of schedules, subscribers, functions, their queues."""
    found = recorded(stack, True)
    assert unwatched(found) == set() or not of(found, "sns.Topic")


@pytest.mark.parametrize(
    ("stack", "word", "wanted"),
    [
        ("dev", "rule-failures-scale-up", ("FailedInvocations", "dev-scale-up")),
        ("prod", "topic-failures-critical", ("NumberOfNotificationsFailed", "prod-critical-alerts")),
        ("shared", "function-errors-auto", ("Errors", "cloudplatform-shared-lambda-auto-remediate")),
    ],
)
def test_an_alarm_that_is_missing_is_noticed(stack: str, word: str, wanted: tuple[str, str]) -> None:
    assert unwatched(drop("cloudwatch.MetricAlarm", word)(recorded(stack, True))) == {wanted}
