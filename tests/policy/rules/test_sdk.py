"""Every type and property that the rules speak of exists in the SDK: a rule with a misspelt one is silent for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import guard
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, canonical
from guard.model.rule import RULES, Rule
from tests.policy import sdk
from tests.policy.rows import ROWS

SOURCES = sorted(Path(guard.__file__).parent.rglob("*.py"))
ANY_TYPE = ("region", "availabilityZone", "tagsAll")  # `Resource.region` and the tags' rule ask every type for these
# One rule asks each of the 860 types that take tags for its tags: test_tagging.py looks at that table.
ASKED = {token for rule in RULES.values() if rule.id != "required-tags" for token in rule.on}


def tokens() -> set[str]:
    trees = [ast.parse(source.read_text()) for source in SOURCES]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"aws:[\w-]+/\w+:\w+", word)}


@pytest.mark.parametrize("token", sorted(tokens()))
def test_every_token_in_the_source_is_a_type(token: str) -> None:
    assert sdk.resource_class(token), "no such type"
    assert canonical(token) == token, "an alias: rules are asked by the canonical token"


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
    return [made] if "Sequence" in str(kind) else made


def everything(value: Any, asked: set[str]) -> Iterator[Resource]:
    """One resource of every type that a rule speaks of, every property of it set."""
    for token in sorted(ASKED):
        inputs = {name: fuzz(kind, value, asked) for name, kind in sdk.inputs(token).items()}
        yield Resource(f"urn:pulumi:s::p::{token}::it", token, inputs)


def findings(rule: Rule, resource: Resource, stack: Stack) -> list[Finding]:
    """Ask a rule with its parameters' defaults; unlike `judge` this lets it fail."""
    keywords = {one.keyword: one.default for one in rule.parameters}
    return list(rule.check(resource, *([stack] if rule.graph else []), **keywords))


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


@pytest.mark.parametrize("value", [True, False, "x", UNKNOWN, None], ids=str)
def test_nested_blocks_are_asked_for_what_they_have(value: Any) -> None:
    asked: set[str] = set()
    stack = Stack(everything(value, asked))
    for rule in RULES.values():
        for resource in stack.of(*rule.on):
            findings(rule, resource, stack)
    assert asked == set()


def test_resources_are_asked_for_what_they_have(read: set[tuple[str, str]]) -> None:
    from tests.policy.engine import EngineRun

    for first in range(0, len(ROWS), 50):  # a run that has seen thousands of resources is slow
        run = EngineRun()
        for row in ROWS[first : first + 50]:
            run.preview(row.stack)
    for value in (True, False, "x", UNKNOWN, None):
        stack = Stack(everything(value, set()))
        for rule in RULES.values():
            for resource in stack.of(*rule.on):
                findings(rule, resource, stack)
    asked = {(token, path) for token, path in read if path not in ANY_TYPE}
    assert len(asked) > 200  # and not because nothing was asked
    assert {(token, path) for token, path in asked if not exists(token, path)} == set()


def exists(token: str, path: str) -> bool:
    if not token.startswith(("aws:", sdk.PROVIDER)):
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


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule}-{row.verdict}-{row.about}" for row in ROWS])
def test_the_rows_are_written_in_real_properties(row: Any) -> None:
    paths = [
        (canonical(one.type), re.sub(r"\[\d+\]", "", path)) for one in row.stack for path in [*one.props, *one.refs]
    ]
    assert [path for path in paths if not exists(*path)] == []


def test_finding_paths_exist() -> None:
    stack = Stack(everything(False, set()))
    paths = {
        (resource.type, finding.at)
        for rule in RULES.values()
        for resource in stack.of(*rule.on)
        for finding in findings(rule, resource, stack)
        if finding.at
    }
    assert len(paths) > 40
    assert {path for path in paths if not exists(*path)} == set()
