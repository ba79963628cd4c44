"""Reads a stack from a file: an export of `pulumi stack export`, or a recording of the offline preview.

Both are written in the engine's own form of a deployment, in which a secret is marked and mostly encrypted, and in a
recording a value that nobody knows yet is the engine's mark for it. Both become UNKNOWN: a rule may find them
undecided, never passed.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import unquote

from guard.model.graph import UNKNOWN, Resource, canonical, items, plain
from guard.model.locations import PROVIDERS, Location, location_of

# The key by which an object in a state says that it is none: sdk/go/common/resource/sig of the engine.
MARK: Final = "4dabf18193072939515e22adb298388d"

GZIP: Final = b"\x1f\x8b"  # how packed files begin

OLDEST: Final = 3  # the version of deployments that the engine writes since 2019; 4 adds features to it


class StateSignature(StrEnum):
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
class Pending:
    """An operation that began and of which the state does not tell the end."""

    urn: str
    operation: str  # creating, updating, deleting, reading or importing

    def __str__(self) -> str:
        """Say what is not known."""
        kind, name = self.urn.split("::")[-2:]
        return f"{self.operation} {kind.rpartition('$')[2]} {name} was cut off: its outcome is unknown; refresh"


@dataclass(frozen=True)
class State:
    """A stack as a file tells it."""

    source: str
    project: str
    stack: str
    resources: tuple[Resource, ...]
    positions: Mapping[str, Position] = field(default_factory=dict[str, Position])  # by URN, where the engine kept it
    config: Mapping[str, str] = field(default_factory=dict[str, str])  # the pack's own settings, in a recording
    pending: tuple[Pending, ...] = ()
    beside: int = 0  # how many of them nobody counts as resources: the stack, components, default providers

    @property
    def count(self) -> int:
        """Return how many resources there are, as the engine and the preview count them."""
        return len(self.resources) - self.beside


def text(content: bytes, source: str) -> str:
    """Return a file's text; backends of one's own may keep checkpoints packed (PULUMI_SELF_MANAGED_STATE_GZIP)."""
    try:
        return (gzip.decompress(content) if content.startswith(GZIP) else content).decode()
    except UnicodeDecodeError as problem:
        raise BadInput(f"{source} is not UTF-8 text") from problem
    except (OSError, EOFError, zlib.error) as problem:
        raise BadInput(f"{source} is packed, and damaged") from problem


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
    deployment = _deployment(table, source)
    resources = cast(list[dict[str, Any]], deployment.get("resources") or [])
    for number, one in enumerate(resources):
        if not _valid(one):
            raise BadInput(f"{source}: resource {number} of its deployment is not in the engine's form")
    # A copy that waits for its deletion has the URN of the resource that replaced it.
    live = [one for one in resources if not one.get("delete")]
    project, stack = _named(live)
    locations = {
        one["urn"]: location_of(unmarked(_table(one.get("inputs")))) for one in live if one["type"] in PROVIDERS
    }
    try:
        found = tuple(_resource(one, locations) for one in live)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise BadInput(f"{source}: its deployment is damaged") from None  # the cause may hold a secret
    return State(
        source,
        project,
        stack,
        found,
        {one["urn"]: at for one in live if (at := _position(one.get("sourcePosition")))},
        {key: value for key, value in _table(table.get("config")).items() if isinstance(value, str)},
        tuple(_pending(deployment)),
        sum(not one.get("custom") or _of_itself(one["urn"]) for one in live),
    )


# What is read of a resource, and its form there; all but the first two may be missing.
FORMS: Final[Mapping[str, type]] = {
    "urn": str, "type": str, "id": str, "inputs": dict, "outputs": dict, "propertyDependencies": dict, "parent": str,
    "provider": str,
}  # fmt: skip


def _valid(resource: Any) -> bool:
    table = _table(resource)
    of_form = all(isinstance(table[key], form) for key, form in FORMS.items() if table.get(key) is not None)
    edges = [urn for urns in _table(table.get("propertyDependencies")).values() for urn in items(urns)]
    return of_form and all(table.get(key) for key in ("urn", "type")) and all(isinstance(urn, str) for urn in edges)


def _table(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _pending(deployment: dict[str, Any]) -> Iterator[Pending]:
    for one in items(deployment.get("pending_operations")):
        urn, operation = _table(_table(one).get("resource")).get("urn"), _table(one).get("type")
        if isinstance(urn, str) and urn.count("::") > 1 and isinstance(operation, str):
            yield Pending(urn, operation)


def _of_itself(urn: str) -> bool:
    """Whether the engine made this of itself: a provider that no program asked for."""
    return re.search(r"::pulumi:providers:[^:]+::default(?:_[\w.-]+)?$", urn) is not None


def _deployment(table: dict[str, Any], source: str) -> dict[str, Any]:
    """Return a deployment: exported, or as a checkpoint in a backend's own file."""
    version = table.get("version", OLDEST)
    if not isinstance(version, int) or version < OLDEST:
        raise BadInput(f"{source} is a deployment of version {version}; export it again with a Pulumi CLI of today")
    deployment = _table(table.get("deployment")) or _table(_table(table.get("checkpoint")).get("latest"))
    resources: Any = deployment.get("resources") or []
    if deployment and isinstance(resources, list):
        return deployment
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


def _resource(state: dict[str, Any], locations: Mapping[str, Location]) -> Resource:
    secrets: list[Any] = []
    inputs, outputs = (unmarked(state.get(key) or {}, secrets) for key in ("inputs", "outputs"))
    if state.get("id"):
        outputs = {"id": plain(state["id"]), **outputs}
    location = locations.get(
        str(state.get("provider") or "").rpartition("::")[0], Location()
    )  # a reference ends in its id
    return Resource(
        urn=state["urn"],
        type=canonical(state["type"]),
        inputs=inputs,
        outputs=outputs,
        depends={key: tuple(items(urns)) for key, urns in _table(state.get("propertyDependencies")).items() if urns},
        parent=state.get("parent") or "",
        provider_region=location.region,
        account=location.account,
        managed=not state.get("external"),
        secrets=tuple(secrets),
    )


def unmarked(value: Any, secrets: list[Any] | None = None) -> Any:
    """Return a value of a state as plain data; what is encrypted or not known yet is UNKNOWN.

    `secrets` takes up what is secret and shown all the same (`pulumi stack export --show-secrets`).
    """
    if isinstance(value, list):
        return [unmarked(item, secrets) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return plain(value)
    table = cast(dict[str, Any], value)
    if MARK in table:
        return _marked(table, secrets)
    # The provider's own notes, such as __defaults, are no properties.
    return {key: unmarked(item, secrets) for key, item in table.items() if not key.startswith("__")}


def _marked(table: dict[str, Any], secrets: list[Any] | None) -> Any:
    match table[MARK]:
        case StateSignature.SECRET:
            shown = unmarked(json.loads(table["plaintext"]), secrets) if "plaintext" in table else UNKNOWN
            if secrets is not None:
                secrets.append(shown)
            return shown
        case StateSignature.OUTPUT:
            return unmarked(table["value"]) if "value" in table else UNKNOWN
        case StateSignature.REFERENCE:
            return plain(table.get("id") or table["urn"])
        case _:
            return "<Asset>"


def _position(text: Any) -> Position | None:
    """Take apart what the engine keeps of a resource's place in the program: project:///main.py#12,3."""
    found = re.fullmatch(r"project:///(?P<file>(?!\.\./)[^#]+)#(?P<line>[1-9]\d*)(?:,\d+)?", str(text or ""))
    return Position(unquote(found["file"]), int(found["line"])) if found else None
