"""Only the edge's subnets hand out public addresses."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from guard.aws.networks import Addresses
from guard.aws.nodes import DEFAULT_SUBNET, SUBNETS
from guard.model.graph import UNKNOWN, Finding, Missing, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.placements import PLACEMENTS, Purpose, subnets_of
from guard.reach.route_tables import routes

FAMILY: Final = "subnet-auto-public-ip"

_MACHINE: Final = "aws:ec2/instance:Instance"

# What has no business with the internet. The control plane of a cluster names public subnets, too, for its balancers;
# its own interfaces there never have public addresses.
_INNER: Final = tuple(
    token
    for token, place in PLACEMENTS.items()
    if place.purpose in (Purpose.STORE, Purpose.COMPUTE) and token != "aws:eks/cluster:Cluster"
)


@rule(
    "subnet-auto-public-ip",
    family=FAMILY,
    on=SUBNETS,
    severity=Severity.MEDIUM,
    controls=("FSBP EC2.15", "FSBP EFS.6"),
    why="What starts in such a subnet has a public address that nobody asked for: one open rule is then enough for the "
    "internet to reach a machine or a store.",
    fix="Set map_public_ip_on_launch=False (aws.ec2.DefaultSubnet sets it unless told otherwise) and, where the route "
    "table leads ::/0 to an internet gateway, assign_ipv6_address_on_creation=False; give public addresses to load "
    "balancers and NAT gateways only.",
)
def subnet_auto_public_ip(subnet: Resource, stack: Stack) -> Iterator[Finding]:
    users = _users(stack)
    here = users.sure.get(subnet.urn, [])
    # In the default VPC stands whatever is started without a word about it.
    used = bool(here) or subnet.type == DEFAULT_SUBNET
    perhaps = used or subnet.urn in users.maybe or bool(users.unresolved)
    for path, gives in (("mapPublicIpOnLaunch", _gives_four(subnet)), (_SIX, _gives_six(subnet, stack))):
        if gives is True and used:
            yield subnet.finding(f"hands out public addresses{_to(here)}", at=path)
        elif gives is not False and perhaps:
            yield subnet.undecided(path)


_SIX: Final = "assignIpv6AddressOnCreation"


def _gives_four(subnet: Resource) -> bool | Missing:
    return subnet.switch("mapPublicIpOnLaunch", absent=subnet.type == DEFAULT_SUBNET)


def _gives_six(subnet: Resource, stack: Stack) -> bool | Missing:
    """Say whether a subnet gives addresses of IPv6 that the internet reaches: all are public, not all are routed."""
    gives = subnet.switch(_SIX)
    if gives is False:
        return False
    way = routes(stack).internet(subnet)
    if not Addresses(six=way.most.six).broad:
        return False
    return gives if Addresses(six=way.least.six).broad else UNKNOWN


class _Users(NamedTuple):
    """The stores and programs of a stack by the URNs of the subnets that they stand in."""

    sure: dict[str, list[Resource]]
    maybe: set[str]
    unresolved: list[Resource]  # nobody can say yet where these stand


@lru_cache(maxsize=1)
def _users(stack: Stack) -> _Users:
    users = _Users(defaultdict(list), set(), [])
    for resource in stack.of(*_INNER):
        if resource.type == _MACHINE and resource["sourceDestCheck"] is False:
            continue  # a machine that forwards others' packets is the edge: a NAT instance
        subnets = subnets_of(stack, resource)
        for subnet in subnets.sure:
            users.sure[subnet.urn].append(resource)
        users.maybe.update(subnet.urn for subnet in subnets.maybe)
        users.unresolved.extend([resource] if subnets.unknown else [])
    return users


def _to(users: list[Resource]) -> str:
    names = sorted({user.name for user in users})
    more = f" and {len(names) - 1} more" if names[1:] else ""
    return f", and {names[0]}{more} stands in it" if names else ""
