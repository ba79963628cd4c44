"""Declared resources as the graph that the rules see, without the engine around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from guard.model.graph import Resource, Stack, canonical, plain
from tests.policy.engine import Declared, plan


def graph(*resources: Declared, known: bool = False, read: Collection[str] = ()) -> Stack:
    """The stack at its first preview, or as it exists; some the program only reads, by name."""
    return Stack(seen(*resources, known=known, read=read))


def seen(*resources: Declared, known: bool = False, read: Collection[str] = ()) -> Iterator[Resource]:
    """Its resources alone."""
    by_name = {resource.name: resource for resource in resources}
    return (resource_of(each, by_name, known=known, managed=each.name not in read) for each in resources)


def resource_of(
    declared: Declared, by_name: Mapping[str, Declared], *, known: bool = False, managed: bool = True
) -> Resource:
    """One of them."""
    inputs, outputs = plan(declared, by_name, known=known)
    return Resource(
        urn=declared.urn,
        type=canonical(declared.type),
        inputs=plain(inputs) if managed else {},
        outputs=plain(outputs),
        depends=_depends(declared, by_name),
        parent=by_name[declared.parent].urn if declared.parent in by_name else "",
        managed=managed,
    )


def _depends(declared: Declared, by_name: Mapping[str, Declared]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path, ref in declared.refs.items():
        first = path.replace("[", ".").split(".")[0]
        found[first] = (*found.get(first, ()), by_name[ref.split(".")[0]].urn)
    return found


def named(stack: Stack, name: str) -> Resource:
    """The resource of a logical name."""
    (found,) = [resource for resource in stack.resources.values() if resource.name == name]
    return found
