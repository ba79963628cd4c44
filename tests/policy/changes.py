"""The ways to change a stack, one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from google.protobuf import json_format

from guard.model.graph import UNKNOWN, Resource, canonical, plain
from guard.model.locations import Location, location_of
from guard.model.recorded import in_parts
from preview.recording import Recording
from preview.wire import written
from tests.policy.engine import put

Change = Callable[[dict[str, Resource]], None]  # of the resources by name


def resources(recording: Recording) -> dict[str, Resource]:
    """A recorded stack as the pack sees it, by type and logical name: `rds/instance:Instance/database-instance`."""
    found: dict[str, Resource] = {}
    for each in recording.resources.values():
        provider = recording.resources.get(each.provider)
        location = location_of(_plain(provider.inputs)) if provider else Location()
        token = canonical(each.type)
        parent = recording.resources.get(each.parent)
        found[f"{token.partition(':')[2]}/{each.name}"] = Resource(
            urn=each.urn,
            type=token,
            inputs=in_parts(token, _plain(each.inputs), _plain(parent.inputs) if parent else {}),
            outputs=_plain(each.outputs),
            depends={name: tuple(sorted(urns)) for name, urns in each.property_dependencies.items()},
            parent=each.parent,
            provider_region=location.region,
            account=location.account,
            managed=not each.read,
        )
    return found


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As they come over the pack's protocol."""
    return plain(json_format.MessageToDict(written(values)))


# --- the ways to change a stack ---


def _matching(stack: Mapping[str, Resource], pattern: str) -> list[str]:
    found = [key for key in stack if fnmatchcase(key, pattern)]
    assert found, f"nothing here is called {pattern}"
    return found


def sets(pattern: str, **changes: Any) -> Change:
    """Set inputs, by paths with `__` for a dot; None drops one."""

    def change(stack: dict[str, Resource]) -> None:
        for key in _matching(stack, pattern):
            stack[key] = _with(stack[key], {path.replace("__", "."): value for path, value in changes.items()})

    return change


def _with(resource: Resource, changes: Mapping[str, Any]) -> Resource:
    inputs: dict[str, Any] = json.loads(json.dumps(resource.inputs, default=lambda _: "\0"), object_hook=_unknown_again)
    outputs = dict(resource.outputs)
    depends = dict(resource.depends)
    for path, value in changes.items():
        top = re.split(r"[.\[]", path, maxsplit=1)[0]
        if value is None:
            inputs.pop(path, None)
        else:
            put(inputs, path, value)
        outputs.pop(top, None)
        depends.pop(top, None)
    return replace(resource, inputs=inputs, outputs={**outputs, **inputs}, depends=depends)


def _unknown_again(table: dict[str, Any]) -> dict[str, Any]:
    return {key: _restored(value) for key, value in table.items()}


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(item) for item in value]
    return UNKNOWN if value == "\0" else value


def drops(pattern: str) -> Change:
    """Leave resources out."""

    def change(stack: dict[str, Resource]) -> None:
        for key in _matching(stack, pattern):
            del stack[key]

    return change


def refers(pattern: str, path: str, *targets: str, output: str = "id") -> Change:
    """Let a property refer to other resources than it did."""

    def change(stack: dict[str, Resource]) -> None:
        for key in _matching(stack, pattern):
            stack[key] = _referring(stack[key], path, [stack[_matching(stack, one)[0]] for one in targets], output)

    return change


def _referring(resource: Resource, path: str, targets: list[Resource], output: str) -> Resource:
    values = [one.outputs.get(output, UNKNOWN) for one in targets]
    listed = isinstance(resource.inputs.get(path), list) or len(values) > 1
    changed = _with(resource, {path: values if listed else values[0]})
    return replace(changed, depends={**changed.depends, path: tuple(one.urn for one in targets)})


def adds(token: str, _refs: Mapping[str, str] | None = None, _name: str = "sneaked-in", /, **inputs: Any) -> Change:
    """Add a resource; `_refs` maps properties to the resources whose ids they are."""

    def change(stack: dict[str, Resource]) -> None:
        some = next(iter(stack.values()))
        urn = f"{some.urn.rpartition('::')[0].rpartition('::')[0]}::aws:{token}::{_name}"
        new = Resource(urn, f"aws:{token}", dict(inputs), {"id": UNKNOWN, **inputs}, provider_region="us-east-1")
        for path, target in (_refs or {}).items():
            listed = path.endswith("[]")
            hit = stack[_matching(stack, target)[0]]
            value = hit.outputs.get("id", UNKNOWN)
            changed = _with(new, {path.removesuffix("[]"): [value] if listed else value})
            new = replace(changed, depends={**changed.depends, path.removesuffix("[]"): (hit.urn,)})
        stack[f"{token}/{_name}"] = new

    return change


def both(*changes: Change) -> Change:
    """Make several changes that only together are one."""

    def change(stack: dict[str, Resource]) -> None:
        for one in changes:
            one(stack)

    return change


def edits(pattern: str, path: str, edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Change:
    """Edit the statements of a policy document."""

    def change(stack: dict[str, Resource]) -> None:
        for key in _matching(stack, pattern):
            document = json.loads(stack[key].inputs[path])
            document["Statement"] = edit(document["Statement"])
            sets(key.replace("[", "[[]"), **{path: json.dumps(document)})(stack)

    return change


def statement(**changes: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Add a statement that allows."""
    return lambda found: [*found, {"Effect": "Allow", **changes}]


def every(**changes: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Change all statements; None drops an element."""
    return lambda found: [
        {key: value for key, value in {**one, **changes}.items() if value is not None} for one in found
    ]


def container(**changes: Any) -> Change:
    """Change every container of the task: text, or the parts that its component tells while the text is unknown."""

    def change(stack: dict[str, Resource]) -> None:
        (key,) = _matching(stack, "ecs/taskDefinition:TaskDefinition/*")
        told = stack[key].inputs["containerDefinitions"]
        found = told if isinstance(told, list) else json.loads(told)
        changed = [{name: value for name, value in {**one, **changes}.items() if value is not None} for one in found]
        sets(key, containerDefinitions=changed if isinstance(told, list) else json.dumps(changed))(stack)

    return change
