"""No path leads from the internet to a data store."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.model.graph import UNKNOWN, Finding, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.paths import NetworkPath, paths
from guard.reach.placements import PLACEMENTS, Purpose

FAMILY: Final = "internet-to-data-path"

STORES: Final = tuple(token for token, place in PLACEMENTS.items() if place.purpose is Purpose.STORE)


@rule(
    "internet-to-data-path",
    family=FAMILY,
    on=STORES,
    severity=Severity.CRITICAL,
    controls=("FSBP RDS.2", "FSBP EC2.9", "CIS 5.0 2.2.3"),
    why="Whoever finds the address may try passwords and flaws on the store itself, or on the one machine that stands "
    "before it: each gate on the way is open, though each alone looks like a small thing.",
    fix="Close one gate of the path that the finding names: put the store into subnets without a route to an internet "
    "gateway, let its security group admit only the group of private programs, give the machine between no public "
    "address (associate_public_ip_address=False; reach it with Session Manager) and no load balancer that passes SSH "
    "or the store's own protocol on to it, or let no group admit 0.0.0.0/0.",
)
def internet_to_data_path(store: Resource, stack: Stack) -> Iterator[Finding]:
    answer = paths(stack).to_data(store)
    if isinstance(answer, NetworkPath):
        at = PLACEMENTS[store.type].groups[0]
        yield store.finding(f"can be reached from the internet: {answer.proof}", at=at)
    elif answer is UNKNOWN:
        undecided_by = ", ".join(paths(stack).undecided_by(store))
        yield store.unclear(f"whether the internet comes to it, {undecided_by}, hangs on what is not known yet")
