"""Hide each property of each stack that breaks a rule: the breach stays, or what is missing is said. Never silence."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.aws.templates import unfolded
from guard.model.graph import Resource, Stack
from guard.model.rule import RULES, Rule, judge
from tests.policy.declare import Row
from tests.policy.engine import Declared, put
from tests.policy.graphs import resource_of, seen
from tests.policy.rows import ROWS
from tests.policy.rules.test_cases import CASES, resources
from tests.policy.rules.test_found import CASES as FOUND

# What is not known yet is the output of something: it is not empty, it is not the word `default`, and the ARN of a
# resource names that resource. Only a value that is written can be any of these.
OUTPUTS = {
    ("database-logs", "enabledCloudwatchLogsExports"),
    ("file-transfer-logs", "loggingRole"),
    ("permission-open", "sourceArn"),
    ("permission-source", "sourceArn"),
    ("required-tags", "tags.Owner"),
    ("secret-in-output", "ci"),
    ("secret-in-output", "database"),
    ("store-public", "dbSubnetGroupName"),
    ("topic-at-rest", "kmsMasterKeyId"),
}


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Every place in plain data: `a.b[0].c`, and what holds it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not set(key) & set(".[]"):
                yield (here := f"{at}.{key}" if at else key)
                yield from paths(inner, here)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield f"{at}[{number}]"
            yield from paths(inner, f"{at}[{number}]")


def hidden(one: Declared, path: str) -> Declared:
    """A resource with a property of which nobody knows anything, not even where it comes from."""
    props = copy.deepcopy(one.props)
    put(props, path, UNKNOWN_STRING_VALUE)
    refs = {at: ref for at, ref in one.refs.items() if at != path and not at.startswith((f"{path}.", f"{path}["))}
    return Declared(one.name, one.type, props, refs, one.parent)


def variants(stack: Sequence[Declared]) -> Iterator[tuple[str, str, list[Resource]]]:
    whole, by_name = list(seen(*stack)), {one.name: one for one in stack}
    for at, one in enumerate(stack):
        for path in dict.fromkeys((*paths(one.props), *one.refs)):
            yield one.name, path, [*whole[:at], resource_of(hidden(one, path), by_name), *whole[at + 1 :]]


def said(stack: Iterable[Resource], rules: Iterable[Rule], values: Mapping[str, Any]) -> bool:
    whole = Stack(unfolded(stack))
    return any(
        judge(rule, resource, whole, {one.name: values[one.name] for one in rule.parameters if one.name in values})
        for rule in rules
        for resource in whole.of(*rule.on)
        if resource.managed
    )


def of_family(family: str) -> list[Rule]:
    """The rules of a family, and the one that says what cannot be read of a resource within another."""
    return [rule for rule in RULES.values() if rule.family in (family, "resource-within")]


BROKEN = [row for row in ROWS if row.verdict == "breach"]
BY_RULE = {rule: [row for row in BROKEN if row.rule == rule] for rule in RULES}
BY_CASE = {case["id"]: case for case in (*CASES, *FOUND) if case["verdict"] == "violation"}


def silent(row: Row) -> list[tuple[str, str, str]]:
    rule = RULES[row.rule]
    # First the rule itself: mostly it speaks, and its family need not be asked.
    return [
        (row.about, name, path)
        for name, path, stack in variants(row.stack)
        if (row.rule, path) not in OUTPUTS
        and not said(stack, [rule], row.settings)
        and not said(stack, of_family(rule.family), {})
    ]


@pytest.mark.parametrize("rule", [rule for rule, rows in BY_RULE.items() if rows])
def test_no_breach_turns_into_silence(rule: str) -> None:
    assert [each for row in BY_RULE[rule] for each in silent(row)] == []


@pytest.mark.parametrize("case", BY_CASE)
def test_no_violation_turns_into_silence(case: str) -> None:
    table = BY_CASE[case]
    rules, values = of_family(table["rule_family"]), table.get("config", {})
    found = variants(resources(table))
    assert [(name, path) for name, path, stack in found if not said(stack, rules, values)] == []
