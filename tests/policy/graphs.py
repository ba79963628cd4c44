"""Declared resources as the graph that the rules see, without the engine around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from guard.model.graph import Resource, Stack, canonical, plain
from tests.policy.engine import Declared, planned


def graph(*resources: Declared, known: bool = False, read: Collection[str] = ()) -> Stack:
    """The stack at its first preview, or as it exists; some the program only reads, by name."""
    return Stack(seen(*resources, known=known, read=read))


def seen(*resources: Declared, known: bool = False, read: Collection[str] = ()) -> Iterator[Resource]:
    """Its resources alone."""
    urns = {resource.name: resource.urn for resource in resources}
    return (
        Resource(
            urn=declared.urn,
            type=canonical(declared.type),
            inputs={} if declared.name in read else plain(inputs),
            outputs=plain(outputs),
            depends=_depends(declared, urns),
            parent=urns.get(declared.parent, ""),
            managed=declared.name not in read,
        )
        for declared, inputs, outputs in planned(resources, known=known)
    )


def _depends(declared: Declared, urns: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path, ref in declared.refs.items():
        first = path.replace("[", ".").split(".")[0]
        found[first] = (*found.get(first, ()), urns[ref.split(".")[0]])
    return found


def named(stack: Stack, name: str) -> Resource:
    """The resource of a logical name."""
    (found,) = [resource for resource in stack.resources.values() if resource.name == name]
    return found
