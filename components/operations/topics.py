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
from settings.tables.operations import SEVERITIES, AlertsTable, Severity

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
    pagerduty: pulumi.Input[str] | None  #: the URL of its integration


class Topics(Component):
    """Three topics, by severity, encrypted with the stack's key.

    Creates the topics, a policy each that lets only this account's publishers in, and their subscriptions: e-mail, and
    PagerDuty for what is critical. Both get an incident once, and not the alarms that it consists of; whatever is
    published to the critical topic must be JSON, or they do not get it.
    """

    arns: Mapping[Severity, pulumi.Output[str]]

    def __init__(self, name: str, args: TopicsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.arns = {severity: self._topic(args, severity).arn for severity in SEVERITIES}
        incidents = _without_alarms(args)
        for severity in SEVERITIES:
            once = incidents if severity == "critical" else None
            for address in args.table.emails(severity):
                word = address.replace("@", "-at-").replace(".", "-")
                self._subscribe(word, severity, "email", address, filter_policy=once)
        if args.pagerduty is not None:
            # PagerDuty confirms by itself; whoever has the URL can page.
            url = pulumi.Output.secret(args.pagerduty)
            self._subscribe("pagerduty", "critical", "https", url, filter_policy=incidents, endpoint_auto_confirms=True)
        self.register_outputs({"arns": dict(self.arns)})

    def _subscribe(
        self, word: str, severity: Severity, protocol: str, endpoint: pulumi.Input[str], **others: Any
    ) -> aws.sns.TopicSubscription:
        """One more subscriber to a topic; `word` tells it from the topic's others."""
        if others.get("filter_policy"):
            others["filter_policy_scope"] = "MessageBody"
        return aws.sns.TopicSubscription(
            self.child(severity, word),
            topic=self.arns[severity],
            protocol=protocol,
            endpoint=endpoint,
            opts=self.owned(),
            **others,
        )

    def _topic(self, args: TopicsArgs, severity: Severity) -> aws.sns.Topic:
        name = args.names.of("topic", severity)
        topic = aws.sns.Topic(
            self.child(severity), name=name, kms_master_key_id=args.key, tags=self.named(name), opts=self.owned()
        )
        arn = args.facts.topic(name)
        aws.sns.TopicPolicy(
            self.child(severity), arn=topic.arn, policy=document(*_statements(args, arn)), opts=self.owned()
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
    ] + [
        grant(
            "*",
            ["sns:Publish"],
            [topic],
            condition={"Bool": {"aws:SecureTransport": "false"}},
            sid="NothingInClear",
            effect="Deny",
        )
    ]


def _source(facts: Facts, publisher: Publisher) -> dict[str, str]:
    """On whose behalf, as far as the publisher says: something of this account."""
    known = {
        "alarms": {ARN: facts.alarm("*")},
        "budgets": {ARN: f"arn:aws:budgets::{facts.account}:*"},
    }
    says = {**known.get(publisher, {}), ACCOUNT: facts.account}
    sends = call_of(PRINCIPALS[publisher], "topic").sends
    return {key: value for key, value in says.items() if key in sends}


def _without_alarms(args: TopicsArgs) -> str:
    """Every message but an alarm's own: the alarms of the critical topic all belong to incidents, which tell too."""
    alarms = {"anything-but": {"prefix": args.names.begins("alarm")}}
    return json.dumps({"AlarmName": [{"exists": False}, alarms]}, sort_keys=True)
