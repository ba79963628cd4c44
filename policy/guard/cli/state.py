"""Reads a stack from a file: an export of `pulumi stack export`, or a recording of the offline preview.

Both are written in the engine's own form of a deployment, in which a secret is marked and mostly encrypted, and in a
recording a value that nobody knows yet is the engine's mark for it. Both become UNKNOWN: a rule may find them
undecided, never passed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import unquote

from guard.model.graph import UNKNOWN, Resource, canonical, items, plain
from guard.model.homes import Home, home_of

# The key by which an object in a state says that it is none: sdk/go/common/resource/sig of the engine.
MARK: Final = "4dabf18193072939515e22adb298388d"

PROVIDER: Final = "pulumi:providers:aws"

OLDEST: Final = 3  # the version of deployments that the engine writes since 2019; 4 adds features to it


class Mark(StrEnum):
    """What stands under a mark. Assets and archives have marks of their own, and no rule reads them."""

    SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105, RUF100 - the engine's word for one
    OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"


class BadInput(Exception):  # noqa: N818, RUF100 - it is the user's, not ours
    """What the user gave cannot be checked; the text says what would be right."""


@dataclass(frozen=True)
class Position:
    """Where a program declares a resource."""

    file: str  # from the project's folder
    line: int


@dataclass(frozen=True)
class State:
    """A stack as a file tells it."""

    source: str
    project: str
    stack: str
    resources: tuple[Resource, ...]
    positions: Mapping[str, Position] = field(default_factory=dict[str, Position])  # by URN, where the engine kept it
    config: Mapping[str, str] = field(default_factory=dict[str, str])  # the pack's own settings, in a recording


def read(text: str, source: str) -> list[State]:
    """Read the stacks in a file's text; `source` names the file in messages."""
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{source} is no JSON: {error}") from error
    several = cast(list[Any], document) if isinstance(document, list) else [document]
    if not several:
        raise BadInput(f"{source} holds no stack")
    return [_state(one, source) for one in several]


def _state(document: Any, source: str) -> State:
    table = _table(document)
    resources = _resources(table, source)
    for number, one in enumerate(resources):
        if not _sound(one):
            raise BadInput(f"{source}: resource {number} of its deployment is not in the engine's form")
    # A copy that waits for its deletion has the URN of the resource that replaced it.
    live = [one for one in resources if not one.get("delete")]
    project, stack = _named(live)
    homes = {one["urn"]: home_of(unmarked(_table(one.get("inputs")))) for one in live if one["type"] == PROVIDER}
    try:
        found = tuple(_resource(one, homes) for one in live)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise BadInput(f"{source}: its deployment is damaged") from None  # the cause may hold a secret
    return State(
        source,
        project,
        stack,
        found,
        {one["urn"]: at for one in live if (at := _position(one.get("sourcePosition")))},
        {key: value for key, value in _table(table.get("config")).items() if isinstance(value, str)},
    )


# What is read of a resource, and its form there; all but the first two may be missing.
FORMS: Final[Mapping[str, type]] = {
    "urn": str, "type": str, "id": str, "inputs": dict, "outputs": dict, "propertyDependencies": dict, "parent": str,
    "provider": str,
}  # fmt: skip


def _sound(resource: Any) -> bool:
    table = _table(resource)
    of_form = all(isinstance(table[key], form) for key, form in FORMS.items() if table.get(key) is not None)
    edges = [urn for urns in _table(table.get("propertyDependencies")).values() for urn in items(urns)]
    return of_form and all(table.get(key) for key in ("urn", "type")) and all(isinstance(urn, str) for urn in edges)


def _table(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _resources(table: dict[str, Any], source: str) -> list[dict[str, Any]]:
    """Return the resources of a deployment: exported, or as a checkpoint in a backend's own file."""
    version = table.get("version", OLDEST)
    if not isinstance(version, int) or version < OLDEST:
        raise BadInput(f"{source} is a deployment of version {version}; export it again with a Pulumi CLI of today")
    deployment = _table(table.get("deployment")) or _table(_table(table.get("checkpoint")).get("latest"))
    resources: Any = deployment.get("resources") or []
    if deployment and isinstance(resources, list):
        return cast(list[dict[str, Any]], resources)
    advice = "give the output of `pulumi stack export`, or a recording by `python -m preview STACK --format recording`"
    if "figures" in table:
        raise BadInput(f"{source} is a preview's report, which leaves out all values; {advice}")
    if "steps" in table:
        raise BadInput(f"{source} is the output of `pulumi preview --json`, no state; {advice}")
    raise BadInput(f"{source} is no stack: {advice}")


def _named(resources: list[dict[str, Any]]) -> tuple[str, str]:
    """Return the project and the stack that the URNs name: urn:pulumi:<stack>::<project>::<types>::<name>."""
    first = re.match(r"urn:pulumi:(.*?)::(.*?)::", resources[0]["urn"]) if resources else None
    return (first[2], first[1]) if first else ("", "")


def _resource(state: dict[str, Any], homes: Mapping[str, Home]) -> Resource:
    inputs, outputs = (unmarked(state.get(key) or {}) for key in ("inputs", "outputs"))
    if state.get("id"):
        outputs = {"id": plain(state["id"]), **outputs}
    home = homes.get(str(state.get("provider") or "").rpartition("::")[0], Home())  # a reference ends in its id
    return Resource(
        urn=state["urn"],
        type=canonical(state["type"]),
        inputs=inputs,
        outputs=outputs,
        depends={key: tuple(items(urns)) for key, urns in _table(state.get("propertyDependencies")).items() if urns},
        parent=state.get("parent") or "",
        home=home.region,
        account=home.account,
        managed=not state.get("external"),
    )


def unmarked(value: Any) -> Any:
    """Return a value of a state as plain data; what is encrypted or not known yet is UNKNOWN."""
    if isinstance(value, list):
        return [unmarked(item) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return plain(value)
    table = cast(dict[str, Any], value)
    if MARK in table:
        return _marked(table)
    # The provider's own notes, such as __defaults, are no properties.
    return {key: unmarked(item) for key, item in table.items() if not key.startswith("__")}


def _marked(table: dict[str, Any]) -> Any:
    match table[MARK]:
        case Mark.SECRET:
            return unmarked(json.loads(table["plaintext"])) if "plaintext" in table else UNKNOWN
        case Mark.OUTPUT:
            return unmarked(table["value"]) if "value" in table else UNKNOWN
        case Mark.REFERENCE:
            return plain(table.get("id") or table["urn"])
        case _:
            return "<Asset>"


def _position(text: Any) -> Position | None:
    """Take apart what the engine keeps of a resource's place in the program: project:///main.py#12,3."""
    found = re.fullmatch(r"project:///(?P<file>(?!\.\./)[^#]+)#(?P<line>[1-9]\d*)(?:,\d+)?", str(text or ""))
    return Position(unquote(found["file"]), int(found["line"])) if found else None
