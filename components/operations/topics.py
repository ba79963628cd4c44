"""Topics: where alerts are sent, and who gets them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.iam import Statement, document, grant
from components.service_principals import ACCOUNT, ARN, PUBLISH, call_of, grant_to
from settings.tables.operations import AlertsTable

Publisher = Literal["alarms", "budgets", "costs", "events"]
PRINCIPALS: Final[Mapping[Publisher, str]] = {
    "alarms": "cloudwatch",
    "budgets": "budgets",
    "costs": "costalerts",
    "events": "events",
}


@dataclass(frozen=True, kw_only=True)
class TopicsArgs(Args):
    """The alerts' table, the key, and which services of AWS send alerts."""

    table: AlertsTable
    key: pulumi.Input[str]  #: ARN of the stack's key, whose policy lets the publishers use it
    publishers: Sequence[Publisher]
    pagers: Mapping[str, pulumi.Input[str]]  #: the URLs of PagerDuty's integrations, by severity
    incidents: bool = True  #: alarms of one fault call once
    severities: Sequence[str] | None = None  #: those that have a topic here; None: all that notify somebody
    word: str = ""  #: tells its topics from the stack's others
    region: str | None = None  #: default: the stack's; `facts` and `key` are of the same
    alone: Sequence[str] = ()  #: what the names of critical alarms begin with that belong to no incident


class Topics(Component):
    """A topic for each severity that notifies somebody, encrypted with the stack's key.

    Creates the topics, a policy each that lets only this account's publishers in, and their subscriptions: e-mail, text
    messages, PagerDuty. Of what is critical all get an incident once, and not the alarms that it consists of; whatever
    is published to that topic must be JSON, or they do not get it.
    """

    arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: TopicsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._region = args.region
        severities = args.table.topics if args.severities is None else args.severities
        self.arns = {severity: self._topic(args, severity).arn for severity in severities}
        for severity in severities:
            row = args.table.rows[severity]
            once = _once(args) if args.incidents and severity == args.table.grade("critical") else None
            for address in row.email:
                self._subscribe(word_of(address), severity, "email", address, filter_policy=once)
            for number in row.sms:
                self._subscribe(f"sms-{number.lstrip('+')}", severity, "sms", number, filter_policy=once)
            if severity in args.pagers:
                # PagerDuty confirms by itself; whoever has the URL can page.
                url = pulumi.Output.secret(args.pagers[severity])
                self._subscribe("pagerduty", severity, "https", url, filter_policy=once, endpoint_auto_confirms=True)
        self.register_outputs({"arns": dict(self.arns)})

    def _subscribe(
        self, word: str, severity: str, protocol: str, endpoint: pulumi.Input[str], **others: Any
    ) -> aws.sns.TopicSubscription:
        """Add a subscription to a topic; `word` makes its logical name unique."""
        if others.get("filter_policy"):
            others["filter_policy_scope"] = "MessageBody"
        return aws.sns.TopicSubscription(
            self.child(severity, word),
            region=self._region,
            topic=self.arns[severity],
            protocol=protocol,
            endpoint=endpoint,
            opts=self.owned(),
            **others,
        )

    def _topic(self, args: TopicsArgs, severity: str) -> aws.sns.Topic:
        name = args.names.of("topic", severity, *filter(None, [args.word]))
        topic = aws.sns.Topic(
            self.child(severity),
            region=args.region,
            name=name,
            kms_master_key_id=args.key,
            tags=self.named(name),
            opts=self.owned(),
        )
        aws.sns.TopicPolicy(
            self.child(severity),
            region=args.region,
            arn=topic.arn,
            policy=document(*_statements(args, args.facts.topic(name))),
            opts=self.owned(),
        )
        return topic


def _statements(args: TopicsArgs, topic: str) -> list[Statement]:
    """This account's publishers may publish, and nobody without TLS."""
    return [
        grant_to(
            PRINCIPALS[publisher],
            "topic",
            PUBLISH,
            [topic],
            says=_source(args.facts, publisher),
            sid=publisher.capitalize(),
        )
        for publisher in args.publishers
    ] + [nothing_in_clear(topic)]


def nothing_in_clear(topic: str) -> Statement:
    """What the policy of every topic refuses: to be published to without TLS."""
    in_clear = {"Bool": {"aws:SecureTransport": "false"}}
    return grant("*", PUBLISH, [topic], condition=in_clear, sid="NothingInClear", effect="Deny")


def word_of(address: str) -> str:
    """An e-mail address as a part of a logical name."""
    return address.replace("@", "-at-").replace(".", "-")


def _source(facts: Facts, publisher: Publisher) -> dict[str, str]:
    """The condition on the publisher's source: something of this account, as far as the publisher names it."""
    known = {
        "alarms": {ARN: facts.alarm("*")},
        "budgets": {ARN: f"arn:aws:budgets::{facts.account}:*"},
    }
    says = {**known.get(publisher, {}), ACCOUNT: facts.account}
    sends = call_of(PRINCIPALS[publisher], "topic").sends
    return {key: value for key, value in says.items() if key in sends}


def _once(args: TopicsArgs) -> str:
    """A filter for all messages but those of alarms that belong to an incident: the incident reports them."""
    alarms = {"anything-but": {"prefix": args.names.begins("alarm")}}
    alone = [{"prefix": name} for name in args.alone]
    return json.dumps({"AlarmName": [{"exists": False}, alarms, *alone]}, sort_keys=True)
