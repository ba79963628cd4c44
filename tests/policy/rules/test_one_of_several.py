"""One unknown value, two resources behind it: it is one of them. A breach must hold for both, and silence too.

Each reference of each row is made ambiguous: beside what it names stands another resource of that type, of which the
row says nothing. What was kept is then no breach, what was broken is not passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from guard.aws.templates import unfolded
from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.rule import RULES, judge
from tests.policy.declare import Row
from tests.policy.graphs import graph
from tests.policy.rows import ROWS

GRAPH_RULES = [rule.id for rule in RULES.values() if rule.graph]
DECOY = "urn:pulumi:test::foreign::{type}::decoy-of-{name}"


def ambiguous(row: Row) -> Iterator[tuple[str, str, Stack]]:
    """A row's stack, as often as it has references, each time with one that may be to another resource."""
    whole = graph(*row.stack).resources
    for declared in row.stack:
        for path, ref in declared.refs.items():
            source = whole[declared.urn]
            target = next(one for one in whole.values() if one.name == ref.split(".")[0])
            top = path.replace("[", ".").split(".")[0]
            if target.name == "other" or len(source.depends.get(top, ())) != 1 or source is target:
                continue
            decoy = Resource(
                DECOY.format(type=target.type, name=target.name), target.type, {}, {"id": UNKNOWN}, depends={}
            )
            vague = replace(source, depends={**source.depends, top: (*source.depends[top], decoy.urn)})
            changed = {**whole, source.urn: vague, decoy.urn: decoy}
            yield declared.name, path, Stack(unfolded(changed.values()))


def verdicts(stack: Stack, row: Row) -> set[bool]:
    """Of what the row is about: whether each finding is undecided."""
    rule = RULES[row.rule]
    return {
        finding.undecided
        for resource in stack.of(*rule.on)
        if not resource.name.startswith("decoy-of-")
        for finding in judge(rule, resource, stack, dict(row.settings))
    }


# They ask the whole stack, or a document, and follow no reference from the resource; a boundary that may be one of
# two is asked of all rules on documents in one place, and here of iam-full-access.
NO_REFERENCE = {
    "table-backups", "image-scanned", "trail-events", "required-tags", "trust-other-account", "iam-managed-full-access",
    "iam-pass-role", "iam-privilege-escalation", "iam-permissions-anywhere", "iam-data-anywhere",
    "iam-decrypt-anywhere", "iam-write-anywhere", "iam-not-action", "iam-not-resource", "iam-service-wildcard",
    "iam-service-wildcard-named", "cluster-insights", "secret-in-output",
}  # fmt: skip


def test_every_rule_that_follows_references_has_rows_in_which_one_is_one_of_several() -> None:
    """A new rule on the graph comes with a row whose stack refers to something, or says here why it needs none."""
    shown = {row.rule for row in ROWS if row.verdict != "undecided" and any(ambiguous(row))}
    assert set(GRAPH_RULES) - shown == NO_REFERENCE


@pytest.mark.parametrize("rule", GRAPH_RULES)
def test_what_is_kept_by_one_choice_is_no_breach(rule: str) -> None:
    rows = [row for row in ROWS if row.rule == rule and row.verdict == "ok"]
    found = [
        (row.about, name, path) for row in rows for name, path, stack in ambiguous(row) if False in verdicts(stack, row)
    ]
    assert found == []


@pytest.mark.parametrize("rule", GRAPH_RULES)
def test_what_is_broken_by_one_choice_is_not_passed_over(rule: str) -> None:
    rows = [row for row in ROWS if row.rule == rule and row.verdict == "breach"]
    found = [
        (row.about, name, path) for row in rows for name, path, stack in ambiguous(row) if not verdicts(stack, row)
    ]
    assert found == []
