"""Routes: what each is for, where it leads, and which of several a packet takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from guard.aws.networks import NOWHERE, Addresses, united
from guard.aws.nodes import GATEWAY, INTERFACE, Node
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, dig
from guard.reach.extents import Extent
from guard.reach.prefixes import prefixes


class Via(StrEnum):
    """What a route leads to."""

    INTERNET = "internet gateway"
    NAT = "NAT gateway"
    EGRESS_ONLY = "egress-only gateway"
    PEERING = "peering connection"
    TRANSIT = "transit gateway"
    VPN = "VPN gateway"
    ENDPOINT = "endpoint"
    INTERFACE = "network interface"
    LOCAL = "local"
    OTHER = "another network"


@dataclass(frozen=True)
class Route:
    """One route, wherever it is written."""

    name: str
    via: Via | Missing
    to: tuple[Node, ...]  # the gateway, as far as it is known
    ranges: tuple[str, ...]
    exact: bool = True  # False if it may be for other ranges too


Wanted = Callable[[Route], bool | Missing]


_VPN: Final = "aws:ec2/vpnGateway:VpnGateway"
# What a firewall or another appliance is reached by, and where each says in which subnets it stands.
APPLIANCES: Final = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": "subnetIds",
    "aws:networkfirewall/firewall:Firewall": "subnetMappings.subnetId",
    "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation": "subnetMapping.subnetId",
}
PEERING: Final = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
_NAMED: Final = {
    "vpcPeeringConnectionId": (PEERING,),
    "vpcEndpointId": tuple(APPLIANCES),
    "networkInterfaceId": (INTERFACE,),
}
_PREFIXES: Final = {"igw-": Via.INTERNET, "vgw-": Via.VPN, "vpce-": Via.ENDPOINT}

# What a route may be for, inline and as a resource, and what it may lead to.
_INLINE_RANGES: Final = ("cidrBlock", "ipv6CidrBlock")
_RANGES: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock")
_LIST: Final = "destinationPrefixListId"
_TARGETS: Final = {
    "gatewayId": Via.INTERNET,
    "carrierGatewayId": Via.INTERNET,
    "natGatewayId": Via.NAT,
    "egressOnlyGatewayId": Via.EGRESS_ONLY,
    "vpcPeeringConnectionId": Via.PEERING,
    "transitGatewayId": Via.TRANSIT,
    "coreNetworkArn": Via.TRANSIT,
    "vpcEndpointId": Via.ENDPOINT,
    "networkInterfaceId": Via.INTERFACE,
    "localGatewayId": Via.OTHER,
    "odbNetworkArn": Via.OTHER,
}


def read(stack: Stack, name: str, source: Resource, at: str = "", block: Any = None) -> Route:
    """Read a route, inline if it is `at` a property of a table, else a resource of its own."""

    def value(path: str) -> Any:
        return dig(block, path) if at else source[path]

    if block is UNKNOWN:
        return Route(name, UNKNOWN, (), (), exact=False)
    texts = [value(path) for path in (_INLINE_RANGES if at else _RANGES)]
    texts += prefixes(stack).opened(source, at or _LIST, value(_LIST))
    ranges = tuple(str(text) for text in texts if not isinstance(text, Missing) and text != "")
    target = next((path for path in _TARGETS if value(path) not in (ABSENT, "")), "")
    via, to = _target(stack, source, at or target, target, value(target)) if target else (Via.OTHER, ())
    return Route(name, via, to, ranges, exact=UNKNOWN not in texts)


def _target(
    stack: Stack, source: Resource, path: str, target: str, value: Any
) -> tuple[Via | Missing, tuple[Node, ...]]:
    """Return what a route's target is; what stands under `gatewayId` may be one of four things."""
    if target != "gatewayId":
        return _TARGETS[target], stack.resolve(source, path, value, *_NAMED.get(target, ())).nodes
    if value == "local":
        return Via.LOCAL, ()
    targets = stack.resolve(source, path, value, GATEWAY, _VPN)
    kinds = [Via.INTERNET if gateway.type == GATEWAY else Via.VPN for gateway in targets.sure]
    kinds += [via for name in targets.outside for prefix, via in _PREFIXES.items() if name.startswith(prefix)]
    if Via.INTERNET in kinds:
        return Via.INTERNET, targets.nodes
    return (kinds[0] if kinds else Via.OTHER) if targets.complete else UNKNOWN, targets.nodes


def most_specific(known: list[tuple[int, Addresses, bool | Missing]]) -> Extent:
    """Return what goes by wanted routes: of routes given as length, range and answer, the longest that matches wins."""
    lengths: dict[int, dict[Addresses, bool | Missing]] = defaultdict(dict)
    for length, ranges, answer in known:
        lengths[length].setdefault(ranges, answer)
    least: list[Addresses] = []
    most: list[Addresses] = []
    taken = NOWHERE
    # Ranges of one length do not overlap, so that all of them are taken at once: a hub has hundreds.
    for length in sorted(lengths, reverse=True):
        for answer in (True, UNKNOWN):
            free = united(ranges for ranges, each in lengths[length].items() if each is answer) - taken
            least += [free] if answer is True else []
            most.append(free)
        taken |= united(lengths[length])
    return Extent(united(least), united(most))


def prefix_length(text: str) -> int:
    """Return the length of a range's prefix; an address alone has the longest."""
    tail = text.rpartition("/")[2]
    return int(tail) if tail.isdecimal() else 128
