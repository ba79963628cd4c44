"""Ways to look at a recording that several contracts share."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.stacks import ENVIRONMENTS, EVERY_STACK, STACKS

each_stack = pytest.mark.parametrize("stack", EVERY_STACK)
each_main_stack = pytest.mark.parametrize("stack", STACKS)
each_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)
each_run = pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])

PROVIDER = "pulumi:providers:"


def many(value: Any) -> list[Any]:
    """AWS writes one where it may write many."""
    return list(value) if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownArgumentType]


def managed(recording: Recording) -> list[RecordedResource]:
    """What a provider creates: neither components nor the provider itself."""
    return [each for each in recording.resources.values() if each.custom and not each.type.startswith(PROVIDER)]


def in_aws(recording: Recording) -> list[RecordedResource]:
    """What AWS creates."""
    return [each for each in managed(recording) if each.package == "aws"]


def of_ours(recording: Recording) -> list[RecordedResource]:
    """The components of the platform."""
    return [each for each in recording.resources.values() if each.package == "cloudplatform"]


def ancestors(recording: Recording, resource: RecordedResource) -> Iterator[RecordedResource]:
    """The parents of a resource, from the nearest, without the stack."""
    while parent := recording.resources.get(resource.parent):
        yield parent
        resource = parent


class Order:
    """Which resource the engine creates before which."""

    def __init__(self, recording: Recording) -> None:
        self._resources = recording.resources
        self._known: dict[str, frozenset[str]] = {}

    def before(self, urn: str) -> frozenset[str]:
        """Everything that a resource waits for, directly or through others."""
        if urn not in self._known:
            resource = self._resources[urn]
            near = {*resource.dependencies, *(u for urns in resource.property_dependencies.values() for u in urns)}
            near &= self._resources.keys()
            self._known[urn] = frozenset(near.union(*map(self.before, near)))
        return self._known[urn]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a value, with their paths; those inside JSON documents too."""
    match value:
        case dict():
            for key, item in value.items():
                yield from texts(item, f"{path}.{key}" if path else key)
        case list():
            for index, item in enumerate(value):
                yield from texts(item, f"{path}[{index}]")
        case str():
            inside = document(value)
            yield from texts(inside, path) if inside is not None else [(path, value)]


def document(text: Any) -> Any:
    """What a JSON text that holds a table or a list says; None for any other value."""
    if not isinstance(text, str) or text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def referred(recording: Recording, resource: RecordedResource, name: str) -> set[str]:
    """The logical names of the resources behind a property; known at preview too."""
    return {recording.resources[urn].name for urn in resource.property_dependencies.get(name, ())}
