"""CP-DETECT, CP-ALARM and CP-AUTO: whatever is found in the account reaches somebody."""

import json
import re
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, Mutation, change, drop, noticed, text
from tests.requirements.expected import ACCOUNT, REGION, requirement, shared
from tests.requirements.reading import Statement, arn, at, document, key, of, only
from tests.stacks import ROOT

CALL, SIGN_IN = "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"
TOLD = {
    "CP-DETECT-10": ("inspector-findings", "aws.inspector2", "Inspector2 Finding"),
    "CP-DETECT-12": ("access-analyzer-findings", "aws.access-analyzer", "Access Analyzer Finding"),
    "CP-AUTO-08": ("config-compliance", "aws.config", "Config Rules Compliance Change"),
}


def topic(platform: Recording, severity: str) -> RecordedResource:
    return at(platform, "sns.Topic", name=f"shared-{severity}-alerts")


def pattern(platform: Recording, name: str) -> dict[str, Any]:
    return json.loads(at(platform, "cloudwatch.EventRule", name=name)["eventPattern"])


def target(platform: Recording, rule: str) -> str:
    """The topic that a rule's events go to."""
    targets = [each["arn"] for each in of(platform, "cloudwatch.EventTarget") if each["rule"] == rule]
    return only(each for each in targets if ":sns:" in each)


def assert_admits(platform: Recording, to: RecordedResource, service: str) -> None:
    """The topic lets a service of this account publish, and the key lets it encrypt what goes to the account's topics.
    EventBridge tells neither for whom it acts: under a condition it would publish nothing."""
    policy = only(each for each in of(platform, "sns.TopicPolicy") if each["arn"] == arn(to))
    assert any(
        "sns:Publish" in each.actions
        and each.condition.get("StringEquals", {})
        == ({} if service == "events.amazonaws.com" else {"aws:SourceAccount": ACCOUNT})
        for each in _grants(policy["policy"], service)
    )
    own = {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:shared-*-alerts"}
    assert any(
        "kms:GenerateDataKey*" in each.actions and each.condition["ArnLike"] == own
        for each in _grants(key(platform)["policy"], service)
    )


def _grants(text: str, service: str) -> list[Statement]:
    return [each for each in document(text) if each.allows and ("Service", service) in each.principals]


@shared
@pytest.mark.parametrize(
    ("name", "source", "kind"), [pytest.param(*row, marks=requirement(id_)) for id_, row in TOLD.items()]
)
def test_findings_are_told(platform: Recording, stack: str, name: str, source: str, kind: str) -> None:
    """By the warning topic, which lets EventBridge in."""
    found = pattern(platform, name)
    assert (found["source"], found["detail-type"]) == ([source], [kind])
    assert target(platform, name) == arn(topic(platform, "warning"))
    assert_admits(platform, topic(platform, "warning"), "events.amazonaws.com")


@requirement("CP-AUTO-14")
@shared
def test_use_of_the_root_account_is_told_at_once(platform: Recording, stack: str) -> None:
    """Whether it calls or signs in; what AWS does in its name is none."""
    assert pattern(platform, "root-use") == {
        "detail-type": [CALL, SIGN_IN],
        "detail": {
            "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
            "eventType": [{"anything-but": "AwsServiceEvent"}],
        },
    }
    assert target(platform, "root-use") == arn(topic(platform, "critical"))
    assert_admits(platform, topic(platform, "critical"), "events.amazonaws.com")


@requirement("CP-AUTO-11", "CP-ALARM-26")
@shared
def test_refused_calls_ring(platform: Recording, stack: str) -> None:
    """They are counted in the trail's log, where they stay for review."""
    filters = {each["metricTransformation"]["name"]: each for each in of(platform, "cloudwatch.LogMetricFilter")}
    refused = filters["UnauthorizedCalls"]
    assert refused["logGroupName"] == at(platform, "cloudwatch.LogGroup", name="/shared/cloudtrail")["name"]
    for word in ('$.errorCode = "*UnauthorizedOperation"', '$.errorCode = "AccessDenied*"'):
        assert word in refused["pattern"]
    alarm = at(platform, "cloudwatch.MetricAlarm", metricName="UnauthorizedCalls")
    assert alarm["namespace"] == refused["metricTransformation"]["namespace"]
    assert (alarm["statistic"], alarm["comparisonOperator"], alarm["threshold"], alarm["period"]) == (
        "Sum",
        "GreaterThanThreshold",
        10,
        300,
    )
    assert alarm["alarmActions"] == [arn(topic(platform, "warning"))]
    assert_admits(platform, topic(platform, "warning"), "cloudwatch.amazonaws.com")


@requirement("CP-ALARM-28")
@shared
def test_everything_goes_to_the_accounts_topics(platform: Recording, stack: str) -> None:
    """Both have a reader by e-mail, and nothing in the stack is sent elsewhere (an alarm's end is for information)."""
    topics = [topic(platform, severity) for severity in ("critical", "warning")]
    for each in topics:
        assert any(
            row["topic"] == arn(each) and row["protocol"] == "email" for row in of(platform, "sns.TopicSubscription")
        )
        assert any(row["arn"] == arn(each) for row in of(platform, "sns.TopicPolicy"))
    told = {each["arn"] for each in of(platform, "cloudwatch.EventTarget") if ":sns:" in each["arn"]}
    told |= {action for each in of(platform, "cloudwatch.MetricAlarm") for action in each["alarmActions"]}
    told |= {
        each["address"]
        for subscription in of(platform, "costexplorer.AnomalySubscription")
        for each in subscription["subscribers"]
    }
    assert told == {arn(each) for each in topics}


@shared
def test_a_suspicion_is_a_warning_and_a_certainty_is_critical(platform: Recording, stack: str) -> None:
    """GuardDuty's severities, without a gap (C-39)."""
    levels = {
        name: (only(pattern(platform, name)["detail"]["severity"])["numeric"], target(platform, name))
        for name in ("guardduty-findings", "guardduty-suspicions")
    }
    assert levels == {
        "guardduty-findings": ([">=", 7], arn(topic(platform, "critical"))),
        "guardduty-suspicions": (["<", 7], arn(topic(platform, "warning"))),
    }


@shared
def test_only_the_accounts_own_rules_warn(platform: Recording, stack: str) -> None:
    """Security Hub and the conformance pack have hundreds, and ask the same; what is mended is no news either."""
    detail = pattern(platform, "config-compliance")["detail"]
    assert detail["configRuleName"] == sorted(each["name"] for each in of(platform, "cfg.Rule"))
    assert detail["newEvaluationResult"] == {"complianceType": ["NON_COMPLIANT"]}


@shared
def test_every_finding_has_its_heading(platform: Recording, stack: str) -> None:
    """The rule's description names a section of the runbook, which says how to see that it is over."""
    parts = re.split(r"(?m)^## ", (ROOT / "docs/runbooks/findings.md").read_text())
    sections = {part.split("\n")[0]: part for part in parts}
    rules = [each for each in of(platform, "cloudwatch.EventRule") if "eventPattern" in each.inputs]
    assert len(rules) == 9
    for each in rules:
        assert each["description"].endswith(f"Runbook: docs/runbooks/findings.md#{each['name']}")
        assert "Verify:" in sections[each["name"]]


def _breach(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _told(id_: str, mutation: Mutation) -> Breach:
    name, source, kind = TOLD[id_]
    return _breach(id_, test_findings_are_told, mutation, name=name, source=source, kind=kind)


def _elsewhere(stack: Recording) -> Recording:
    return change("cloudwatch.EventTarget", "root-use", arn="arn:aws:sns:us-east-1:123456789012:other")(stack)


BREACHES = [
    _told("CP-DETECT-10", drop("cloudwatch.EventTarget", "inspector-findings-topic")),
    _told("CP-DETECT-12", change("cloudwatch.EventRule", "access-analyzer",
                                 eventPattern=text(lambda old: {**old, "source": ["aws.iam"]}))),
    _told("CP-AUTO-08", change("sns.TopicPolicy", "warning",
                               policy=lambda old: old.replace("events.amazonaws.com", "s3.amazonaws.com"))),
    _breach("CP-AUTO-14", test_use_of_the_root_account_is_told_at_once,
            change("cloudwatch.EventRule", "root-use",
                   eventPattern=text(lambda old: {**old, "detail-type": old["detail-type"][:1]}))),
    _breach("CP-AUTO-14", test_use_of_the_root_account_is_told_at_once, change("kms.Key", policy=lambda old:
            old.replace("events.amazonaws.com", "s3.amazonaws.com"))),
    _breach("CP-AUTO-11", test_refused_calls_ring,
            change("cloudwatch.LogMetricFilter", "unauthorized", logGroupName="/shared/other")),
    _breach("CP-ALARM-26", test_refused_calls_ring,
            change("cloudwatch.MetricAlarm", "unauthorized", alarmActions=[])),
    _breach("CP-ALARM-28", test_everything_goes_to_the_accounts_topics,
            drop("sns.TopicSubscription", "critical")),
    _breach("CP-ALARM-28", test_everything_goes_to_the_accounts_topics, _elsewhere),
]  # fmt: skip

test_breaches = noticed(BREACHES)
