"""Rows of the family public-resource-policy: for whom a service may act."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared
from tests.policy.rules.public_resource_policy.policies import allow, door, text


def serves(service: str, **condition: dict[str, Any]) -> tuple[Declared, ...]:
    return door(allow({"Service": f"{service}.amazonaws.com"}, **condition))


ROWS = [
    Row(
        "policy-source",
        "ok",
        "one distribution",
        serves("cloudfront", StringEquals={"AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}),
    ),
    Row("policy-source", "ok", "one account", serves("s3", StringEquals={"aws:SourceAccount": "111122223333"})),
    Row("policy-source", "ok", "another rule's", serves("cloudtrail")),
    Row("policy-source", "ok", "a balancer's logs", serves("logdelivery.elasticloadbalancing")),
    Row("policy-source", "breach", "any distribution", serves("cloudfront")),
    Row("policy-source", "breach", "any bucket", serves("s3")),
    Row(
        "policy-source",
        "breach",
        "any topic",
        (r("sqs/queue:Queue", policy=text(allow({"Service": ["sns.amazonaws.com"]}, "sqs:SendMessage"))),),
    ),
    Row(
        "policy-source",
        "breach",
        "any rule of any account",
        serves("events", ArnLike={"aws:SourceArn": "arn:aws:events:*:*:rule/nightly"}),
    ),
    Row("policy-source", "undecided", "", (OTHER, r("sqs/queue:Queue", refs=unknown("policy")))),
    Row(
        "policy-source-of-records",
        "ok",
        "one trail",
        serves("cloudtrail", StringEquals={"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"}),
    ),
    Row("policy-source-of-records", "breach", "any trail", serves("cloudtrail")),
    Row("policy-source-of-records", "breach", "any flow log", serves("delivery.logs")),
    Row("policy-source-of-records", "undecided", "", (OTHER, r("sns/topic:Topic", refs=unknown("policy")))),
]
