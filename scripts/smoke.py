"""The smoke test of alerts and schedules: `make smoke STACK=shared`. When to run it: docs/runbooks/deployment.md.

One event for each of the stack's rules, and a change of an alarm for each topic, each seen where it ends: a message in
a queue beside the topic's subscribers, a line in the function's log. For a minute or two a rule takes the smoke test's
event beside its own; functions know that event and do nothing, people get a message that says so. Exit status: 0 all
was seen, 1 something was not, 2 it could not be tried.

It needs AWS credentials of the stack's account that may change rules and alarms' states, make a queue and read logs.
"""

import argparse
import json
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.common.entry import SMOKE
from preview.engine import record_stack
from preview.recording import RecordedResource, Recording
from preview.stack import PreviewError

ACCOUNT: Final = "cloudplatform:account"
REASON: Final = "Smoke test: nothing happened"
#: What `describe_rule` says and `put_rule` takes; what is left out there would be taken off.
RULE: Final = ("Name", "EventPattern", "ScheduleExpression", "State", "Description", "RoleArn", "EventBusName")
UNSEEN: Final = (
    "Not tried: e-mail and PagerDuty (ask who gets them), budgets and cost anomalies (AWS alone sends these), "
    "incidents (they page people)."
)


@dataclass(frozen=True)
class DeliveryEnd:
    """Where something should arrive, and whether it did."""

    name: str
    seen: bool


@dataclass(kw_only=True)
class SmokeTest:
    """One stack in AWS, as its recording says it should be."""

    session: Any  #: boto3's
    recording: Recording
    patience: float = 180  #: seconds that something may take; EventBridge needs a while for a changed rule
    pause: float = 10  #: seconds between two looks
    again: float = 60  #: seconds after which an event is sent once more
    clients: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  #: topics' ARNs and texts

    def run(self) -> list[DeliveryEnd]:
        """Try everything, whatever fails."""
        began = int(time.time() * 1000)
        with self._queue() as queue:
            rules = self._of("aws:cloudwatch/eventRule:EventRule")
            found = [end for rule in rules for end in self._rule(rule["name"], queue)]
            found += [end for topic in self._topics for end in self._alarm(topic, queue)]
            return [*found, *self._handed_over(began)]

    def _of(self, type_: str) -> Sequence[RecordedResource]:
        return self.recording.of(type_)

    def _client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service)
        return self.clients[service]

    @property
    def _topics(self) -> list[str]:
        """ARNs of the stack's topics, which follow from their names."""
        return sorted({str(each["arn"]) for each in self._of("aws:sns/topicPolicy:TopicPolicy")})

    @contextmanager
    def _queue(self) -> Generator[str]:
        """A queue that gets what every topic gets: its URL. It is gone afterwards."""
        sqs, sns = self._client("sqs"), self._client("sns")
        url = sqs.create_queue(QueueName=f"{self.recording.stack}-smoke-test-{int(time.time())}")["QueueUrl"]
        subscriptions: list[str] = []
        try:
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
            allowed |= {"Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": self._topics}}}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
            for topic in self._topics:
                made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
                subscriptions.append(made["SubscriptionArn"])
            yield url
        finally:
            for each in subscriptions:
                sns.unsubscribe(SubscriptionArn=each)
            sqs.delete_queue(QueueUrl=url)

    def _rule(self, name: str, queue: str) -> Iterator[DeliveryEnd]:
        """An event through a rule to each of its targets."""
        every = self._of("aws:cloudwatch/eventTarget:EventTarget")
        missing = targets = [str(each["arn"]) for each in every if each["rule"] == name]
        try:
            with self._taking_ours(name):
                missing = self._sent(name, targets, queue)
        except ClientError as error:
            sys.stderr.write(f"{name}: {error}\n")
        for arn in targets:
            yield DeliveryEnd(f"rule {name} -> {arn.rpartition(':')[2]}", arn not in missing)

    @contextmanager
    def _taking_ours(self, name: str) -> Generator[None]:
        """The rule takes the smoke test's event too; afterwards it is as it was."""
        events = self._client("events")
        found = events.describe_rule(Name=name)
        kept = {key: found[key] for key in RULE if key in found}
        ours = {"source": [SMOKE], "detail": {"rule": [name]}}
        own = json.loads(found.get("EventPattern", "{}"))
        try:
            events.put_rule(**kept | {"EventPattern": json.dumps({"$or": [own, ours]} if own else ours)})
            yield
        finally:
            events.put_rule(**kept)

    def _sent(self, name: str, targets: Sequence[str], queue: str) -> list[str]:
        """Send the event until every target has it, or patience ends: the targets that have not."""
        began, ids = time.time(), list[str]()
        while True:
            if time.time() >= began + len(ids) * self.again:
                ids.append(self._send(name))
            self._listen(queue)
            missing = [arn for arn in targets if not self._arrived(arn, ids, int(began * 1000))]
            if not missing or time.time() >= began + self.patience:
                return missing
            time.sleep(self.pause)

    def _send(self, rule: str) -> str:
        detail = json.dumps({"rule": rule, "says": REASON})
        entry = {"Source": SMOKE, "DetailType": "Smoke test", "Detail": detail}
        [sent] = self._client("events").put_events(Entries=[entry])["Entries"]
        return sent["EventId"]

    def _listen(self, queue: str) -> None:
        """Take what the topics sent."""
        sqs = self._client("sqs")
        while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for each in found:
                body = json.loads(each["Body"])
                self.messages.append((body["TopicArn"], body["Message"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])

    def _arrived(self, target: str, ids: Sequence[str], since: int) -> bool:
        if ":sns:" in target:
            return any(topic == target and id_ in text for topic, text in self.messages for id_ in ids)
        return self._logged(target, "arrived", ids, since)

    def _logged(self, function: str, what: str, words: Sequence[str], since: int) -> bool:
        """Whether a function's log says something of one of the words, since a moment (ms)."""
        name = function.rpartition(":")[2]
        [found] = [each for each in self._of("aws:lambda/function:Function") if each["name"] == name]
        pages = self._client("logs").get_paginator("filter_log_events")
        asked = {"logGroupName": found["loggingConfig"]["logGroup"], "filterPattern": f'"{what}"', "startTime": since}
        lines = (event["message"] for page in pages.paginate(**asked) for event in page["events"])
        return any(word in line for line in lines for word in words)

    def _alarm(self, topic: str, queue: str) -> Iterator[DeliveryEnd]:
        """A change of an alarm that tells a topic, but none that pages people."""
        watch, alarms = self._client("cloudwatch"), self._of("aws:cloudwatch/metricAlarm:MetricAlarm")
        incidents = self._of("aws:cloudwatch/compositeAlarm:CompositeAlarm")
        paging = {name for each in incidents for name in each["alarmRule"].split('"')}
        quiet = [each for each in alarms if each["name"] not in paging]
        tries = ((state, each) for state, key in (("ALARM", "alarmActions"), ("OK", "okActions"))
                 for each in quiet if topic in each.inputs.get(key, []))  # fmt: skip
        state, alarm = next(tries, ("", None))
        if alarm is None:
            return
        for each in ("ALARM", "OK"):  # a state that it has already is no change
            watch.set_alarm_state(AlarmName=alarm["name"], StateValue=each, StateReason=REASON)
        name = f"alarm {alarm['name']} {state} -> {topic.rpartition(':')[2]}"
        yield DeliveryEnd(name, self._told(topic, alarm["name"], queue))

    def _told(self, topic: str, alarm: str, queue: str) -> bool:
        end = time.time() + self.patience
        while True:
            self._listen(queue)
            if any(where == topic and alarm in text and REASON in text for where, text in self.messages):
                return True
            if time.time() >= end:
                return False
            time.sleep(self.pause)

    def _handed_over(self, since: int) -> Iterator[DeliveryEnd]:
        """What a topic got went on to the functions that subscribe to it."""
        got = {topic for topic, _ in self.messages}
        for each in self._of("aws:sns/topicSubscription:TopicSubscription"):
            if each["protocol"] == "lambda" and each["topic"] in got:
                word = each["topic"].rpartition(":")[2]
                end = time.time() + self.patience
                while not (seen := self._logged(each["endpoint"], "posted", [word], since)) and time.time() < end:
                    time.sleep(self.pause)
                yield DeliveryEnd(f"topic {word} -> {each['endpoint'].rpartition(':')[2]}", seen)


def main(words: Sequence[str] | None = None) -> int:
    """Try the stack that is named. The exit status is the module's."""
    parser = argparse.ArgumentParser(prog="python -m scripts.smoke", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("stack", help="the stack's name, such as shared")
    stack = parser.parse_args(words).stack
    try:
        recording = record_stack(stack, known=True)
        session: Any = boto3.Session(region_name=recording.config["aws:region"])
        account, ours = session.client("sts").get_caller_identity()["Account"], recording.config[ACCOUNT]
        if account != ours:
            sys.stderr.write(f"these credentials are for {account}, the stack is in {ours}\n")
            return 2
        ends = SmokeTest(session=session, recording=recording).run()
    except (PreviewError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for end in ends:
        sys.stdout.write(f"{'seen    ' if end.seen else 'NOT SEEN'}  {end.name}\n")
    sys.stdout.write(f"{UNSEEN}\n")
    return 0 if all(end.seen for end in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
