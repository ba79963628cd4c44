"""What a thing is called follows from what it means: neither its place in a table nor its neighbours replace it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from differences.compare import differences
from differences.sides import ComparedStack
from differences.sides import recorded as compared
from preview.recording import Recording
from tests.contracts.recordings import each_stack
from tests.stack_files import Config, changed, config
from tests.stacks import project, recorded

#: Whose order is its meaning, so that another one replaces it.
ORDERED = {
    "ec2.NetworkAclRule": "AWS knows a rule by its number; what has another one is another rule",
    "ecr.LifecyclePolicy": "the first rule that selects an image decides",
    "ecs.TaskDefinition": "volumes stand as the stack file has them, and each change registers a revision",
}
#: In the lists of these keys a place is a meaning.
IN_ORDER = ("command", "entrypoint")
#: Three zones each: one NAT gateway or one a zone; file systems and a VPN; bastions.
WITH_ZONES = ("dev", "prod", "techcorp/production-eu", "web-platform/production")


def reordered(value: Any) -> Any:
    """A table with all that it holds the other way round, at every depth."""
    match value:
        case dict():
            items = reversed(list(value.items()))
            return {key: inner if key in IN_ORDER else reordered(inner) for key, inner in items}
        case list():
            return [reordered(inner) for inner in reversed(value)]
        case _:
            return value


def _reorder(it: Config) -> None:
    turned = reordered(it)
    it.clear()
    it.update(turned)


def _without_the_first_zone(it: Config) -> None:
    network = it["cloudplatform:network"]
    for several in (network["zones"], *(tier["cidrs"] for tier in network["tiers"].values())):
        del several[0]


def _side(recording: Recording, stack: str) -> ComparedStack:
    return compared(recording, stack, project(stack)[1])


@cache
def _committed(stack: str) -> ComparedStack:
    return _side(recorded(stack, True), stack)


def _rows(before: ComparedStack, after: ComparedStack) -> Iterator[tuple[str, str, str]]:
    """Action, kind and name of what is created, replaced or deleted, or of what nobody knows."""
    found = differences(before, after)
    for row in (*found["resources"], *found["alarms"]):
        if row["action"] != "updated" and row["kind"] not in ORDERED:
            yield row["action"], row["kind"], row["name"]


def _of_any_zone(stack: str, name: str) -> str:
    for zone in config(stack).get("cloudplatform:network", {}).get("zones", ()):
        name = name.replace(zone, "{zone}")
    return name


@each_stack
def test_an_entrys_place_says_nothing(stack):
    """All tables and lists the other way round: what is there stays. Where some zones are taken, they are the first."""
    rows = list(_rows(_committed(stack), _side(changed(stack, _reorder), stack)))
    gone = sorted(_of_any_zone(stack, name) for action, _, name in rows if action == "deleted")
    come = sorted(_of_any_zone(stack, name) for action, _, name in rows if action == "created")
    assert [row for row in rows if row[0] not in ("created", "deleted")] == []
    assert gone == come
    assert all("{zone}" in name for name in gone)


@pytest.mark.parametrize("stack", WITH_ZONES)
def test_a_zone_before_the_others_leaves_theirs_alone(stack):
    """What it brings is created; where so many from the first are taken, it takes the place of another."""
    rows = list(_rows(_side(changed(stack, _without_the_first_zone), stack), _committed(stack)))
    assert [row for row in rows if row[0] not in ("created", "deleted")] == []
    come = [name for action, _, name in rows if action == "created"]
    first = config(stack)["cloudplatform:network"]["zones"][0]
    assert come
    assert all(first in name for name in come)
