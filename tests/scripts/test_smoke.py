"""The smoke test against an emulated AWS, whose EventBridge, CloudWatch and SNS look at the stack's own policies.

moto keeps rules, topics, queues and logs; what it does not carry (a rule to a topic or a function, an alarm to a topic)
is carried here, and only where the policies let the service in with what it sends.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.cloudwatch.models import CloudWatchBackend
from moto.events.models import Rule

from components.service_principals import Holder, call_of
from preview.recording import Recording
from scripts.smoke import SmokeTest
from tests.aws import emulated
from tests.requirements.breaches import Mutation, change, drop, text
from tests.requirements.reading import of, one
from tests.stacks import recorded


@dataclass
class CarryingAws:
    """A stack's rules, topics, alarms and functions' logs, and what carries between them."""

    session: Any
    recording: Recording
    silent: set[str] = field(default_factory=set[str])  #: functions that log nothing

    def __post_init__(self) -> None:
        events, sns, logs, watch = (self.session.client(each) for each in ("events", "sns", "logs", "cloudwatch"))
        for each in of(self.recording, "sns.Topic"):
            sns.create_topic(Name=each["name"])
        for each in of(self.recording, "lambda_.Function"):
            logs.create_log_group(logGroupName=each["loggingConfig"]["logGroup"])
            logs.create_log_stream(logGroupName=each["loggingConfig"]["logGroup"], logStreamName="run")
        for each in of(self.recording, "cloudwatch.EventRule"):
            keys = {"name": "Name", "eventPattern": "EventPattern", "scheduleExpression": "ScheduleExpression",
                    "description": "Description"}  # fmt: skip
            events.put_rule(**{there: each[here] for here, there in keys.items() if here in each.inputs})
        for each in of(self.recording, "cloudwatch.EventTarget"):
            events.put_targets(Rule=each["rule"], Targets=[{"Id": each.name, "Arn": each["arn"]}])
        for each in of(self.recording, "cloudwatch.MetricAlarm"):
            watch.put_metric_alarm(
                AlarmName=each["name"], ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1,
                MetricName="M", Namespace="N", Period=60, Statistic="Sum",
            )  # fmt: skip

    def lets(self, policy: Any, service: str, on: Holder, action: str) -> bool:
        """Whether a document lets a service in, with what it sends."""
        for each in json.loads(policy)["Statement"]:
            named = f'"{service}.amazonaws.com"' in json.dumps(each["Principal"])
            actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
            asked = {key for table in each.get("Condition", {}).values() for key in table}
            let = named and action in actions and each["Effect"] == "Allow"
            if let and asked <= set(call_of(service, on).sends):
                return True
        return False

    def publish(self, topic: str, service: str, text: str) -> None:
        """As a service of AWS: the topic's policy and its key's must both let it."""
        [policy] = [each["policy"] for each in of(self.recording, "sns.TopicPolicy") if each["arn"] == topic]
        key = one(self.recording, "kms.Key")["policy"]
        if self.lets(policy, service, "topic", "sns:Publish") and self.lets(
            key, service, "key", "kms:GenerateDataKey*"
        ):
            self.session.client("sns").publish(TopicArn=topic, Message=text)
            for each in of(self.recording, "sns.TopicSubscription"):
                if each["protocol"] == "lambda" and each["topic"] == topic:
                    self.log(
                        each["endpoint"],
                        "sns",
                        topic,
                        f'{{"message": "posted", "topic": "{topic.rpartition(":")[2]}"}}',
                    )

    def log(self, function: str, service: str, source: str, line: str) -> None:
        """The function runs, if its permission lets the service for this source."""
        name, keys = function.rpartition(":")[2], {"sourceArn": "aws:SourceArn", "sourceAccount": "aws:SourceAccount"}
        for each in of(self.recording, "lambda_.Permission"):
            asked = {key for word, key in keys.items() if word in each.inputs}
            ours = each["function"] == name and each["principal"] == f"{service}.amazonaws.com"
            of_it = each["sourceArn"].rpartition("/")[2].rpartition(":")[2] == source.rpartition(":")[2]
            if ours and of_it and asked <= set(call_of(service, "function").sends) and name not in self.silent:
                [group] = [
                    it["loggingConfig"]["logGroup"]
                    for it in of(self.recording, "lambda_.Function")
                    if it["name"] == name
                ]
                self.session.client("logs").put_log_events(
                    logGroupName=group, logStreamName="run",
                    logEvents=[{"timestamp": int(time.time() * 1000), "message": line}],
                )  # fmt: skip

    def event(self, rule: Rule, event: dict[str, Any]) -> None:
        """An event through a rule, if it matches; a schedule alone matches no event."""
        if not rule.event_pattern.get_pattern() or not rule.event_pattern.matches_event(event):  # type: ignore[arg-type]
            return
        for target in rule.targets:
            if ":sns:" in target["Arn"]:
                self.publish(target["Arn"], "events", json.dumps(event, default=str))
            else:
                self.log(target["Arn"], "events", rule.name, json.dumps({"message": "arrived", "smoke": event["id"]}))

    def alarm(self, name: str, state: str, reason: str) -> None:
        key = {"ALARM": "alarmActions", "OK": "okActions"}[state]
        [found] = [each for each in of(self.recording, "cloudwatch.MetricAlarm") if each["name"] == name]
        text = json.dumps({"AlarmName": name, "NewStateValue": state, "NewStateReason": reason})
        topics: list[str] = found.inputs.get(key) or []
        for topic in topics:
            if ":sns:" in topic:
                self.publish(topic, "cloudwatch", text)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A smoke test of a stack, perhaps changed: the ends that were seen, and those that were not."""
    with emulated() as session:

        def run(stack: str, *mutations: Mutation, silent: str = "") -> tuple[set[str], set[str]]:
            broken = recorded(stack, True)
            for each in mutations:
                broken = each(broken)
            aws = CarryingAws(session, broken, {silent})

            def through(rule: Rule, event: dict[str, Any], *_: object) -> None:
                aws.event(rule, event)

            monkeypatch.setattr(Rule, "send_to_targets", through)
            set_state = CloudWatchBackend.set_alarm_state

            def changed(
                self: CloudWatchBackend, alarm_name: str, reason: str, reason_data: str, state_value: str
            ) -> None:
                set_state(self, alarm_name, reason, reason_data, state_value)
                aws.alarm(alarm_name, state_value, reason)

            monkeypatch.setattr(CloudWatchBackend, "set_alarm_state", changed)
            whole = recorded(stack, True)
            rules = {each["Name"]: each for each in session.client("events").list_rules()["Rules"]}
            ends = SmokeTest(session=session, recording=whole, patience=0, pause=0).run()
            again = {each["Name"]: each for each in session.client("events").list_rules()["Rules"]}
            assert again == rules, "each rule is as it was before"
            assert session.client("sqs").list_queues().get("QueueUrls", []) == []
            return {each.name for each in ends if each.seen}, {each.name for each in ends if not each.seen}

        yield run


SHARED = {
    "rule access-analyzer-findings -> shared-warning-alerts",
    "rule bucket-opened -> cloudplatform-shared-lambda-auto-remediate",
}


@pytest.mark.parametrize(("stack", "rules"), [("dev", 2), ("staging", 1), ("prod", 1), ("shared", 10)])
def test_where_all_is_well_all_is_seen(tried: Any, stack: str, rules: int) -> None:
    """Every target of every rule, the topics that an alarm tells without paging, and what Slack's function posted."""
    seen, unseen = tried(stack)
    assert unseen == set()
    targets = {
        f"rule {each['rule']} -> {each['arn'].rpartition(':')[2]}"
        for each in of(recorded(stack, True), "cloudwatch.EventTarget")
    }
    assert {each for each in seen if each.startswith("rule ")} == targets
    assert len({each.split()[1] for each in targets}) == rules
    if stack != "shared":
        assert f"topic {stack}-warning-alerts -> cloudplatform-{stack}-lambda-slack-notifier" in seen
    assert seen >= SHARED or stack != "shared"


def without(sid: str) -> Any:
    """A policy whose statement of that name is gone."""
    return text(
        lambda document: {**document, "Statement": [it for it in document["Statement"] if it.get("Sid") != sid]}
    )


def asking(sid: str, key: str) -> Any:
    """A policy that asks one service for a key that it does not send."""
    condition = {"StringEquals": {key: "123456789012"}}
    return text(lambda document: {**document, "Statement": [
        {**it, "Condition": condition} if it.get("Sid") == sid else it for it in document["Statement"]
    ]})  # fmt: skip


RESPONDER = "cloudplatform-shared-lambda-auto-remediate"
NOTIFIER = "cloudplatform-dev-lambda-slack-notifier"
ASKS_ACCOUNT = asking("Events", "aws:SourceAccount")
BROKEN = [
    ("shared", change("sns.TopicPolicy", "warning", policy=without("Events")),
     "rule config-compliance -> shared-warning-alerts"),
    ("shared", change("sns.TopicPolicy", "critical", policy=ASKS_ACCOUNT), "rule root-use -> shared-critical-alerts"),
    ("shared", drop("lambda_.Permission", "bucket-opened"), f"rule bucket-opened -> {RESPONDER}"),
    ("shared", change("lambda_.Permission", "group-opened", sourceAccount="1"), f"rule group-opened -> {RESPONDER}"),
    ("shared", drop("cloudwatch.EventTarget", "root-use"), "rule root-use -> shared-critical-alerts"),
    ("dev", change("sns.TopicPolicy", "warning", policy=without("Alarms")), "-> dev-warning-alerts"),
    ("dev", drop("lambda_.Permission", "slack-notifier-warning"), f"topic dev-warning-alerts -> {NOTIFIER}"),
    ("dev", drop("lambda_.Permission", "scale-up-schedule"), "rule dev-scale-up -> scale-up-dev"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "broken", "wanted"), BROKEN, ids=[case[2][-45:] for case in BROKEN])
def test_what_does_not_arrive_is_named(tried: Any, stack: str, broken: Mutation, wanted: str) -> None:
    """Each permission that is missing, or that asks for what is not sent, and nothing else."""
    _, unseen = tried(stack, broken)
    assert [each for each in unseen if wanted in each]
    assert all(each.rpartition(" -> ")[2] == wanted.rpartition(" -> ")[2].removeprefix("-> ") for each in unseen)


def test_a_rule_that_is_not_there_is_named(tried: Any) -> None:
    """And the others are tried all the same."""
    seen, unseen = tried(
        "dev", drop("cloudwatch.EventRule", "shutdown-up"), drop("cloudwatch.EventTarget", "shutdown-up")
    )
    assert unseen == {"rule dev-scale-up -> scale-up-dev"}
    assert "rule dev-scale-down -> scale-down-dev" in seen


def test_a_function_that_says_nothing_is_named(tried: Any) -> None:
    """It was invoked, but did not run: no line, no proof."""
    _, unseen = tried("dev", silent="scale-down-dev")
    assert unseen == {"rule dev-scale-down -> scale-down-dev"}
