"""What came as a secret stands in no message: each property of every row in turn, and the verdict is the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from guard.cli.state import MARK, StateSignature, read
from guard.crossguard.configuration import rule_sets
from guard.crossguard.verdict import Terms, weigh
from guard.model.graph import UNKNOWN, Finding, Resource, Stack
from guard.model.rule import RULES, Profile, judge
from tests.policy.declare import SG, STORE, VPC, Row, ingress, r
from tests.policy.engine import Declared, EngineRun
from tests.policy.graphs import graph
from tests.policy.rows import ROWS
from tests.policy.states import deployment, resource, shown

TELLING = 3  # a shorter text says nothing, and stands everywhere


def leaves(value: Any) -> Iterator[str]:
    """The texts of a value, and of the JSON in it: actions, principals, names of containers."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str) and value[:1] in ("{", "["):
        yield from leaves(json.loads(value)) if value[-1:] in ("}", "]") else ()
    elif isinstance(value, str):
        yield value


def told(stack: Stack, row: Row) -> list[Finding]:
    managed = [one for one in stack.of(*RULES[row.rule].on) if one.managed]
    return [finding for one in managed for finding in judge(RULES[row.rule], one, stack, row.settings)]


def secret_in_turn(stack: Stack) -> Iterator[tuple[Stack, Any]]:
    """The stack with one property secret, for each; and the value."""
    for one in stack.resources.values():
        for value in one.inputs.values():
            if value is not UNKNOWN:
                yield (
                    Stack(replace(it, secrets=(value,)) if it is one else it for it in stack.resources.values()),
                    value,
                )


# It asks whether an output is secret: one that is breaks nothing (rows and a test beside them).
BY_THE_MARK = {"secret-in-output"}


@pytest.mark.parametrize("rule", sorted(RULES.keys() - BY_THE_MARK))
def test_no_message_holds_what_is_secret(rule: str) -> None:
    for row in (one for one in ROWS if one.rule == rule and one.verdict != "ok"):
        plain = graph(*row.stack, known=True)
        open_ones = told(plain, row)
        for stack, value in secret_in_turn(plain):
            found = told(stack, row)
            assert [(one.urn, one.at, one.undecided) for one in found] == [
                (one.urn, one.at, one.undecided) for one in open_ones
            ]
            texts = " ".join(f"{one.text} {one.about}" for one in found)
            for leaf in leaves(value):
                if len(leaf) > TELLING:
                    assert not re.search(rf"(?<![\w-]){re.escape(leaf)}(?![\w-])", texts, re.IGNORECASE), (
                        row.about,
                        leaf,
                    )


SECRET = {MARK: StateSignature.SECRET.value}


def secret(value: Any) -> dict[str, Any]:
    return {**SECRET, "value": value}


ACTIONS = json.dumps({"Statement": [{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"}]})
CONTAINERS = json.dumps([{"name": "tollbooth", "image": "i:latest", "privileged": True}])


@pytest.mark.parametrize(
    ("stack", "text"),
    [
        pytest.param((VPC, SG, STORE, ingress(cidrIpv4=secret("10.61.4.7/32"))), "10.61.4.7", id="a range"),
        pytest.param((r("iam/policy:Policy", policy=secret(ACTIONS)),), "PutRolePolicy", id="an action"),
        pytest.param(
            (r("ecs/taskDefinition:TaskDefinition", containerDefinitions=secret(CONTAINERS)),), "tollbooth", id="a name"
        ),
    ],
)
def test_the_engines_marks_are_heeded(stack: tuple[Declared, ...], text: str) -> None:
    """In resource policies, in those on the stack, and in what is undecided."""
    answer = EngineRun(profile=Profile.STRICT).preview(stack, known=True)
    assert any("(secret)" in one.message for one in answer.violations())
    assert not [one.message for one in answer.diagnostics if text.lower() in one.message.lower()]


def test_an_export_that_shows_its_secrets_gives_a_report_that_does_not() -> None:
    found = resource("aws:iam/policy:Policy", inputs={"policy": shown(ACTIONS)})
    (state,) = read(json.dumps(deployment(found)), "x.json")
    judged = weigh(Stack(state.resources), Terms(tuple(rule_sets(RULES.values(), Profile.STRICT))))
    texts = [one.finding.text for one in judged.judgements if one.finding]
    assert any("(secret)" in text for text in texts)
    assert not any("PutRolePolicy" in text for text in texts)


def test_what_is_secret_is_not_taken_for_a_part_of_a_word() -> None:
    stack = Stack([Resource("urn:pulumi:a::b::t::x", "aws:sqs/queue:Queue", {}, secrets=("is", 5, True))])
    assert stack.hidden
    assert stack.hidden.sub("-", "this is port 5432, of 5, true") == "this - port 5432, of -, true"
