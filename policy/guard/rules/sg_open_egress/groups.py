"""Data stores open no connection to the internet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from guard.aws.nodes import EGRESS_RULE, GROUPS, INGRESS, LEGACY_RULE, called, key
from guard.model.graph import UNKNOWN, Finding, Missing, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.groups import groups
from guard.reach.permits import Permit
from guard.reach.placements import PLACEMENTS, Purpose

FAMILY: Final = "sg-open-egress"

# Where rules are written that let something out.
EGRESS_AT: Final = (*GROUPS, LEGACY_RULE, EGRESS_RULE)

_STORES: Final = frozenset(token for token, place in PLACEMENTS.items() if place.purpose is Purpose.STORE)


@rule(
    "sg-open-egress",
    family=FAMILY,
    on=(*EGRESS_AT, *sorted(_STORES)),
    severity=Severity.MEDIUM,
    controls=("NIST 800-53 SC-7", "PCI DSS 4.0.1 1.3.2"),
    why="A data store answers its clients and calls nobody; one that may call the internet carries data out as soon as "
    "somebody gets a statement into it.",
    fix="Leave the store's group without egress (a group's answers need none), or name a group, an endpoint or a "
    "prefix list of AWS instead of addresses of the internet.",
)
def sg_open_egress(rule: Resource, stack: Stack) -> Iterator[Finding]:
    """A group that the program only reads is judged where it is carried, by the state that was read."""
    if rule.type in _STORES:
        yield from _of_groups_read(rule, stack)
    for permit in groups(stack).by_rule.get(rule.urn, ()):
        if permit.direction == INGRESS:
            continue
        wide = groups(stack).wide(permit)
        if wide is not False:
            yield from _judge(permit, stack, sure=wide is True and permit.direction is not UNKNOWN)


def _judge(permit: Permit, stack: Stack, *, sure: bool) -> Iterator[Finding]:
    """Judge a rule that lets out to the internet, or may, by the data stores that carry its group."""
    if isinstance(permit.group, Missing):
        if stack.of(*_STORES):
            yield permit.rule.undecided("securityGroupId")
        return
    reach = groups(stack)
    stores = sorted({holder.name for holder in reach.holders.get(key(permit.group), ()) if holder.type in _STORES})
    if stores and sure and permit.sure:
        who = f"{stores[0]} and {len(stores) - 1} more" if stores[1:] else stores[0]
        yield permit.rule.finding(
            f"lets {who}, by {called(permit.group)}, call the internet ({permit.written}) on {permit.traffic}",
            at=permit.at,
            about=permit.traffic,
        )
    elif stores or _perhaps(stack, key(permit.group)):
        yield permit.rule.undecided(permit.at if stores and permit.sure else "securityGroupId")


def _of_groups_read(store: Resource, stack: Stack) -> Iterator[Finding]:
    at = PLACEMENTS[store.type].groups[0]
    for permit in groups(stack).of_groups_read(store):
        wide = groups(stack).wide(permit) if permit.direction != INGRESS else False
        if wide is True:
            text = f"carries {permit.rule.name}, which lets it call the internet ({permit.written}) on {permit.traffic}"
            yield store.finding(text, at=at, about=permit.rule.name)
        elif wide is UNKNOWN:
            yield store.undecided(at, about=permit.rule.name)


def _perhaps(stack: Stack, group: str) -> bool:
    """Say whether a store may carry a group beside its known holders."""
    return _unresolved_store(stack) or any(
        holder.type in _STORES for holder in groups(stack).maybe_holders.get(group, ())
    )


@lru_cache(maxsize=1)
def _unresolved_store(stack: Stack) -> bool:
    return any(holder.type in _STORES for holder in groups(stack).unresolved_holders)
