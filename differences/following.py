"""What follows from a replacement: a new resource has another id, and what the id forces is replaced too."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from differences.effects import effect
from differences.sides import ComparedResource
from preview.wire import Object

#: How a side writes an id or ARN: `{Vpc network-vpc}`.
OWNER: Final = re.compile(r"\{\w+ [^{}]+\}")

Leaves = Callable[[Object], Iterator[tuple[str, object]]]


def replaced_too(replaced: set[str], resources: Mapping[str, ComparedResource], leaves: Leaves) -> dict[str, Object]:
    """By key, the change of each further resource that goes with those replaced, directly or by way of others."""
    forced = {key: [*_forced(thing, leaves)] for key, thing in resources.items()}
    found: dict[str, Object] = {}
    waiting = [*replaced]
    while waiting:
        owner = _written(resources[waiting.pop()])
        for key, places in forced.items():
            path = next((path for path, owners in places if owner in owners), None)
            if path and key not in replaced and key not in found:
                found[key] = {"path": path, "before": owner, "after": f"the new {owner}", "effect": "replaces"}
                waiting.append(key)
    return found


def _forced(thing: ComparedResource, leaves: Leaves) -> Iterator[tuple[str, set[str]]]:
    """Where a resource names others by what AWS makes up for them, and another one of these replaces it."""
    for path, value in leaves(thing.properties):
        owners = set(OWNER.findall(str(value)))
        if owners and effect(thing.type, path) == "replaces":
            yield path, owners


def _written(thing: ComparedResource) -> str:
    return f"{{{thing.type.rpartition(':')[2]} {thing.name}}}"
