"""How packets get from one subnet into another, within a VPC or over a peering, and from the internet into a subnet."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final

from guard.aws.accounts import governs
from guard.aws.networks import INTERNET
from guard.aws.nodes import DEFAULT_SUBNET, DEFAULT_VPC, VPCS, key
from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Missing, Resource, Stack, Targets
from guard.model.logic import every, some
from guard.reach.extents import ALL, ANY, NONE, Extent, exactly
from guard.reach.packet_filters import Ends, SubnetNode
from guard.reach.route_tables import routes
from guard.reach.routes import Route, Via


class Connectivity:
    """Which subnets of a stack are connected, each looked up once."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._vpcs: dict[str, Targets] = {}
        self._inbound: dict[str, Extent] = {}
        self._peerings: dict[str, frozenset[str]] = {}

    def vpcs(self, subnet: SubnetNode) -> Targets:
        """Return the VPC that a subnet is part of; several or none if that is not clear."""
        if subnet is None:
            return Targets(unknown=True)
        if key(subnet) not in self._vpcs:
            self._vpcs[key(subnet)] = self._vpcs_of(subnet)
        return self._vpcs[key(subnet)]

    def _vpcs_of(self, subnet: SubnetNode) -> Targets:
        if subnet == DEFAULT_SUBNET or (isinstance(subnet, Resource) and subnet.type == DEFAULT_SUBNET):
            return Targets(sure=tuple(self.stack.of(DEFAULT_VPC))) if self.stack.of(DEFAULT_VPC) else _DEFAULT
        return self.stack.targets(subnet, "vpcId", *VPCS) if isinstance(subnet, Resource) else Targets(unknown=True)

    # --- from the internet ---

    def inbound(self, subnet: SubnetNode) -> Extent:
        """Return the addresses of the internet that a subnet can talk with over an internet gateway."""
        if subnet is None:
            return ANY
        if key(subnet) not in self._inbound:
            self._inbound[key(subnet)] = (
                exactly(INTERNET) & routes(self.stack).internet(subnet) & self.unblocked(subnet)
            )
        return self._inbound[key(subnet)]

    def unblocked(self, subnet: SubnetNode) -> Extent:
        """Return ALL, or NONE where the account blocks public access to its VPCs."""
        if not isinstance(subnet, Resource):
            blocked = some(_blocks(each) for each in self._blocks)
            return ALL if blocked is False else ANY
        blocked = some(every((governs(each, subnet), _blocks(each))) for each in self._blocks)
        if blocked is False:
            return ALL
        vpcs = self.vpcs(subnet)
        unresolved = UNKNOWN if not vpcs.complete and self.stack.of(_EXCLUSION) else False
        by_vpc = [self._excluded(one, "vpcId") for one in vpcs.sure]
        excluded = some((self._excluded(subnet, "subnetId"), unresolved, *by_vpc))
        return ALL if excluded is True else NONE if blocked is True and excluded is False else ANY

    def _excluded(self, owner: Resource, path: str) -> bool | Missing:
        return attached(self.stack, owner, _EXCLUSION, path).some(_lets_in)

    @cached_property
    def _blocks(self) -> list[Resource]:
        return self.stack.of("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions")

    # --- between subnets ---

    def joined(self, one: SubnetNode, other: SubnetNode, ends: Ends) -> bool | Missing:
        """Say whether packets get from one subnet into another and back, their ends having some of these addresses."""
        if one == other:
            return True if one else UNKNOWN
        here, there = self.vpcs(one), self.vpcs(other)
        if not (here.complete and there.complete and len(here.nodes) == len(there.nodes) == 1):
            return UNKNOWN
        return True if key(here.nodes[0]) == key(there.nodes[0]) else self._peered(one, other, ends)

    def beyond(self, subnet: SubnetNode) -> bool:
        """Say whether a subnet may talk with other VPCs."""
        return (
            subnet is None
            or bool(self._peerings_of(subnet))
            or any(_unresolved(route) for route in self._routes(subnet))
        )

    def _peered(self, one: SubnetNode, other: SubnetNode, ends: Ends) -> bool | Missing:
        common = self._peerings_of(one) & self._peerings_of(other)

        def leads(route: Route) -> bool | Missing:
            if route.via is Via.PEERING and common.intersection(map(key, route.to)):
                return True
            return UNKNOWN if route.via is Via.PEERING or _unresolved(route) else False

        ahead, back = (routes(self.stack).routed(subnet, leads) if subnet else ANY for subnet in (one, other))
        return every((ahead.holds(ends[1]), back.holds(ends[0])))

    def _peerings_of(self, subnet: SubnetNode) -> frozenset[str]:
        known = key(subnet) if subnet else ""
        if known not in self._peerings:
            kept = (route for route in self._routes(subnet) if route.via is Via.PEERING)
            self._peerings[known] = frozenset(key(node) for route in kept for node in route.to)
        return self._peerings[known]

    def _routes(self, subnet: SubnetNode) -> list[Route]:
        found: list[Route] = []
        for table in routes(self.stack).tables(subnet) if subnet else []:
            elsewhere = isinstance(table, Missing) or (isinstance(table, str) and table != DEFAULT_VPC)
            found += [_ELSEWHERE] if elsewhere else []
            found += [] if isinstance(table, Missing) else routes(self.stack).routes_of(table)
        return found


_EXCLUSION: Final = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion"
_DEFAULT: Final = Targets(outside=(DEFAULT_VPC,))
_ELSEWHERE: Final = Route("elsewhere", UNKNOWN, (), (), exact=False)


def _blocks(options: Resource) -> bool | Missing:
    mode = options["internetGatewayBlockMode"]
    return UNKNOWN if mode is UNKNOWN else str(mode).startswith("block")


def _lets_in(exclusion: Resource) -> bool | Missing:
    mode = exclusion["internetGatewayExclusionMode"]
    return UNKNOWN if mode is UNKNOWN else mode == "allow-bidirectional"


def _unresolved(route: Route) -> bool:
    """Say whether a route leads where nobody can follow it: a hub or an appliance may join any networks."""
    return route.via in (UNKNOWN, Via.TRANSIT, Via.INTERFACE) or (route.via is Via.PEERING and not route.to)


@lru_cache(maxsize=1)
def connectivity(stack: Stack) -> Connectivity:
    """Return what is connected in a stack, worked out once for all rules."""
    return Connectivity(stack)
