"""Data stores live where no route leads to the internet."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from guard.aws.nodes import SUBNETS, called, near
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack
from guard.model.logic import Answer, some
from guard.model.rule import Severity, rule
from guard.reach.placements import PLACEMENTS, Placement, Purpose
from guard.reach.route_tables import InternetRoute, routes

FAMILY: Final = "data-subnet-public"


class StoreSubnets(NamedTuple):
    """Where a data store names its subnets, itself or through a subnet group, and what an unset property means."""

    path: str
    group: str = ""
    unset_is_default: bool = True  # without it AWS takes the default VPC, whose subnets are public
    unless: tuple[str, ...] = ()  # with one of these set, an unset property is taken from elsewhere


# Without a VPC these two have a public endpoint, which is another family's matter.
_PUBLIC_UNLESS_PLACED: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")

# A replica stands where its source does, unless that is in another region: see `_elsewhere`.
SOURCE: Final = {"aws:rds/instance:Instance": "replicateSourceDb"}


def _store(token: str, place: Placement) -> StoreSubnets:
    path, group = place.named_by or (place.subnets[0], "")
    return StoreSubnets(path, group, token not in _PUBLIC_UNLESS_PLACED, place.unless)


# Where stores stand is known once, beside what groups they carry.
STORES: Final = {
    token: _store(token, place)
    for token, place in PLACEMENTS.items()
    if place.purpose is Purpose.STORE and (place.named_by or place.subnets)
}


@rule(
    "data-subnet-public",
    family=FAMILY,
    on=STORES,
    severity=Severity.HIGH,
    controls=("RDS.46", "FSBP RDS.2", "FSBP EFS.6"),
    why="In a subnet whose route table leads to an internet gateway only one flag or one rule stands between the data "
    "and the world, and everything that is said about the store's security rests on nobody changing it.",
    fix="Put the store into subnets whose own route table has no route to an internet gateway; associate one "
    "explicitly, for a subnet without an association follows the VPC's main table.",
)
def data_subnet_public(store: Resource, stack: Stack) -> Iterator[Finding]:
    place = STORES[store.type]
    if store[place.path] in (ABSENT, "", []):
        yield from _unset(store, place, stack)
        return
    if not place.group:
        yield from _judge(store, place.path, stack, store)
        return
    groups = stack.targets(store, place.path, place.group)
    here = [group for group in groups.sure if near(group, store)]
    for group in here:
        yield from _judge(group, "subnetIds", stack, store)
    if any(re.fullmatch(r"default(-vpc-\w+)?", name) for name in groups.outside):
        yield store.finding("is in the default subnet group, whose subnets are public", at=place.path)
    elif groups.outside or not groups.complete or len(here) < len(groups.sure):  # of that name, in another region
        yield store.undecided(place.path)


def _unset(store: Resource, place: StoreSubnets, stack: Stack) -> Iterator[Finding]:
    if not place.unset_is_default or any(store[path] is not ABSENT for path in place.unless):
        return
    text = "falls into the default VPC, whose subnets are public"
    source = SOURCE.get(store.type, "")
    if not source or store[source] in (ABSENT, ""):
        yield store.finding(text, at=place.path)
        return
    match _elsewhere(store, source, stack):
        case True:
            yield store.finding(f"is a replica in another region: there it {text}", at=place.path)
        case False:
            pass  # where its source stands, which is asked itself
        case _:
            yield store.undecided(source)


def _elsewhere(replica: Resource, path: str, stack: Stack) -> Answer:
    """Return whether the source of a replica is in another region; UNKNOWN too if it is here but outside the stack."""
    sources = stack.targets(replica, path, replica.type)
    answers: list[Answer] = [_differ(_region(source, stack), _region(replica, stack)) for source in sources.sure]
    for name in sources.outside:
        named = name.split(":")[3] if name.startswith("arn:") and name.count(":") >= 5 else ""
        answers.append(_differ(named, _region(replica, stack)) is True or UNKNOWN)
    if not sources.complete:
        answers.append(UNKNOWN)
    return some(answers) if answers else UNKNOWN


def _differ(one: str, other: str) -> Answer:
    """Say whether two regions differ; where neither says any, both are the program's."""
    return UNKNOWN if bool(one) != bool(other) else one != other


def _region(store: Resource, stack: Stack) -> str:
    """Return a store's region, as it says itself or as its subnets do."""
    place = STORES[store.type]
    owners = stack.targets(store, place.path, place.group).sure if place.group else (store,)
    at = "subnetIds" if place.group else place.path
    zones = (subnet.region for owner in owners for subnet in stack.targets(owner, at, *SUBNETS).sure)
    return store.region or next(filter(None, zones), "")


def _judge(source: Resource, path: str, stack: Stack, store: Resource) -> Iterator[Finding]:
    """Judge the subnets that a store or its subnet group names: one public one is enough."""
    at = STORES[store.type].path
    via = "" if source is store else f"group {source.name}, "
    targets = stack.targets(source, path, *SUBNETS)
    out: list[tuple[str, Any]] = [(called(subnet), routes(stack).internet_route(subnet)) for subnet in targets.nodes]
    public = [f"subnet {subnet}, {route}" for subnet, route in out if isinstance(route, InternetRoute)]
    if public:
        more = f"; {len(public) - 1} more of its subnets are public" if public[1:] else ""
        yield store.finding(f"is in a public subnet: {via}{public[0]}{more}", at=at)
    # Subnets of a component that does not say which of them it means: decided where it makes no difference.
    within: list[Any] = [routes(stack).internet_route(subnet) for subnet in targets.maybe]
    if within and all(isinstance(route, InternetRoute) for route in within):
        yield store.finding(f"is in a public subnet: {via}{within[0]}", at=at)
    elif targets.unknown or UNKNOWN in [route for _, route in out] or any(route is not None for route in within):
        yield store.undecided(at)
