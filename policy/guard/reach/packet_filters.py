"""What filters the packets of a connection: stateful security groups, and stateless network ACLs.

A port stands for all ports that no rule tells from it: `PacketFilters.ports` says which to ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guard.aws.networks import ALL_PORTS, ANYWHERE, NOWHERE, Addresses
from guard.aws.nodes import DEFAULT_SUBNET, DEFAULT_VPC, EGRESS, GROUP, INGRESS, Node, key
from guard.aws.spans import Spans
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets
from guard.model.logic import every, some
from guard.reach.acls import Entry, acls, addresses_through
from guard.reach.extents import ALL, ANY, NONE, Extent, either, union
from guard.reach.groups import groups
from guard.reach.interfaces import NetworkInterface
from guard.reach.permits import ByPort, Permit, matches

SubnetNode = Node | None  # a subnet; None for one that nobody knows
Ends = tuple[Addresses, Addresses]  # of a connection: each has one of these addresses


@dataclass(frozen=True)
class Opening:
    """Whom the groups of an interface let through on a port: addresses, and carriers of groups by the groups' keys."""

    addresses: Extent
    peers: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    anybody: bool = False  # whether carriers of any group may be let through

    def lets(self, other: NetworkInterface, within: Addresses) -> bool | Missing:
        """Say whether it lets through what sits there and has one of some addresses."""
        sure = {key(group) for group in other.groups.nodes}
        maybe = sure | {group.urn for group in other.groups.maybe}
        asked = self.peers | self.maybe
        uncertain = self.anybody or maybe & asked or (other.groups.unknown and asked)
        named = bool(self.peers & sure) or (UNKNOWN if uncertain else False)
        return some((named, self.addresses.holds(within)))


class PacketFilters:
    """The security groups and network ACLs of a stack, each worked out once."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._openings: dict[object, Opening] = {}
        self._acl_passes: dict[object, Extent] = {}
        self._answers: dict[object, Extent] = {}
        self._released: dict[str, Extent] = {}
        self._rules: dict[tuple[str, str, str], ByPort] = {}
        self._ports: dict[object, frozenset[int]] = {}

    # --- security groups ---

    def opening(self, interface: NetworkInterface, direction: str, name: str, port: int) -> Opening:
        """Return whom an interface's groups let in on a port of a protocol, or whom they let it speak to."""
        if interface.guarded is not True:
            return Opening(ALL if interface.guarded is False else ANY, anybody=True)
        asked = (signature(interface.groups), direction, name, port)
        if asked not in self._openings:
            self._openings[asked] = self._opening(interface.groups, direction, name, port)
        return self._openings[asked]

    def _opening(self, carried: Targets, direction: str, name: str, port: int) -> Opening:
        # Of a group outside the stack somebody else writes the rules, too.
        anybody = carried.unknown or any(not isinstance(group, Resource) for group in carried.nodes)
        extents, peers, maybe = [ANY if anybody else NONE], set[str](), set[str]()
        for group in (*carried.nodes, *carried.maybe):
            extents += [self._default_egress(group)] if direction == EGRESS else []
            for permit in self._rules_for(group, direction, name).at(port):
                sure = matches(permit, direction, name, port) is True and group in carried.nodes
                extents.append(
                    Extent(permit.addresses if sure else NOWHERE, permit.addresses if permit.complete else ANYWHERE)
                )
                (peers if sure else maybe).update(map(key, permit.peers.nodes))
                maybe.update(one.urn for one in permit.peers.maybe)
                anybody = anybody or permit.opaque or permit.peers.unknown
        extent = union(extents)
        return Opening(extent, frozenset(peers), frozenset(maybe), anybody)

    def _default_egress(self, group: Node) -> Extent:
        """Return what a group lets out if the program does not say it.

        AWS gives each new group a rule that lets everything out. The provider takes it away as it makes the group, and
        never looks again unless the program says what there shall be.
        """
        if not isinstance(group, Resource) or group.type != GROUP or not group.managed or group[EGRESS] is not ABSENT:
            return NONE
        if group.urn not in self._released:
            written = [permit for permit in groups(self.stack).of(group) if permit.direction in (EGRESS, UNKNOWN)]
            self._released[group.urn] = NONE if any(permit.sure for permit in written) else ANY if written else ALL
        return self._released[group.urn]

    def letting(self, interface: NetworkInterface, direction: str, name: str, port: int) -> Iterator[Permit]:
        """Yield the rules of an interface's groups that surely let something through on a port."""
        for group in interface.groups.nodes:
            for permit in self._rules_for(group, direction, name).at(port):
                if matches(permit, direction, name, port) is True:
                    yield permit

    def _rules_for(self, group: Node, direction: str, name: str) -> ByPort:
        """Return the rules of a group that may speak of a direction and a protocol, by port."""
        asked = (key(group), direction, name)
        if asked not in self._rules:
            self._rules[asked] = ByPort(groups(self.stack).of(group), direction, name)
        return self._rules[asked]

    # --- network ACLs ---

    def acl_passes(self, subnet: SubnetNode, direction: str, name: str, port: int) -> Extent:
        """Return the addresses from or to which a subnet's ACL lets packets to a port pass."""
        if subnet is None:
            return ANY
        asked = (key(subnet), direction, name, port)
        if asked not in self._acl_passes:
            self._acl_passes[asked] = either(
                _through(entries, name, port) for entries in self._entries(subnet, direction)
            )
        return self._acl_passes[asked]

    def answers(self, subnet: SubnetNode, name: str) -> Extent:
        """Return the addresses to which a subnet's ACL lets answers pass: clients choose the port they go to."""
        asked = (key(subnet) if subnet else "", name)
        if asked not in self._answers:
            ports = self.edges(subnet, EGRESS)
            self._answers[asked] = union(self.acl_passes(subnet, EGRESS, name, port) for port in ports)
        return self._answers[asked]

    def crosses(
        self, one: SubnetNode, other: SubnetNode, ends: tuple[Addresses, Addresses], name: str, port: int
    ) -> bool | Missing:
        """Say whether the ACLs let connections pass from one subnet into another, and the answers back."""
        if one == other:
            return True if one else UNKNOWN  # within a subnet no ACL is asked
        here, there = ends

        def both_pass(out: SubnetNode, into: SubnetNode, ends: Ends, port: int) -> bool | Missing:
            out_of = self.acl_passes(out, EGRESS, name, port).holds(ends[1])
            return every((out_of, self.acl_passes(into, INGRESS, name, port).holds(ends[0])))

        ahead = both_pass(one, other, ends, port)
        if ahead is False:
            return False
        clients = self.edges(other, EGRESS) | self.edges(one, INGRESS)
        return every((ahead, some(both_pass(other, one, (there, here), each) for each in clients)))

    def _entries(self, subnet: Node, direction: str) -> list[list[Entry]]:
        if subnet != DEFAULT_SUBNET:
            return [acls(self.stack).entries(acl, direction) for acl in acls(self.stack).of(subnet)]
        vpcs = self.stack.of(DEFAULT_VPC)
        adopted: list[Node] = [acls(self.stack).default_of(vpc) for vpc in vpcs]
        return [acls(self.stack).entries(acl, direction) for acl in adopted or [DEFAULT_VPC]]

    # --- ports ---

    def ports(self, interface: NetworkInterface, subnet: SubnetNode, direction: str, wanted: Spans) -> frozenset[int]:
        """Return ports that stand for all wanted ones at the groups and ACL of an interface in one of its subnets."""
        asked = (signature(interface.groups), key(subnet) if subnet else "", direction, wanted)
        if asked not in self._ports:
            carried = (*interface.groups.nodes, *interface.groups.maybe)
            permits = (permit for group in carried for permit in groups(self.stack).of(group))
            directed = (permit.ports for permit in permits if permit.direction in (direction, UNKNOWN))
            self._ports[asked] = self.edges(subnet, direction, wanted).union(
                *(_edges(each, wanted) for each in directed)
            )
        return self._ports[asked]

    def edges(self, subnet: SubnetNode, direction: str, wanted: Spans = ALL_PORTS) -> frozenset[int]:
        """Return ports that stand for all wanted ones at a subnet's ACL."""
        entries = [] if subnet is None else [entry for each in self._entries(subnet, direction) for entry in each]
        return _edges(wanted, wanted).union(*(_edges(entry.ports, wanted) for entry in entries))


def signature(targets: Targets) -> tuple[object, ...]:
    """Return what tells some targets from others."""
    return tuple(map(key, targets.nodes)), tuple(map(key, targets.maybe)), targets.unknown


def _through(entries: list[Entry], name: str, port: int) -> Extent:
    least, most = (addresses_through(entries, ANYWHERE, name, port, least=least) for least in (True, False))
    return Extent(least, most)


def _edges(spans: Spans | Missing, wanted: Spans) -> frozenset[int]:
    parts = () if isinstance(spans, Missing) else spans.parts
    return frozenset(edge for low, high in parts for edge in (low, high + 1) if edge in wanted)


@lru_cache(maxsize=1)
def packet_filters(stack: Stack) -> PacketFilters:
    """Return the packet filters of a stack, worked out once for all rules."""
    return PacketFilters(stack)
