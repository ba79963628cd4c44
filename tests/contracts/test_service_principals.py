"""No policy or permission asks a service of AWS for what it does not send (docs/service-principals.md)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.service_principals import (
    ACCOUNT,
    ARN,
    CALLS,
    FOR_AWS,
    SOURCES,
    Holder,
    ServiceCall,
    call_of,
    conditions,
    principal,
    trust,
)
from guard.model.rule import RULES as RULES_OF_THE_PACK
from guard.model.rule import Profile, read
from preview.recording import RecordedResource, Recording
from tests.components.examples import EXAMPLES, example
from tests.contracts.recordings import document, each_run, each_stack, managed, many
from tests.policy.engine import Declared, EngineRun
from tests.stacks import EVERY_STACK, recorded

HOLDERS: dict[str, Holder] = {
    "aws:iam/role:Role": "role",
    "aws:kms/key:Key": "key",
    "aws:s3/bucketPolicy:BucketPolicy": "bucket",
    "aws:sns/topicPolicy:TopicPolicy": "topic",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "log",
    "aws:sqs/queuePolicy:QueuePolicy": "queue",
}
PERMISSION = "aws:lambda/permission:Permission"
Use = tuple[str, Holder, frozenset[str], frozenset[str]]  #: principal, holder, actions, condition keys


def uses(recording: Recording) -> Iterator[tuple[str, Use]]:
    """Each use that a service may make of a policy or permission, with the resource's name."""
    for resource in managed(recording):
        if resource.type == PERMISSION:
            keys = {"sourceArn": ARN, "sourceAccount": ACCOUNT}.items()
            asked = frozenset(key for name, key in keys if resource.inputs.get(name) is not None)
            yield resource.name, (resource["principal"], "function", frozenset([resource["action"]]), asked)
        for statement in statements(resource):
            for service in many(statement["Principal"]["Service"]):
                asked = frozenset(key for table in statement.get("Condition", {}).values() for key in table)
                yield resource.name, (service, HOLDERS[resource.type], frozenset(many(statement["Action"])), asked)


def statements(resource: RecordedResource) -> Iterator[dict[str, Any]]:
    """What allows services something in any document of a resource; a document of an unknown kind is no way out."""
    for value in resource.inputs.values():
        found = document(value)
        for each in many(found.get("Statement", [])) if isinstance(found, dict) else ():
            if isinstance(each.get("Principal"), dict) and "Service" in each["Principal"]:
                yield each


def row(service: str, on: Holder) -> ServiceCall:
    """The row of a principal as a policy has it."""
    regions = ("us-east-1", "us-west-2", "eu-west-1")  # of the recorded stacks
    names = {principal(call.service, region): call.service for region in regions for call in CALLS}
    assert service in names, f"no row for {service}"
    return call_of(names[service], on)


def refused(use: Use) -> str:
    """Why a use is wrong; empty where it is right."""
    service, on, actions, asked = use
    call = row(service, on)
    if more := actions - set(call.actions):
        return f"does not do {sorted(more)}"
    if unsent := asked - set(call.sends):
        return f"does not send {sorted(unsent)}"
    if set(call.sends) & set(SOURCES) and not asked & set(SOURCES):
        return "is let in, whoever it acts for"
    return ""


@each_stack
@each_run
def test_every_policy_asks_for_what_is_sent(stack: str, known: bool) -> None:
    """Each use in every stack has its row, asks for no key that the service does not send, and for one that it does."""
    found = list(uses(recorded(stack, known)))
    if stack == "web-platform/global":
        assert [name for name, _ in found] == ["key-key"]  # it holds the state's bucket and its lock alone
    else:
        assert len(found) > 10
    assert {(name, use[0]): why for name, use in found if (why := refused(use))} == {}


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (("events", "function", "lambda:InvokeFunction", (ARN, ACCOUNT)), "does not send ['aws:SourceAccount']"),
        (("events", "topic", "sns:Publish", (ARN,)), "does not send ['aws:SourceArn']"),
        (("sns", "function", "lambda:InvokeFunction", ()), "is let in, whoever it acts for"),
        (("lambda", "role", "sts:TagSession", ()), "does not do ['sts:TagSession']"),
    ],
)
def test_a_wrong_use_is_seen(use: tuple[str, Holder, str, tuple[str, ...]], why: str) -> None:
    """The faults that were deployed, and the danger on the other side."""
    service, on, action, asked = use
    assert refused((f"{service}.amazonaws.com", on, frozenset([action]), frozenset(asked))) == why


def test_every_row_is_used() -> None:
    """By a stack or by a component's example: what nobody uses was looked up for nothing, or its use was lost."""
    recordings = [recorded(stack, True) for stack in EVERY_STACK] + [example(component) for component in EXAMPLES]
    used = {(call.service, call.on) for each in recordings for _, use in uses(each) for call in [row(*use[:2])]}
    assert {(call.service, call.on) for call in CALLS} - used == set()
    assert len({(call.service, call.on) for call in CALLS}) == len(CALLS)


def test_every_row_names_a_page_of_aws() -> None:
    """Of a guide of AWS's, over TLS."""
    assert all(call.source.startswith("https://docs.aws.amazon.com/") for call in CALLS)
    assert all(call.source.endswith(".html") for call in CALLS)


def test_what_is_not_sent_cannot_be_written() -> None:
    """Components build their conditions here: a key that is not sent, and silence, are errors."""
    with pytest.raises(ValueError, match="events on a topic does not send aws:SourceArn"):
        conditions("events", "topic", {ARN: "arn:aws:events:us-east-1:1:rule/x"})
    with pytest.raises(ValueError, match="sns on a function says for whom it acts"):
        conditions("sns", "function", {})
    with pytest.raises(ValueError, match="no row"):
        conditions("sns", "role", {})
    assert conditions("events", "topic", {}) == {}
    assert conditions("budgets", "topic", {ARN: "arn:aws:budgets::1:*", ACCOUNT: "1"}) == {
        "ArnLike": {ARN: "arn:aws:budgets::1:*"},
        "StringEquals": {ACCOUNT: "1"},
    }
    assert conditions("dnssec-route53", "key", {FOR_AWS: "true"}) == {"Bool": {FOR_AWS: "true"}}
    assert json.loads(trust("lambda", "1"))["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


# What the pack advises of the same services.

RULES = ("permission-source", "policy-source", "policy-source-of-records")
#: Where a policy of such a holder is judged, and on which property.
JUDGED = {"topic": "aws:sns/topicPolicy:TopicPolicy", "bucket": "aws:s3/bucketPolicy:BucketPolicy"}
OURS = "111122223333"


def said(call: ServiceCall) -> dict[str, str]:
    """A value of ours for each key of a row that names a source."""
    values = {ACCOUNT: OURS, ARN: f"arn:aws:{call.service}:eu-west-1:{OURS}:thing"}
    return {key: values[key] for key in call.sends if key in values}


def _permission(call: ServiceCall, says: dict[str, str]) -> Declared:
    names = {ARN: "sourceArn", ACCOUNT: "sourceAccount"}
    props = {names[key]: value for key, value in says.items()}
    props |= {"action": call.actions[0], "function": "f", "principal": principal(call.service)}
    return Declared("it", "aws:lambda/permission:Permission", props)


def _policy(call: ServiceCall, says: dict[str, str]) -> Declared:
    statement = {"Effect": "Allow", "Principal": {"Service": principal(call.service)}, "Resource": "*"}
    statement |= {"Action": list(call.actions)} | ({"Condition": {"StringEquals": says}} if says else {})
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Declared("it", JUDGED[call.on], {"policy": text})


def judged(call: ServiceCall, says: dict[str, str]) -> list[str]:
    """What the pack's three rules say of a use under a condition."""
    declared = _permission(call, says) if call.on == "function" else _policy(call, says)
    answer = EngineRun(profile=Profile.STRICT).preview((declared,))
    return [found.text for each in answer.diagnostics if (found := read(each.message)).rule in RULES]


@pytest.mark.parametrize(
    "call", [each for each in CALLS if each.on in {"function", *JUDGED}], ids=lambda each: f"{each.service}-{each.on}"
)
def test_the_pack_asks_for_nothing_that_is_not_sent(call: ServiceCall) -> None:
    """A policy written from the table is right in the pack's eyes, with each key that is sent alone too."""
    says = said(call)
    for given in (says, *({key: value} for key, value in says.items())):
        assert judged(call, given) == []


def test_the_pack_would_say_so() -> None:
    """A use without the condition that its row allows is found, and the advice names EventBridge's exception."""
    [found] = judged(call_of("sns", "function"), {})
    assert "whoever it acts for" in found
    advice = {rule: RULES_OF_THE_PACK[rule].fix for rule in RULES}
    assert all("EventBridge" in fix for fix in advice.values())
