"""Every rule on stacks that keep it, break it and leave it open; what it says; and that what it reads exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from guard.crossguard.configuration import Chosen
from guard.crossguard.levels import UNDECIDED
from guard.crossguard.pack import policies
from guard.model.rule import RULES, Profile, read
from tests.policy.declare import Row, r
from tests.policy.engine import TODAY, EngineRun, PackAnswer
from tests.policy.rows import BY_RULE, ROWS

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


def wrong_messages(answer: PackAnswer) -> Iterator[str]:
    """Those that do not name the resource and the fix, or show something of our own."""
    for one in answer.violations():
        parts = read(one.message)
        ours = re.search(r"Missing\.|unknown at 0x|<guard", one.message)
        if parts.fix != RULES[parts.rule].fix or one.urn.rsplit("::", 1)[-1] not in parts.text or ours:
            yield f"says: {one.message}"


def wrong(row: Row) -> Iterator[str]:
    """What the pack says otherwise of a new stack than the row."""
    answer = engine(row).preview(row.stack)
    if (found := verdict(answer, row.rule)) != row.verdict:
        yield f"is {found}"
    yield from wrong_messages(answer)
    family = RULES[row.rule].family
    # Not counted as passed, and decided at the latest when the value is known.
    left_out = any(family in policy for policy in answer.not_applicable)
    if row.verdict == "undecided" and not (left_out or answer.violations(family)):
        yield "is counted as passed"


@pytest.mark.parametrize("rule", BY_RULE)
def test_rule(rule: str) -> None:
    """Each row of it has its verdict, and messages name the resource and the fix."""
    found = [f"{row.verdict}, {row.about}: {words}" for row in BY_RULE[rule] for words in wrong(row)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", BY_RULE)
def test_rule_on_an_existing_stack(rule: str) -> None:
    """What is decided at first preview is decided likewise with all ids known."""
    decided = [row for row in BY_RULE[rule] if row.verdict != "undecided"]
    judged = [(row, verdict(engine(row).preview(row.stack, known=True), rule)) for row in decided]
    found = [f"{row.verdict}, {row.about}: is {known}" for row, known in judged if known != row.verdict]
    assert not found, "\n".join(found)


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
