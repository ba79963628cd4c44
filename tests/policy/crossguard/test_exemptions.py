"""Exemptions: honoured, expired, unused and malformed, each seen in the pack's answer."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pulumi
import pytest

from guard.crossguard.exemptions import Exemption, read
from guard.crossguard.levels import CONFIGURATION, EXEMPTIONS, EXEMPTIONS_UNUSED
from guard.model.graph import Finding
from guard.model.rule import RULES
from guard.model.rule import read as read_message
from tests.policy.declare import OTHER, SG, STORE, VPC, ingress, r, unknown
from tests.policy.engine import TODAY, EngineRun, PackAnswer

TOPIC = r("sns/topic:Topic", "alarms")
GOOD = {"rule": "topic-at-rest", "resource": "alarms", "reason": "carries no data", "owner": "ops@example.com"}
UNTIL = {**GOOD, "expires": "2026-06-30"}


def ask(*entries: Any, text: str | None = None, stack: Any = (TOPIC,), today: date = TODAY) -> PackAnswer:
    pulumi.runtime.set_config("guard:exemptions", json.dumps(entries) if text is None else text)
    return EngineRun(today=today).preview(stack)


def test_an_exemption_turns_a_violation_into_a_note_with_its_reason() -> None:
    answer = ask(UNTIL)
    assert answer.violations() == []
    (note,) = answer.of(EXEMPTIONS)
    assert note.urn == TOPIC.urn
    assert not note.mandatory
    assert "exempted: [topic-at-rest]" in note.message
    assert "carries no data (ops@example.com, until 2026-06-30)" in note.message
    assert read_message(note.message).rule == "topic-at-rest"


def test_a_decision_needs_no_date() -> None:
    assert ask({**GOOD, "decision": "docs/decisions/ADR-015-profiles.md"}).violations() == []


def test_an_exemption_of_a_graph_rule_by_a_pattern_of_the_urn() -> None:
    entry = {**UNTIL, "rule": "sg-to-sg-only", "resource": "*SecurityGroupIngressRule::i?"}
    stack = (VPC, SG, STORE, ingress(cidrIpv4="10.8.0.0/16"))
    answer = ask(entry, stack=stack)
    assert answer.violations("sg-to-sg-only") == []
    assert len(answer.of(EXEMPTIONS)) == 1


def test_it_holds_for_its_rule_and_its_resource_only() -> None:
    other_rule = {**UNTIL, "rule": "queue-at-rest"}
    other_resource = {**UNTIL, "resource": "alarm"}
    for entry in (other_rule, other_resource):
        answer = ask(entry)
        assert [one.policy for one in answer.violations()] == ["encrypt-at-rest"]
        (note,) = answer.of(EXEMPTIONS_UNUSED)
        assert not note.mandatory
        assert entry["resource"] in note.message


def test_it_holds_on_its_last_day_and_not_after() -> None:
    assert ask(UNTIL, today=date(2026, 6, 30)).violations() == []
    answer = ask(UNTIL, today=date(2026, 7, 1))
    assert [one.policy for one in answer.violations()] == ["encrypt-at-rest", CONFIGURATION]
    assert "expired on 2026-06-30" in answer.of(CONFIGURATION)[0].message
    assert answer.of(EXEMPTIONS, EXEMPTIONS_UNUSED) == []


def test_an_exemption_of_what_is_undecided_is_not_unused() -> None:
    entry = {**UNTIL, "rule": "stream-at-rest", "resource": "it"}
    answer = ask(entry, stack=(OTHER, r("kinesis/stream:Stream", refs=unknown("encryptionType"))))
    assert answer.of(EXEMPTIONS, EXEMPTIONS_UNUSED) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({**UNTIL, "rule": "topic-at-rset"}, "there is no rule topic-at-rset; did you mean topic-at-rest?"),
        ({**UNTIL, "expire": "2026-01-01"}, "unknown key expire; did you mean expires?"),
        ({**GOOD}, "give either expires: a date, or decision"),
        ({**UNTIL, "decision": "docs/decisions/1.md"}, "give either expires: a date, or decision"),
        ({**GOOD, "decision": "because"}, "decision must be a file under docs/decisions/ or docs/adr/"),
        (
            {**GOOD, "decision": "docs/decisions/ADR-999-nobody-wrote-it.md"},
            "decision: there is no file docs/de",
        ),
        ({**GOOD, "decision": "docs/decisions/../../README.md"}, "decision: there is no file docs/decisions/.."),
        ({**GOOD, "decision": "docs/decisions/"}, "decision: there is no file docs/decisions/"),
        ({**GOOD, "expires": "9999-12-31"}, "expires on 9999-12-31, more than two years from now: record a decision"),
        ({**GOOD, "expires": "2028-03-03"}, "expires on 2028-03-03, more than two years from now"),
        ({**GOOD, "expires": "next year"}, "expires must be a date"),
        ({**GOOD, "rule": "request-hygiene-advice", "expires": "2026-06-30"}, "that is a family; name one of "),
        ({**GOOD, "expires": "2026-06-30 00:00:00 +0000 UTC"}, 'expires must be a date in quotes, like "2026-'),
        ({**GOOD, "expires": 20260101}, "expires must be a date in quotes, like"),
        ({**UNTIL, "resource": "*"}, "resource would match everything"),
        ({**UNTIL, "reason": " "}, "reason must be words"),
        ({key: value for key, value in UNTIL.items() if key != "owner"}, "owner is missing"),
        ("topic-at-rest", "an entry is a table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_malformed_entry_exempts_nothing_and_blocks(entry: Any, problem: str) -> None:
    answer = ask(entry)
    assert [one.policy for one in answer.violations()] == ["encrypt-at-rest", CONFIGURATION]
    assert problem in answer.of(CONFIGURATION)[0].message
    assert "entry 1" in answer.of(CONFIGURATION)[0].message


ANYTHING = """
    * ?* *? ** urn:* urn:pulumi:* u* *n* *e* *-* *:* *::* [!~]* [!x]* [a-z]* ??* *aws:* urn*::*::*::*
    urn:pulumi:test::* urn:pulumi:test::foreign::*
"""


@pytest.mark.parametrize("pattern", [*ANYTHING.split(), " * "])
def test_a_pattern_that_names_nothing_exempts_nothing_and_blocks(pattern: str) -> None:
    answer = ask({**UNTIL, "resource": pattern})
    assert [one.policy for one in answer.violations()] == ["encrypt-at-rest", CONFIGURATION]
    assert "entry 1: resource would match everything" in answer.of(CONFIGURATION)[0].message


@pytest.mark.parametrize(
    "pattern",
    ["alarms", "alarm?", "a*", "*larm*", "*Topic*", "*::alarms", "urn:pulumi:test::foreign::aws:sns/topic:Topic::*"],
)
def test_a_pattern_with_a_name_in_it_exempts(pattern: str) -> None:
    assert ask({**UNTIL, "resource": pattern}).violations() == []


def test_an_end_two_years_away_is_the_last_that_is_none() -> None:
    assert read(json.dumps([{**GOOD, "expires": "2028-03-02"}]), RULES, TODAY).problems == ()


@pytest.mark.parametrize("text", ["[", "{}", "7"])
def test_a_list_that_is_none_blocks(text: str) -> None:
    assert [one.policy for one in ask(text=text).violations()] == ["encrypt-at-rest", CONFIGURATION]


def test_one_bad_entry_leaves_the_good_ones_in_force() -> None:
    answer = ask({**UNTIL, "rule": "nonsense"}, UNTIL)
    assert [one.policy for one in answer.violations()] == [CONFIGURATION]
    assert len(answer.of(EXEMPTIONS)) == 1


def test_nothing_configured_is_fine() -> None:
    assert read(None, RULES, TODAY).problems == ()
    assert [one.policy for one in EngineRun().preview([TOPIC]).diagnostics] == ["encrypt-at-rest"]


def test_an_exemption_may_name_one_finding_of_several() -> None:
    """Three listeners of one balancer speak plainly; one of them is exempt."""
    balancer = r("elb/loadBalancer:LoadBalancer", "old", internal=True, listeners=[{"lbProtocol": "http"}])
    entry = {"rule": "classic-listener-plain", "resource": "old", "reason": "x", "owner": "y", "expires": "2026-06-30"}
    (found,) = [one for one in ask(stack=[balancer]).violations() if "classic-listener-plain" in one.message]
    assert "`listeners" in found.message
    assert ask({**entry, "finding": "listeners*"}, stack=[balancer]).violations("encrypt-in-transit") == []
    assert len(ask({**entry, "finding": "securityGroups"}, stack=[balancer]).violations("encrypt-in-transit")) == 1


def test_an_exemption_of_a_finding_that_is_not_there_says_which_are() -> None:
    balancer = r("elb/loadBalancer:LoadBalancer", "old", internal=True, listeners=[{"lbProtocol": "http"}])
    entry = {**UNTIL, "rule": "classic-listener-plain", "resource": "old", "finding": "listener"}
    (note,) = ask(entry, stack=[balancer]).of(EXEMPTIONS_UNUSED)
    assert "the exemption of old covers nothing: its finding is none of listeners" in note.message


def test_a_name_is_its_own_pattern() -> None:
    """Though [0] is a pattern too, which means 0."""
    topic = r("sns/topic:Topic", "alarms[0]")
    assert ask({**UNTIL, "resource": "alarms[0]"}, stack=[topic]).violations() == []


@pytest.mark.parametrize("text", ['"x"', json.dumps(json.dumps([UNTIL]))])
def test_a_text_in_the_list_s_place_blocks(text: str) -> None:
    assert ask(text=text).problems() == ["guard:exemptions must be a list of entries"]


def test_a_finding_is_named_by_its_property_and_what_about_it() -> None:
    one = Finding("urn", "web", "is privileged", "containerDefinitions", "sidecar")
    assert one.key == "containerDefinitions::sidecar"
    assert Finding("urn", "web", "is open", "ingress[0]").key == "ingress[0]"
    entry = Exemption("r", "web", "why", "who", finding="ingress[0]")
    assert entry.covers("r", Finding("urn", "web", "is open", "ingress[0]"))  # literally, though [0] is a pattern too
    assert Exemption("r", "web", "why", "who", finding="*::side*").covers("r", one)
    assert not Exemption("r", "web", "why", "who", finding="*::app").covers("r", one)
