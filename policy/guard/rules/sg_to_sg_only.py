"""Between tiers a security group admits security groups, never addresses."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.graph import UNKNOWN, Finding, Missing, Resource, Stack
from guard.reach.groups import Admission, groups
from guard.reach.nodes import GROUPS, INGRESS_RULE, LEGACY_RULE, called, key
from guard.rule import Severity, rule

FAMILY: Final = "sg-to-sg-only"

# Where rules are written.
RULES_AT: Final = (*GROUPS, LEGACY_RULE, INGRESS_RULE)


def faces_internet(holder: Resource) -> bool | Missing:
    """Return whether a holder is the edge: a load balancer that is not internal. Unset means internet-facing."""
    if holder.type not in ("aws:lb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"):
        return False
    internal = holder.switch("internal")
    return UNKNOWN if isinstance(internal, Missing) else not internal


@rule(
    "sg-to-sg-only",
    family=FAMILY,
    on=RULES_AT,
    severity=Severity.HIGH,
    controls=("PCI DSS 4.0.1 1.3.1",),
    why="An address range admits whatever will ever run there; a group admits what was meant. Tiers that trust "
    "ranges are one tier.",
    fix="Name the client's security group as the source (referenced_security_group_id) instead of addresses or prefix "
    "lists; if addresses must be, as for a VPN, exempt this rule with a reason.",
)
def sg_to_sg_only(rule: Resource, stack: Stack) -> Iterator[Finding]:
    reach = groups(stack)
    written = [admission for admission in reach.by_rule.get(rule.urn, ()) if admission.sources]
    for admission in written:
        yield from _judge(admission, reach.holders.get(key(admission.group), []))
    if reach.has_stray_addresses(rule):
        yield rule.undecided("securityGroupId" if rule.type not in GROUPS else "ingress")


def _judge(admission: Admission, holders: list[Resource]) -> Iterator[Finding]:
    edges = [faces_internet(holder) for holder in holders]
    inner = [holder for holder, edge in zip(holders, edges, strict=True) if edge is False]
    if inner:
        sources = ", ".join(sorted(set(admission.sources)))
        yield admission.rule.finding(
            f"lets addresses ({sources}) into {called(admission.group)} on {admission.ports}, which "
            f"{_list(inner)} carries",
            at=admission.at,
        )
    elif UNKNOWN in edges:
        yield admission.rule.undecided("internal")


def _list(holders: list[Resource]) -> str:
    names = sorted({holder.name for holder in holders})
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
