"""Security groups are open to the internet at the edge only, on the web's ports."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from guard.aws.nodes import EGRESS, GROUPS, INGRESS_RULE, LEGACY_RULE, called, key
from guard.aws.spans import Spans
from guard.aws.templates import PORTS
from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Finding, Missing, Resource, Stack
from guard.model.rule import Parameter, Severity, rule
from guard.reach.groups import Groups, groups
from guard.reach.permits import Permit
from guard.reach.placements import PLACEMENTS, edge

FAMILY: Final = "sg-open-ingress"

# Where rules are written that let something in.
INGRESS_AT: Final = (*GROUPS, LEGACY_RULE, INGRESS_RULE)

PUBLIC_PORTS: Final = Parameter(
    "publicPorts",
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "description": "The ports that an internet-facing load balancer may open to the internet.",
    },
    default=[80, 443],
)

# Pings and path discovery carry no service: they are welcome wherever the web is.
_ICMP: Final = ("icmp", "icmpv6")


@rule(
    "sg-open-ports",
    family=FAMILY,
    on=INGRESS_AT,
    severity=Severity.CRITICAL,
    controls=("FSBP EC2.13", "FSBP EC2.14", "FSBP EC2.18", "FSBP EC2.19", "CIS 5.0 5.3", "CIS 5.0 5.4"),
    parameters=(PUBLIC_PORTS,),
    why="Whatever listens on an administration, database or other port that the whole internet may dial is scanned and "
    "tried within minutes; only the web's ports are meant for strangers.",
    fix="Name the client's security group (referenced_security_group_id), or the few addresses that need it; reach "
    "machines through Session Manager instead of SSH or RDP.",
)
def sg_open_ports(rule: Resource, *, public_ports: list[int]) -> Iterator[Finding]:
    for permit in Groups(Stack((rule,))).by_rule[rule.urn]:
        if permit.direction != EGRESS and _wide_open(permit, public_ports):
            if permit.direction is UNKNOWN or permit.ports is UNKNOWN:
                yield rule.undecided(_missing(permit))
            else:
                yield rule.finding(_text(permit), at=permit.at, about=permit.traffic)


@rule(
    "small-machine-ports",
    family=FAMILY,
    on="aws:lightsail/instance:Instance",
    severity=Severity.HIGH,
    why="Lightsail opens SSH or remote desktop, and HTTP, of a new machine to the whole internet.",
    fix="Add an aws.lightsail.InstancePublicPorts with port_infos that names the ports and, in cidrs, who may use "
    "them: it closes all others.",
)
def small_machine_ports(machine: Resource, stack: Stack) -> Iterator[Finding]:
    ports = attached(stack, machine, PORTS, "instanceName")
    if ports.maybe and not ports.sure:
        yield machine.unclear("may have its ports set: it is not known yet which machine's are")
    elif not ports.sure:
        yield machine.finding("leaves its ports as Lightsail opens them, to everybody")


@rule(
    "sg-open-ingress",
    family=FAMILY,
    on=(*INGRESS_AT, *PLACEMENTS),
    severity=Severity.HIGH,
    controls=("FSBP EC2.13", "FSBP EC2.14", "FSBP EC2.18", "FSBP EC2.19", "CIS 5.0 5.3", "CIS 5.0 5.4"),
    parameters=(PUBLIC_PORTS,),
    why="The web's ports may stand open where a load balancer answers; behind it an open group lets anybody past the "
    "balancer, its certificate, its web ACL and its logs.",
    fix="Open only 80 and 443, and only in a group that nothing but an internet-facing load balancer carries; in all "
    "other groups name the client's security group (referenced_security_group_id).",
)
def sg_open_ingress(rule: Resource, stack: Stack, *, public_ports: list[int]) -> Iterator[Finding]:
    """A group that the program only reads is judged where it is carried, by the state that was read."""
    if f"{PORTS}::" in rule.urn:
        return  # a machine of Lightsail's answers the web itself
    if rule.type in PLACEMENTS:
        yield from _of_groups_read(rule, stack, public_ports)
    for permit in groups(stack).by_rule.get(rule.urn, ()):
        if permit.direction == EGRESS or _wide_open(permit, public_ports):
            continue  # what its own addresses decide, `sg-open-ports` decides
        wide = groups(stack).wide(permit)
        if wide is UNKNOWN or (wide and permit.direction is UNKNOWN):
            yield rule.undecided(_missing(permit))
        elif wide and _beyond(permit, public_ports) is True:
            yield rule.finding(_text(permit), at=permit.at, about=permit.traffic)
        elif wide:
            yield from _at_the_edge(permit, stack, public_ports)


def _of_groups_read(holder: Resource, stack: Stack, public: Sequence[int]) -> Iterator[Finding]:
    at = next(iter(PLACEMENTS[holder.type].groups), "")
    for permit in groups(stack).of_groups_read(holder):
        beyond = _beyond(permit, public)
        if permit.direction == EGRESS or (edge(stack, holder) is True and beyond is False):
            continue
        wide = groups(stack).wide(permit)
        if wide is True and (beyond is True or edge(stack, holder) is False):
            text = f"carries {permit.rule.name}, which lets the internet ({permit.written}) in on {permit.traffic}"
            yield holder.finding(text, at=at, about=permit.rule.name)
        elif wide is not False:
            yield holder.undecided(at, about=permit.rule.name)


def _wide_open(permit: Permit, public: Sequence[int]) -> bool:
    """Say whether the addresses of a rule, prefix lists aside, are the internet's on a port that is not the web's."""
    return permit.plainly_wide and _beyond(permit, public) is not False


def _beyond(permit: Permit, public: Sequence[int]) -> bool | Missing:
    """Say whether a rule opens more than the web's ports."""
    if isinstance(permit.ports, Missing):
        return UNKNOWN
    if permit.protocol in _ICMP:
        return False
    return bool(permit.ports - Spans.of(*((int(port), int(port)) for port in public)))


def _at_the_edge(permit: Permit, stack: Stack, public: Sequence[int]) -> Iterator[Finding]:
    """Judge a rule that opens the web's ports by who carries its group: balancers that face the internet, or others."""
    if isinstance(permit.group, Missing):
        yield permit.rule.undecided("securityGroupId")
        return
    reach = groups(stack)
    carriers = [(holder, edge(stack, holder)) for holder in reach.holders.get(key(permit.group), ())]
    inner = [holder for holder, outer in carriers if outer is False]
    if inner and permit.sure:
        holder = f"{inner[0].name} carries" if len(inner) == 1 else f"{inner[0].name} and {len(inner) - 1} more carry"
        yield permit.rule.finding(
            f"{_text(permit)}, which {holder}: no load balancer that faces the internet",
            at=permit.at,
            about=permit.traffic,
        )
    elif not carriers:
        yield permit.rule.unclear(f"opens {called(permit.group)} to the web, and nobody in this stack carries it")
    elif not permit.sure or any(outer is not True for _, outer in carriers):
        yield permit.rule.undecided("securityGroupId" if not permit.sure else "internal")
    elif reach.perhaps_inside(permit.group):
        yield permit.rule.unclear(f"opens {called(permit.group)} to the web: who else carries it is not known yet")


def _text(permit: Permit) -> str:
    group = called(permit.group) if not isinstance(permit.group, Missing) else "its group"
    more = "" if permit.addresses.broad else " and the group's other rules"
    return f"lets the internet ({permit.written}{more}) into {group} on {permit.traffic}"


def _missing(permit: Permit) -> str:
    """Return the property that must be known before a rule can be judged."""
    if permit.direction is UNKNOWN:
        return "type"
    return permit.at or ("fromPort" if permit.ports is UNKNOWN else "")
