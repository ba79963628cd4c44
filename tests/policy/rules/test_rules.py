"""Every rule on stacks that keep it, break it and leave it open; what it says; and that what it reads exists."""

from __future__ import annotations

import re

import pytest

from guard.crossguard.configuration import Chosen
from guard.crossguard.levels import UNDECIDED
from guard.crossguard.pack import policies
from guard.model.rule import RULES, Profile, read
from tests.policy.declare import Row, r
from tests.policy.engine import TODAY, EngineRun, PackAnswer
from tests.policy.rows import ROWS

# What they ask for is there or not: any value will do, one that is not known yet as well.
PRESENCE = {
    "api-access-logs", "database-logs", "file-transfer-logs", "hadoop-security", "topic-at-rest", "trail-key",
    "secret-in-environment", "secret-in-parameter", "secret-in-script",  # of what is unknown, secret-injected speaks
}  # fmt: skip


def verdict(answer: PackAnswer, rule: str) -> str:
    diagnostics = [one for one in answer.diagnostics if read(one.message).rule == rule]
    if any(one.mandatory for one in diagnostics):
        return "breach"
    return "undecided" if any(one.policy == UNDECIDED for one in diagnostics) else "ok"


def engine(row: Row) -> EngineRun:
    """A run with the rules of the row's family alone: the rest of the pack is another row's."""
    rule = RULES[row.rule]
    policy = f"{rule.family}-graph" if rule.graph else rule.family
    family = tuple(one for one in RULES.values() if one.family == rule.family)
    every = EngineRun(policies(today=TODAY, rules=family, chosen=Chosen(Profile.STRICT)))
    return every.configure({policy: row.settings}) if row.settings else every


def messages_name_the_resource_and_the_fix(answer: PackAnswer) -> None:
    for one in answer.violations():
        parts = read(one.message)
        assert parts.fix == RULES[parts.rule].fix
        assert one.urn.rsplit("::", 1)[-1] in parts.text
        assert re.search(r"Missing\.|unknown at 0x|<guard", one.message) is None


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule}-{row.verdict}-{row.about}" for row in ROWS])
def test_rule(row: Row) -> None:
    answer = engine(row).preview(row.stack)
    assert verdict(answer, row.rule) == row.verdict
    messages_name_the_resource_and_the_fix(answer)
    if row.verdict == "undecided":
        # Not counted as passed, and decided at the latest when the value is known.
        assert any(RULES[row.rule].family in policy for policy in answer.not_applicable) or answer.violations(
            RULES[row.rule].family
        )


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule}-{row.verdict}-{row.about}" for row in ROWS])
def test_rule_on_an_existing_stack(row: Row) -> None:
    """What is decided at first preview is decided likewise with all ids known."""
    if row.verdict != "undecided":
        assert verdict(engine(row).preview(row.stack, known=True), row.rule) == row.verdict


def test_every_rule_is_kept_and_broken_somewhere() -> None:
    shown = {(row.rule, row.verdict) for row in ROWS}
    assert {row.rule for row in ROWS} <= set(RULES)
    assert {(rule, wanted) for rule in RULES for wanted in ("ok", "breach")} - shown == set()


def test_every_rule_can_be_undecided_unless_any_value_will_do() -> None:
    shown = {row.rule for row in ROWS if row.verdict == "undecided"}
    assert set(RULES) - shown == PRESENCE


def test_advice_advises() -> None:
    answer = EngineRun().preview([r("lb/targetGroup:TargetGroup", protocol="HTTP")])
    assert [(one.policy, one.mandatory) for one in answer.diagnostics] == [("encrypt-in-transit-advice", False)]


def test_messages_tell_no_secret() -> None:
    secret = "hunter2-correct-horse"
    stack = [
        r("rds/instance:Instance", "a", password=secret, username=secret, engine="postgres", engineVersion="13"),
        r("elasticache/replicationGroup:ReplicationGroup", "b", authToken=secret),
        r("ec2/instance:Instance", "c", userData=secret),
        r("redshift/cluster:Cluster", "d", masterPassword=secret, encrypted="false"),
    ]
    answer = EngineRun().preview(stack)
    assert len(answer.violations()) >= len(stack)
    assert not any(secret in one.message for one in answer.diagnostics)
