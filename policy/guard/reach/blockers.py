"""Why a connection cannot be opened: the address, route, entry of a network ACL or security group that stops it.

`paths` says that there is no way; here each subnet of the two ends is asked what shuts it, in the order of a packet.
What is not known yet stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guard.aws.networks import ALL_PORTS, ANYWHERE, Addresses
from guard.aws.nodes import EGRESS, INGRESS, called
from guard.aws.spans import Spans
from guard.model.graph import Missing, Resource, Stack
from guard.reach.acls import Entry, acls
from guard.reach.connections import connections, families_of, listens_on, subnets_of
from guard.reach.connectivity import connectivity
from guard.reach.interfaces import NetworkInterface, interfaces
from guard.reach.packet_filters import PacketFilters, SubnetNode, packet_filters
from guard.reach.permits import Permit
from guard.reach.route_tables import routes, table_name

INTERNET: Final = "the internet"


class Kind(StrEnum):
    """What stops a connection."""

    PORT = "port"
    ADDRESS = "address"
    ROUTE = "route"
    ACL = "network ACL"
    GROUP = "security group"
    AUTHORIZATION = "authorization rule"


# Without these no filter is asked.
_FIRST: Final = {Kind.PORT: 0, Kind.ADDRESS: 1, Kind.AUTHORIZATION: 2, Kind.ROUTE: 3}


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing that stops a connection, in words that name it."""

    kind: Kind
    text: str


def blockers(stack: Stack, one: Resource | None, other: Resource, on: Spans = ALL_PORTS) -> tuple[Blocker, ...]:
    """Return all that stops connections of TCP from one thing, or from the internet (None), to another.

    They come in the order of a packet, each once. `on` is some of the ports, where others do not count.
    """
    found: dict[Blocker, None] = {}
    for there in interfaces(stack).of(other):
        wanted = listens_on(there)[1]
        if not wanted & on:
            found[Blocker(kind=Kind.PORT, text=f"{other.name} answers on port {wanted} only")] = None
            continue
        for here in interfaces(stack).of(one) if one else (None,):
            way = _Way(stack, here, there, wanted & on)
            found |= dict.fromkeys(way.blockers())
    return tuple(sorted(found, key=lambda each: _FIRST.get(each.kind, len(_FIRST))))


class _Way:
    """The way from an interface, or from the internet, to another one."""

    def __init__(self, stack: Stack, here: NetworkInterface | None, there: NetworkInterface, wanted: Spans) -> None:
        self.stack, self.here, self.there = stack, here, there
        self.filters: PacketFilters = packet_filters(stack)
        self.who = here.holder.name if here else INTERNET
        self.wanted = wanted

    def blockers(self) -> Iterator[Blocker]:
        """Yield what stops it, for each pair of subnets."""
        for there in subnets_of(self.there):
            ports = self._ports(there)
            for here in subnets_of(self.here) if self.here else (None,):
                between = self._between(self.here, here, there, ports) if self.here else None
                found = list(between or self._from_internet(there, ports))
                yield from found or self._nothing_in_common(here, there)

    def _nothing_in_common(self, here: SubnetNode, there: SubnetNode) -> Iterator[Blocker]:
        """Yield a blocker where each lets some addresses through, and all together none."""
        asked = connections(self.stack)
        question = asked.linking(self.here, here, self.there, there) if self.here else asked.arriving(self.there, there)
        if question is None or all(question.ask("tcp", port) is False for port in question.ports(self.wanted)):
            text = f"no address of {self.who} gets through all routes, network ACLs and groups before"
            yield Blocker(kind=Kind.ROUTE, text=f"{text} {self.there.holder.name}")

    def _ports(self, subnet: SubnetNode) -> list[int]:
        """Return the ports to ask for: those for which its groups have rules, else one that stands for all."""
        ports = sorted(self.filters.ports(self.there, subnet, INGRESS, self.wanted))
        return [port for port in ports if self._permits(self.there, INGRESS, port)] or ports[:1]

    def _permits(self, interface: NetworkInterface, direction: str, port: int) -> list[Permit]:
        return list(self.filters.letting(interface, direction, "tcp", port))

    # --- from the internet ---

    def _from_internet(self, subnet: SubnetNode, ports: list[int]) -> Iterator[Blocker]:
        if all(each is False for each in self.there.public(subnet)):
            yield Blocker(kind=Kind.ADDRESS, text=f"{self.there.holder.name} has no public address")
        if subnet is not None and routes(self.stack).internet_route(subnet) is None:
            for table in self._tables(subnet):
                yield Blocker(kind=Kind.ROUTE, text=f"route table {table} has no route to an internet gateway")
        elif not connectivity(self.stack).unblocked(subnet):
            yield Blocker(kind=Kind.ROUTE, text="the account blocks public access to its VPCs")
        for port in ports:
            if self.filters.acl_passes(subnet, INGRESS, "tcp", port).broad is False:
                yield self._acl(subnet, INGRESS, port, ANYWHERE, f"from {INTERNET}")
            if self.filters.opening(self.there, INGRESS, "tcp", port).addresses.broad is False:
                yield self._group(self.there, INGRESS, port, INTERNET)
        if self.filters.answers(subnet, "tcp").broad is False:
            yield self._no_answers(subnet, f"out to {INTERNET}")

    def _tables(self, subnet: SubnetNode) -> Iterator[str]:
        for table in routes(self.stack).tables(subnet) if subnet else ():
            if not isinstance(table, Missing):
                yield table_name(table)

    # --- from another thing ---

    def _between(
        self, one: NetworkInterface, here: SubnetNode, there: SubnetNode, ports: list[int]
    ) -> Iterator[Blocker]:
        target = self.there.holder.name
        joined = [
            ends
            for has, ends in families_of(one, here, self.there, there)
            if has is not False and connectivity(self.stack).joined(here, there, ends) is not False
        ]
        if not joined:
            yield Blocker(kind=Kind.ROUTE, text=self._apart(here, there))
        for _, far in joined if one.tunnel else ():
            if one.tunnel and one.tunnel.authorized.holds(far) is False:
                text = f"{self.who} has no authorization rule for the addresses of {target}"
                yield Blocker(kind=Kind.AUTHORIZATION, text=text)
            if one.tunnel and connections(self.stack).routed(one.tunnel, here, there, far) is False:
                yield Blocker(kind=Kind.ROUTE, text=f"{self.who} has no route to the addresses of {target}")
        for port, (near, far) in ((port, ends) for port in ports for ends in joined):
            if self.filters.opening(one, EGRESS, "tcp", port).lets(self.there, far) is False:
                yield self._group(one, EGRESS, port, target)
            if here != there:
                yield from self._over_acls(here, there, near, far, port)
            if self.filters.opening(self.there, INGRESS, "tcp", port).lets(one, near) is False:
                yield self._group(self.there, INGRESS, port, self.who)

    def _apart(self, here: SubnetNode, there: SubnetNode) -> str:
        vpcs = [", ".join(map(called, connectivity(self.stack).vpcs(each).nodes)) for each in (here, there)]
        return f"no route leads from {vpcs[0]} to {vpcs[1]} and back: {self.who} and {self.there.holder.name} are apart"

    def _over_acls(
        self, here: SubnetNode, there: SubnetNode, near: Addresses, far: Addresses, port: int
    ) -> Iterator[Blocker]:
        target, filters = self.there.holder.name, self.filters
        if filters.acl_passes(here, EGRESS, "tcp", port).holds(far) is False:
            yield self._acl(here, EGRESS, port, far, f"to {target}")
        if filters.acl_passes(there, INGRESS, "tcp", port).holds(near) is False:
            yield self._acl(there, INGRESS, port, near, f"from {self.who}")
        clients = sorted(filters.edges(there, EGRESS) | filters.edges(here, INGRESS))
        out = [filters.acl_passes(there, EGRESS, "tcp", each).holds(near) is not False for each in clients]
        back = [filters.acl_passes(here, INGRESS, "tcp", each).holds(far) is not False for each in clients]
        if not any(out):
            yield self._no_answers(there, f"out to {self.who}")
        elif not any(one and other for one, other in zip(out, back, strict=True)):
            yield self._no_answers(here, f"in from {target}")

    # --- words ---

    def _group(self, interface: NetworkInterface, direction: str, port: int, who: str) -> Blocker:
        names = ", ".join(map(called, interface.groups.nodes)) or "no group"
        way = ("in", "from") if direction == INGRESS else ("out", "to")
        permits = self._permits(interface, direction, port)
        if permits:
            other = "; ".join(sorted({f"{_ends(permit)} ({permit.place})" for permit in permits}))
            text = f"{names} lets {way[0]} on port {port} only {way[1]} {other}, not {who}"
        elif self.wanted.size > 1 and not any(self._any(interface, direction)):
            text = f"{names} lets nothing {way[0]}"
        else:
            text = f"{names} has no rule that lets {who} {way[0]} on port {port}"
            text = text if direction == INGRESS else f"{names} has no rule that lets it out to {who} on port {port}"
        return Blocker(kind=Kind.GROUP, text=text)

    def _any(self, interface: NetworkInterface, direction: str) -> Iterator[bool]:
        for subnet in subnets_of(interface):
            for port in self.filters.ports(interface, subnet, direction, ALL_PORTS):
                yield bool(self._permits(interface, direction, port))

    def _acl(self, subnet: SubnetNode, direction: str, port: int, ends: Addresses, who: str) -> Blocker:
        names: list[str] = []
        for acl in acls(self.stack).of(subnet) if subnet else ():
            name = "a network ACL" if isinstance(acl, Missing) else called(acl)
            denying = (
                f"entry {entry.number} of {name}{_written(entry, name)} denies port {port} {who}"
                for entry in acls(self.stack).entries(acl, direction)
                if entry.allow is False and entry.matches("tcp", port) is True and _speaks(entry, ends)
            )
            names.append(next(denying, f"{name} has no entry that allows port {port} {who}"))
        return Blocker(kind=Kind.ACL, text="; ".join(names))

    def _no_answers(self, subnet: SubnetNode, where: str) -> Blocker:
        found = [each for each in (acls(self.stack).of(subnet) if subnet else ()) if not isinstance(each, Missing)]
        return Blocker(kind=Kind.ACL, text=f"{', '.join(map(called, found))} lets no answers {where}")


def _ends(permit: Permit) -> str:
    """Return who stands at the other end of a rule: groups by name, addresses as they are written."""
    peers = [called(peer) for peer in permit.peers.nodes]
    return ", ".join([*peers, *([permit.written] if permit.written else [])]) or "an end not known yet"


def _speaks(entry: Entry, ends: Addresses) -> bool:
    return not isinstance(entry.addresses, Missing) and bool(entry.addresses & ends)


def _written(entry: Entry, acl: str) -> str:
    return f" ({entry.rule.name})" if entry.rule.name != acl else ""
