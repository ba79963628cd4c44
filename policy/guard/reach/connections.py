"""Whether a connection can be opened to a network interface: from the internet, or from another interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from guard.aws.networks import ALL_PORTS, ANYWHERE, NOWHERE, Addresses
from guard.aws.nodes import EGRESS, INGRESS, key
from guard.aws.spans import Interval, Spans
from guard.model.graph import UNKNOWN, Missing, Stack, Targets
from guard.model.logic import Answer, every, some
from guard.reach.addressing import ranges
from guard.reach.client_vpns import Tunnel
from guard.reach.connectivity import connectivity
from guard.reach.entry_points import EntryPoint
from guard.reach.extents import ALL, NONE, Extent
from guard.reach.interfaces import NetworkInterface
from guard.reach.listening import listening
from guard.reach.packet_filters import Ends, Opening, SubnetNode, packet_filters, signature
from guard.reach.placements import PLACEMENTS, Purpose


@dataclass(frozen=True)
class Found:
    """An answer, and for which subnets of the two ends and which port it holds."""

    answer: bool | Missing
    source: SubnetNode = None
    target: SubnetNode = None
    protocol: str = ""
    port: int = 0


@dataclass(frozen=True)
class Passing:
    """The ports that get through: surely, and at most."""

    sure: Spans
    maybe: Spans


@dataclass(frozen=True)
class Crossing:
    """What a connection from one subnet into another hangs on, port by port."""

    ask: Callable[[str, int], bool | Missing]  # of a protocol and a port
    ports: Callable[[Spans], frozenset[int]]  # those that stand for all of some
    source: SubnetNode = None
    target: SubnetNode = None


class Connections:
    """What connections are open in a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._known: dict[object, Found] = {}
        self._ports: dict[object, Mapping[str, Passing]] = {}

    def arrival(
        self, interface: NetworkInterface, entry_point: EntryPoint | None = None, on: Spans = ALL_PORTS
    ) -> Found:
        """Return whether any host of the internet connects to an interface, at its own address or by an entry point.

        `on` is some of the ports, where others do not count.
        """
        by = (entry_point.blockable, entry_point.shows_client) if entry_point else ()
        asked = (_known_by(interface), interface.four, listens_on(interface), by, on)
        if asked not in self._known:

            def ask(subnet: SubnetNode) -> Found:
                return _by_port(interface, self.arriving(interface, subnet, entry_point), on)

            self._known[asked] = _somewhere(interface.subnets, ask)
        return self._known[asked]

    def link(self, one: NetworkInterface, other: NetworkInterface, on: Spans = ALL_PORTS) -> Found:
        """Return whether one interface connects to another over private networks; `on` as in `arrival`."""
        asked = (_known_by(one), _known_by(other), listens_on(other), on)
        if asked not in self._known:

            def ask(here: SubnetNode, there: SubnetNode) -> Found:
                return _by_port(other, self.linking(one, here, other, there), on)

            self._known[asked] = _somewhere(
                one.subnets, lambda here: _somewhere(other.subnets, lambda there: ask(here, there))
            )
        return self._known[asked]

    def relayed(self, balancer: NetworkInterface, other: NetworkInterface, keeps_client: Answer, on: Spans) -> Found:
        """Return whether a balancer that the internet connects to can pass connections on to an interface."""
        as_balancer = self.link(balancer, other, on)
        if keeps_client is False:
            return as_balancer
        as_client = self._as_client(balancer, other, as_balancer, on)
        return as_client if keeps_client is True or as_client.answer is as_balancer.answer else Found(UNKNOWN)

    def _as_client(self, balancer: NetworkInterface, other: NetworkInterface, link: Found, on: Spans) -> Found:
        """Return the same where the target sees the client's address: it must let in that, or the balancer's group."""
        filters = packet_filters(self.stack)
        named = link.answer
        if named is True:
            opening = filters.opening(other, INGRESS, link.protocol, link.port)
            named = replace(opening, addresses=NONE).lets(balancer, ANYWHERE)
        if named is True:
            return link
        found = self.arrival(other, _CLIENT, on)
        passes = found.answer
        if passes is True:
            out = filters.opening(balancer, EGRESS, found.protocol, found.port)
            passes = out.lets(other, ranges(found.target))
        return replace(found, answer=some((named, passes)))

    def ports(self, one: NetworkInterface | None, other: NetworkInterface) -> Mapping[str, Passing]:
        """Return by protocol the ports on which an interface, or the internet (None), connects to another."""
        asked = (_known_by(one) if one else None, _known_by(other), other.four, listens_on(other))
        if asked not in self._ports:
            self._ports[asked] = self._open(one, other)
        return self._ports[asked]

    def _open(self, one: NetworkInterface | None, other: NetworkInterface) -> Mapping[str, Passing]:
        names, wanted, sure = listens_on(other)
        least: dict[str, list[Interval]] = {name: [] for name in names}
        most: dict[str, list[Interval]] = {name: [] for name in names}
        for certain, question in self._questions(one, other):
            edges = sorted(question.ports(wanted))
            for low, following in pairwise([*edges, ALL_PORTS.parts[-1][1] + 1]):
                piece = (Spans.of((low, following - 1)) & wanted).parts
                for name in names:
                    answer = question.ask(name, low)
                    least[name] += piece if answer is True and certain and sure else ()
                    most[name] += piece if answer is not False else ()
        return {name: Passing(Spans.union(least[name]), Spans.union(most[name])) for name in names if most[name]}

    def _questions(self, one: NetworkInterface | None, other: NetworkInterface) -> Iterator[tuple[bool, Crossing]]:
        """Yield what a connection hangs on for each pair of subnets, and whether both ends surely are there."""
        for there in subnets_of(other):
            for here in subnets_of(one) if one else [None]:
                question = self.linking(one, here, other, there) if one else self.arriving(other, there)
                if question:
                    yield there in other.subnets.nodes and (one is None or here in one.subnets.nodes), question

    def openings(self, interface: NetworkInterface) -> list[Opening]:
        """Return whom an interface's groups let in, on each port that makes a difference."""
        filters = packet_filters(self.stack)
        names, wanted, _ = listens_on(interface)
        ports = {port for subnet in subnets_of(interface) for port in filters.ports(interface, subnet, INGRESS, wanted)}
        return [filters.opening(interface, INGRESS, name, port) for name in names for port in ports]

    def senders(self, interface: NetworkInterface) -> Addresses:
        """Return the addresses from which something may get through to an interface; no sender's groups are asked."""
        filters = packet_filters(self.stack)
        names, wanted, _ = listens_on(interface)
        found = NOWHERE
        for subnet in subnets_of(interface):
            for name, port in (
                (name, port) for name in names for port in filters.ports(interface, subnet, INGRESS, wanted)
            ):
                # Neighbours in the subnet pass no ACL.
                around = filters.acl_passes(subnet, INGRESS, name, port).most | ranges(subnet)
                found |= filters.opening(interface, INGRESS, name, port).addresses.most & around
        return found

    def arriving(
        self, interface: NetworkInterface, subnet: SubnetNode, entry_point: EntryPoint | None = None
    ) -> Crossing | None:
        """Return what an arrival in a subnet hangs on; None if the internet does not even get there."""
        filters = packet_filters(self.stack)
        if entry_point:
            inbound = connectivity(self.stack).unblocked(subnet) if entry_point.blockable else ALL
        else:
            inbound = connectivity(self.stack).inbound(subnet) & _addressed(interface, subnet)
        if inbound.broad is False:
            return None

        def ask(name: str, port: int) -> bool | Missing:
            if entry_point and not entry_point.shows_client:
                return inbound.broad
            let_in = filters.opening(interface, INGRESS, name, port).addresses
            if let_in.broad is False:
                return False  # the most common answer, and of large groups the cheapest
            through = let_in & filters.acl_passes(subnet, INGRESS, name, port)
            return (inbound & through & filters.answers(subnet, name)).broad

        return Crossing(ask, lambda wanted: filters.ports(interface, subnet, INGRESS, wanted), target=subnet)

    def linking(
        self, one: NetworkInterface, here: SubnetNode, other: NetworkInterface, there: SubnetNode
    ) -> Crossing | None:
        """Return what a connection between two subnets hangs on; None if no packet gets from one into the other."""
        families = list(families_of(one, here, other, there))
        joined = [
            every((has, connectivity(self.stack).joined(here, there, ends), self._onward(one, here, there, ends[1])))
            for has, ends in families
        ]
        if all(answer is False for answer in joined):
            return None
        filters = packet_filters(self.stack)

        def ask(name: str, port: int) -> bool | Missing:
            return some(
                every((connected, self._passes(one, here, other, there, ends, name, port)))
                for connected, (_, ends) in zip(joined, families, strict=True)
                if connected is not False
            )

        def ports(wanted: Spans) -> frozenset[int]:
            return filters.ports(one, here, EGRESS, wanted) | filters.ports(other, there, INGRESS, wanted)

        return Crossing(ask, ports, source=here, target=there)

    def _onward(self, one: NetworkInterface, here: SubnetNode, there: SubnetNode, ends: Addresses) -> bool | Missing:
        """Say whether a Client VPN lets its clients go to some addresses of a subnet; anything else may go anywhere."""
        if one.tunnel is None:
            return True
        return every((one.tunnel.authorized.holds(ends), self.routed(one.tunnel, here, there, ends)))

    def routed(self, tunnel: Tunnel, here: SubnetNode, there: SubnetNode, ends: Addresses) -> bool | Missing:
        """Say whether a Client VPN has a route to some addresses of a subnet: to its own VPC it always has one."""
        vpcs = [connectivity(self.stack).vpcs(each) for each in (here, there)]
        near, far = ({key(vpc) for vpc in (*found.nodes, *found.maybe)} for found in vpcs)
        clear = all(found.complete for found in vpcs)
        local = bool(near & far) if clear else UNKNOWN
        return some((local, tunnel.routed.holds(ends)))

    def _passes(
        self,
        one: NetworkInterface,
        here: SubnetNode,
        other: NetworkInterface,
        there: SubnetNode,
        ends: Ends,
        name: str,
        port: int,
    ) -> bool | Missing:
        filters = packet_filters(self.stack)
        let_in = filters.opening(other, INGRESS, name, port).lets(one, ends[0])
        if let_in is False:
            return False
        let_out = filters.opening(one, EGRESS, name, port).lets(other, ends[1])
        return False if let_out is False else every((let_in, let_out, filters.crosses(here, there, ends, name, port)))


# Whoever comes by a balancer that hides nobody.
_CLIENT = EntryPoint("a balancer", shows_client=True)


def subnets_of(interface: NetworkInterface) -> list[SubnetNode]:
    """Return the subnets that an interface is in, or may be in."""
    unknown: list[SubnetNode] = [None] if interface.subnets.unknown else []
    return [*interface.subnets.nodes, *interface.subnets.maybe, *unknown]


def listens_on(interface: NetworkInterface) -> tuple[tuple[str, ...], Spans, bool]:
    """Return on which ports of which protocols something answers, and whether surely on all of them.

    Of a machine nobody knows, so any port will do; a store of an unknown port answers on one of all.
    """
    if PLACEMENTS[interface.holder.type].purpose is not Purpose.STORE:
        return ("tcp", "udp"), ALL_PORTS, True
    return ("tcp",), *listening(interface.holder)


def _known_by(interface: NetworkInterface) -> tuple[object, ...]:
    carried = signature(interface.subnets), signature(interface.groups)
    return *carried, interface.six, interface.guarded, interface.tunnel


def _somewhere(places: Targets, ask: Callable[[SubnetNode], Found]) -> Found:
    """Ask for each subnet that something sits in: one will do; of several of which it sits in some all must."""
    found = Found(False)
    for subnet in places.nodes:
        here = ask(subnet)
        if here.answer is True:
            return here
        found = here if here.answer is UNKNOWN else found
    perhaps = [ask(subnet) for subnet in places.maybe]
    if perhaps and all(each.answer is True for each in perhaps):
        return perhaps[0]
    perhaps += [ask(None)] if places.unknown else []
    return Found(UNKNOWN) if any(each.answer is not False for each in (found, *perhaps)) else found


def _by_port(interface: NetworkInterface, question: Crossing | None, on: Spans) -> Found:
    """Ask for the ports that an interface answers on: one will do; or all, if it is one and nobody knows which."""
    if question is None:
        return Found(False)
    names, listening_on, sure = listens_on(interface)
    ports = sorted(question.ports(listening_on & on))
    answers: list[bool | Missing] = []
    first: tuple[str, int] | None = None
    for name, port in ((name, port) for name in names for port in ports):
        answers.append(question.ask(name, port))
        first = first or ((name, port) if answers[-1] is True else None)
        if first and sure:
            break
    if first and (sure or every(answers) is True):
        return Found(True, question.source, question.target, *first)
    unclear = any(answer is not False for answer in answers)
    return Found(UNKNOWN if unclear else False, question.source, question.target)


def _addressed(interface: NetworkInterface, subnet: SubnetNode) -> Extent:
    """Return from where an interface can be addressed: from nowhere without a public address of the kind."""
    four, six = interface.public(subnet)
    return Extent(_kinds(four is True, six is True), _kinds(four is not False, six is not False))


def _kinds(four: bool, six: bool) -> Addresses:
    return Addresses((ANYWHERE if four else NOWHERE).four, (ANYWHERE if six else NOWHERE).six)


def families_of(
    one: NetworkInterface, here: SubnetNode, other: NetworkInterface, there: SubnetNode
) -> Iterator[tuple[bool | Missing, Ends]]:
    """Yield the kinds of addresses that two interfaces may share: whether they surely do, and what those may be."""
    near, far = ranges(here), ranges(there)
    if near.four and far.four:
        yield True, (Addresses(four=near.four), Addresses(four=far.four))
    six = every((one.public(here)[1], other.public(there)[1]))
    if six is not False:
        yield six, (Addresses(six=near.six), Addresses(six=far.six))


@lru_cache(maxsize=1)
def connections(stack: Stack) -> Connections:
    """Return the connections of a stack, worked out once for all rules."""
    return Connections(stack)
