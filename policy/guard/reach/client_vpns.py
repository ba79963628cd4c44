"""Client VPN endpoints: where the connections of their clients may lead.

An endpoint is a place from which connections come, no way in for the internet: clients authenticate before anything of
theirs gets into a VPC. What they send has the address and the groups of the endpoint's own network interface in an
associated subnet (source translation), so subnets, groups and network ACLs are asked as those of any other thing.
Authorization rules and the endpoint's route table bound it further: what no rule is for is denied, and only the VPC's
own range is routed without a route. A rule for some groups of people lets some clients in, which is what is asked here.
Traffic of IPv6, which AWS does not translate, is not followed.
(TC-N09; AWS Client VPN Administrator Guide: rules and best practices, target networks, routes, client authorization.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from guard.aws.networks import NOWHERE, addresses
from guard.model.attached import attached
from guard.model.graph import Resource, Stack
from guard.reach.extents import ANY, Extent, exactly, union
from guard.reach.placements import CLIENT_VPN, JOINED_BY

_RULE: Final = "aws:ec2clientvpn/authorizationRule:AuthorizationRule"
_ROUTE: Final = "aws:ec2clientvpn/route:Route"


@dataclass(frozen=True, kw_only=True)
class Tunnel:
    """Where the clients of an endpoint may go: by its authorization rules, and by the routes that were added to it."""

    authorized: Extent
    routed: Extent


def tunnel_of(stack: Stack, thing: Resource) -> Tunnel | None:
    """Return what bounds the connections of an endpoint's clients; None for anything else."""
    if thing.type != CLIENT_VPN:
        return None
    return Tunnel(
        authorized=_named(stack, thing, _RULE, "targetNetworkCidr"),
        routed=_named(stack, thing, _ROUTE, "destinationCidrBlock"),
    )


def _named(stack: Stack, endpoint: Resource, token: str, path: str) -> Extent:
    """Return the addresses that an endpoint's resources of a type name; of one that may be another's, perhaps."""
    found = attached(stack, endpoint, token, JOINED_BY[1])
    sure = [_range(each, path) for each in found.sure]
    return union([*sure, *(Extent(NOWHERE, _range(each, path).most) for each in found.maybe)])


def _range(resource: Resource, path: str) -> Extent:
    cidr = resource.known(path)
    return exactly(addresses((cidr,))) if isinstance(cidr, str) else ANY
