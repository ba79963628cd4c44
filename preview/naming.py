"""Names of resources for people: the stack file's words. Decides which resource a word means if several have it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from guard.model.graph import Resource, Stack
from guard.reach.interfaces import interfaces
from preview.permissions import STORES
from preview.recording import RecordedResource, Recording


class Naming:
    """The names of a recording's resources."""

    def __init__(self, recording: Recording, stack: Stack) -> None:
        self.recording, self.stack = recording, stack

    def word(self, resource: Resource) -> str:
        """What the stack file calls a resource: its component's name without its kind, else its own."""
        parent = self.recording.resources.get(resource.parent)
        if parent is None or parent.custom:
            return resource.name
        short = _without_kind(parent)
        return short if self._components.get(short) == {parent.urn} else parent.name

    def names(self, resource: Resource) -> tuple[str, ...]:
        """A resource's own name, and its component's."""
        parent = self.recording.resources.get(resource.parent)
        return (resource.name, parent.name) if parent else (resource.name,)

    @cached_property
    def _components(self) -> Mapping[str, set[str]]:
        """The components, of those with something to ask about, that a word may mean: one alone is called by it.

        What stands in the network opens connections: a store beside it, such as a queue of the same word, yields.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for parent in self._parents(interfaces(self.stack).things):
            for name in {parent.name, _without_kind(parent)}:
                found[name].add(parent.urn)
        standing = set(found)
        for parent in self._parents(self.stack.of(*STORES)):
            for name in {parent.name, _without_kind(parent)}:
                if name == parent.name or name not in standing:
                    found[name].add(parent.urn)
        return found

    def _parents(self, resources: Iterable[Resource]) -> list[RecordedResource]:
        found = {each.parent: self.recording.resources.get(each.parent) for each in resources}
        return [parent for parent in found.values() if parent]


def _without_kind(component: RecordedResource) -> str:
    """A component's name without its kind before it: `fastapi` of the Service `service-fastapi`."""
    token = component.type.rpartition(":")[2]
    return component.name.removeprefix(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", token).lower() + "-")
