"""Between tiers a security group admits security groups, never addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.nodes import EGRESS, GROUPS, INGRESS_RULE, LEGACY_RULE, called, key
from guard.model.graph import UNKNOWN, Finding, Missing, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.groups import groups
from guard.reach.permits import Permit
from guard.reach.placements import PLACEMENTS, edge

FAMILY: Final = "sg-to-sg-only"

# Where rules are written that let something in.
INGRESS_AT: Final = (*GROUPS, LEGACY_RULE, INGRESS_RULE)


@rule(
    "sg-to-sg-only",
    family=FAMILY,
    on=(*INGRESS_AT, *PLACEMENTS),
    severity=Severity.HIGH,
    controls=("PCI DSS 4.0.1 1.3.1",),
    why="An address range admits whatever will ever run there; a group admits what was meant. Tiers that trust "
    "ranges are one tier.",
    fix="Name the client's security group as the source (referenced_security_group_id) instead of addresses or prefix "
    "lists; if addresses must be, as for a VPN, exempt this rule with a reason.",
)
def sg_to_sg_only(rule: Resource, stack: Stack) -> Iterator[Finding]:
    """A group that the program only reads is judged where it is carried, by the state that was read."""
    if rule.type in PLACEMENTS:
        yield from _of_groups_read(rule, stack)
    for permit in groups(stack).by_rule.get(rule.urn, ()):
        if permit.direction == EGRESS:
            continue
        if permit.opaque:
            yield rule.undecided(permit.at)
        elif permit.addressed:
            yield from _judge(permit, stack)


def _judge(permit: Permit, stack: Stack) -> Iterator[Finding]:
    if isinstance(permit.group, Missing) or isinstance(permit.direction, Missing):
        yield permit.rule.undecided("type" if permit.direction is UNKNOWN else "securityGroupId")
        return
    reach = groups(stack)
    holders = reach.holders.get(key(permit.group), [])
    edges = [edge(stack, holder) for holder in holders]
    inner = [holder for holder, outer in zip(holders, edges, strict=True) if outer is False]
    if inner and permit.sure:
        yield permit.rule.finding(
            f"lets addresses ({permit.written}) into {called(permit.group)} on {permit.traffic}, which {_list(inner)}",
            at=permit.at,
        )
    elif inner or UNKNOWN in edges:
        yield permit.rule.undecided("internal" if permit.sure else "securityGroupId")
    elif reach.perhaps_inside(permit.group):
        yield permit.rule.unclear(f"lets addresses into {called(permit.group)}: who carries it is not known yet")


def _of_groups_read(holder: Resource, stack: Stack) -> Iterator[Finding]:
    at = next(iter(PLACEMENTS[holder.type].groups), "")
    for permit in groups(stack).of_groups_read(holder):
        if permit.direction == EGRESS or edge(stack, holder) is True:
            continue
        if permit.opaque:
            yield holder.undecided(at, about=permit.rule.name)
        elif permit.addressed:
            text = f"carries {permit.rule.name}, which lets addresses ({permit.written}) in on {permit.traffic}"
            yield holder.finding(text, at=at, about=permit.rule.name)


def _list(holders: list[Resource]) -> str:
    names = sorted({holder.name for holder in holders})
    return f"{names[0]} carries" if len(names) == 1 else f"{names[0]} and {len(names) - 1} more carry"
