"""Every type and property that the rules speak of exists in the SDK: a rule with a misspelt one is silent for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import guard
from guard.aws import native
from guard.aws.templates import unfolded
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, canonical
from guard.model.locations import PROVIDERS
from guard.model.recorded import STACK
from guard.model.rule import RULES, Rule
from tests.policy import sdk
from tests.policy.graphs import seen
from tests.policy.rows import ROWS

SOURCES = sorted(Path(guard.__file__).parent.rglob("*.py"))
ANY_TYPE = ("region", "availabilityZone", "tagsAll")  # `Resource.region` and the tags' rule ask every type for these
# Two rules ask each of the 860 types that take tags for its tags: test_tagging.py looks at that table.
_OTHERS = {native.ANY, PROVIDERS[1], STACK}  # aws-native's: the tests have not its SDK
ASKED = {
    token for rule in RULES.values() if rule.id not in ("required-tags", "secret-in-label") for token in rule.on
} - _OTHERS
#: Which rules ask a type, each with its parameters' defaults.
OF_TYPE: dict[str, list[tuple[Rule, dict[str, Any]]]] = {}
for _rule in RULES.values():
    for _token in _rule.on:
        OF_TYPE.setdefault(_token, []).append((_rule, {one.keyword: one.default for one in _rule.parameters}))


def tokens() -> set[str]:
    trees = [ast.parse(source.read_text()) for source in SOURCES]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"aws:[\w-]+/\w+:\w+", word)}


def test_every_token_in_the_source_is_a_type() -> None:
    """And none is an alias: rules are asked by the canonical token."""
    found = tokens()
    assert len(found) > 500
    assert sorted(token for token in found if not sdk.resource_class(token) or canonical(token) != token) == []


class Block(dict[str, Any]):
    """A nested block that accepts questions only for properties that it has in the SDK."""

    def __init__(self, kind: type, value: Any, asked: set[str]) -> None:
        super().__init__({name: fuzz(inner, value, asked) for name, inner in sdk.fields(kind).items()})
        self.kind, self.asked = kind, asked

    def get(self, key: str, default: Any = None) -> Any:
        if key not in sdk.fields(self.kind):
            self.asked.add(f"{self.kind.__name__}.{key}")
        return super().get(key, default)


def fuzz(kind: Any, value: Any, asked: set[str], depth: list[int] = [0]) -> Any:  # noqa: B006 - counts nesting
    block = sdk.nested(kind)
    if block is None:
        return value
    if depth[0] > 4:
        return None
    depth[0] += 1
    made = Block(block, value, asked)
    depth[0] -= 1
    return [made] if sdk.listed(kind) else made


def everything(value: Any, asked: set[str]) -> Iterator[Resource]:
    """One resource of every type that a rule speaks of, every property of it set."""
    for token in sorted(ASKED):
        inputs = {name: fuzz(kind, value, asked) for name, kind in sdk.inputs(token).items()}
        yield Resource(f"urn:pulumi:s::p::{token}::it", token, inputs)


def findings(stack: Stack) -> Iterator[tuple[Resource, Finding]]:
    """Ask all rules with their parameters' defaults; unlike `judge` this lets them fail."""
    for resource in stack.resources.values():
        for rule, keywords in OF_TYPE.get(resource.type, ()):
            for finding in rule.check(resource, *([stack] if rule.graph else []), **keywords):
                yield resource, finding


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Collect what rules read at the top of resources."""
    seen: set[tuple[str, str]] = set()
    for method in ("__getitem__", "known"):
        original = getattr(Resource, method)

        def spy(self: Resource, path: str, original: Any = original) -> Any:
            seen.add((self.type, path))
            return original(self, path)

        monkeypatch.setattr(Resource, method, spy)
    return seen


def test_rules_ask_and_point_at_what_exists(read: set[tuple[str, str]]) -> None:
    """At the top and in nested blocks, whatever stands in all properties; at the top also in the stacks of all rows."""
    asked: set[str] = set()
    points: set[tuple[str, str]] = set()
    for value in (True, False, "x", UNKNOWN, None):
        found = findings(Stack(everything(value, asked)))
        # What waits for a value may point at another resource's property.
        points |= {(one.type, finding.at) for one, finding in found if value is False or not finding.undecided}
    assert asked == set()
    for row in ROWS:
        for _ in findings(Stack(unfolded(seen(*row.stack)))):
            pass
    for paths, least in ((read, 200), (points, 40)):
        known = {(token, path) for token, path in paths if path and path not in ANY_TYPE}
        assert len(known) > least  # and not because nothing was asked
        assert {(token, path) for token, path in known if not exists(token, path)} == set()


def exists(token: str, path: str) -> bool:
    if token in _OTHERS or not token.startswith(("aws:", sdk.PROVIDER)):
        return True  # another provider's: the tests have not its SDK
    if path == "tagsAll":
        return exists(token, "tags")  # the provider's Check writes both together into the inputs
    first, *rest = path.split(".")
    kind = sdk.inputs(token).get(first)
    for step in rest:
        if kind is not None and sdk.nested(kind) is None and "Mapping" in str(kind):
            return True  # a table whose keys the program chooses
        block = sdk.nested(kind) if kind is not None else None
        kind = sdk.fields(block).get(step) if block else None
    return kind is not None


def test_the_rows_are_written_in_real_properties() -> None:
    paths = [
        (row.rule, row.about, canonical(one.type), re.sub(r"\[\d+\]", "", path))
        for row in ROWS
        for one in row.stack
        for path in [*one.props, *one.refs]
    ]
    wrong = [place for place in paths if not exists(*place[2:])]
    # An update shows what it answers too, which a program exports.
    assert [each for each in wrong if each[0] != "secret-in-output" or each[3] not in sdk.outputs(each[2])] == []
