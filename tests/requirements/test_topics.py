"""CP-ALARM: who is told, when, and how often."""

import json
import re

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, drop, noticed
from tests.requirements.expected import environments, requirement, stacks
from tests.requirements.reading import arn, at, document, key, of, only, topic


def subscribers(platform: Recording, severity: str) -> dict[str, list[RecordedResource]]:
    """A topic's subscriptions, by protocol."""
    found: dict[str, list[RecordedResource]] = {}
    for each in of(platform, "sns.TopicSubscription"):
        if each["topic"] == arn(topic(platform, severity)):
            found.setdefault(each["protocol"], []).append(each)
    return found


def assert_slack(platform: Recording, severity: str) -> None:
    """The topic runs the slack-notifier, which lets it."""
    notifier = only(each for each in of(platform, "lambda_.Function") if each["name"].endswith("slack-notifier"))
    assert only(subscribers(platform, severity).get("lambda", []))["endpoint"] == arn(notifier)
    permission = at(platform, "lambda_.Permission", sourceArn=arn(topic(platform, severity)))
    assert (permission["principal"], permission["function"]) == ("sns.amazonaws.com", notifier["name"])


@requirement("CP-ALARM-22")
@environments
def test_the_critical_topic(platform: Recording, stack: str) -> None:
    """E-mail and Slack, and a pager in prod alone (C-18), whose URL is kept secret."""
    found = subscribers(platform, "critical")
    assert found["email"]
    assert_slack(platform, "critical")
    assert ("https" in found) is (stack == "prod")
    for pager in found.get("https", []):
        assert pager["endpoint"].startswith("https://events.pagerduty.com/")
        assert "endpoint" in pager.secrets


@requirement("CP-ALARM-23")
@environments
def test_the_warning_topic(platform: Recording, stack: str) -> None:
    assert subscribers(platform, "warning").keys() == {"email", "lambda"}
    assert_slack(platform, "warning")


@requirement("CP-ALARM-24")
@environments
def test_the_info_topic(platform: Recording, stack: str) -> None:
    assert subscribers(platform, "info").keys() == {"lambda"}
    assert_slack(platform, "info")


@environments
def test_one_fault_pages_once(platform: Recording, stack: str) -> None:
    """What wakes people hears the incident and none of the alarms that it consists of; every critical alarm belongs to
    one, and the second is held back by the first."""
    incidents = {each["alarmName"]: each for each in of(platform, "cloudwatch.CompositeAlarm")}
    members = {name: re.findall(r'ALARM\("([^"]+)"\)', each["alarmRule"]) for name, each in incidents.items()}
    fires = {each["name"] for each in of(platform, "cloudwatch.MetricAlarm")
             if arn(topic(platform, "critical")) in each["alarmActions"]}  # fmt: skip
    assert fires == {alarm for names in members.values() for alarm in names}
    assert sum(map(len, members.values())) == len(fires), "an alarm in two incidents would page twice"
    for incident in incidents.values():
        assert incident["alarmActions"] == [arn(topic(platform, "critical"))]
    waking = [each for kind in ("email", "https") for each in subscribers(platform, "critical").get(kind, [])]
    for each in waking:
        assert each["filterPolicyScope"] == "MessageBody"
        [absent, others] = json.loads(each["filterPolicy"])["AlarmName"]
        assert absent == {"exists": False}
        assert all(name.startswith(others["anything-but"]["prefix"]) for name in fires)
        assert not any(name.startswith(others["anything-but"]["prefix"]) for name in incidents)
    second = incidents[f"cloudplatform-{stack}-incident-database"]["actionsSuppressor"]
    assert second["alarm"] == f"cloudplatform-{stack}-incident-service"


@stacks
def test_topics_are_encrypted_and_let_only_this_account_in(platform: Recording, stack: str) -> None:
    """With the stack's key, whose policy lets the publishers use it for topics alone."""
    topics = of(platform, "sns.Topic")
    assert [each["name"] for each in topics] == [f"{stack}-{word}-alerts" for word in ("critical", "info", "warning")]
    assert {each["kmsMasterKeyId"] for each in topics} == {arn(key(platform))}
    publishers = {("Service", "cloudwatch.amazonaws.com")}
    publishers |= {("Service", f"{word}.amazonaws.com") for word in
                   (("costalerts", "events") if stack == "shared" else ("budgets",))}  # fmt: skip
    publishers |= {("Service", "events.amazonaws.com")} if of(platform, "backup.Vault") else set()  # a failed backup
    for each in of(platform, "sns.TopicPolicy"):
        allowed = [part for part in document(each["policy"]) if part.allows]
        assert {principal for part in allowed for principal in part.principals} == publishers
        for part in allowed:
            silent = part.principals == [("Service", "events.amazonaws.com")]  # under a condition it publishes nothing
            assert part.condition.get("StringEquals") == (None if silent else {"aws:SourceAccount": "123456789012"})
    context = "kms:EncryptionContext:aws:sns:topicArn"
    granted = {
        principal
        for part in document(key(platform)["policy"])
        if context in str(part.condition)
        for principal in part.principals
    }
    assert granted == publishers


#: What works while dev is stopped: the functions that stop and start it and tell Slack, what runs these, what tells.
NIGHT = {
    *(f"function-{what}-{word}" for what in ("errors", "dead-letters")
      for word in ("scale-down", "scale-up", "slack-notifier")),
    *(f"rule-failures-{word}" for word in ("scale-down", "scale-up")),
    *(f"topic-failures-{severity}" for severity in ("critical", "warning", "info")),
}  # fmt: skip


@pytest.mark.parametrize("stack", ["dev"])
def test_nothing_fires_while_dev_is_stopped(platform: Recording, stack: str) -> None:
    """From 20:00 EST until half an hour after 08:00, and from Friday to Monday (N-15); what runs at night is heard."""
    rules = {
        each.name.rpartition("-")[2]: each["rule"]["schedule"] for each in of(platform, "cloudwatch.AlarmMuteRule")
    }
    assert {word: (each["expression"], each["duration"], each["timezone"]) for word, each in rules.items()} == {
        "nights": ("cron(0 1 * * TUE-FRI)", "PT12H30M", "UTC"),
        "weekends": ("cron(0 1 * * SAT)", "P2DT12H30M", "UTC"),
    }
    prefix = "cloudplatform-dev-alarm-"
    every = {each["name"] for each in of(platform, "cloudwatch.MetricAlarm")}
    every |= {each["alarmName"] for each in of(platform, "cloudwatch.CompositeAlarm")}
    for rule in of(platform, "cloudwatch.AlarmMuteRule"):
        heard = every - set(rule["muteTargets"]["alarmNames"])
        assert {name.removeprefix(prefix) for name in heard} == NIGHT


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_what_always_runs_is_never_mute(platform: Recording, stack: str) -> None:
    assert of(platform, "cloudwatch.AlarmMuteRule") == []


BREACHES = [
    Breach("CP-ALARM-22", test_the_critical_topic, drop("sns.TopicSubscription", "pagerduty"), "prod"),
    Breach("CP-ALARM-22", test_the_critical_topic, drop("sns.TopicSubscription", "notifier-critical")),
    Breach("CP-ALARM-23", test_the_warning_topic, drop("sns.TopicSubscription", "topics-warning")),
    Breach("CP-ALARM-24", test_the_info_topic, drop("lambda_.Permission", "slack-notifier-info")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
