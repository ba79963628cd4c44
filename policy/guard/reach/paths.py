"""Who can open a connection to what: over routes, through network ACLs and security groups, in three-valued logic.

An answer is a path with its proof, None where the path is shut, or UNKNOWN where that hangs on what nobody knows yet.
`paths(stack)` answers for whatever sits in the network:

- `from_internet(thing)`: whether any host of the internet can connect to it;
- `relayed(thing)`: whether the internet comes to it by a balancer that passes connections on as they are;
- `between(one, other)`: whether one thing can connect to another;
- `to_data(store)`: whether the internet comes to a store, directly or by things that can connect to each other;
- `exposed`, and `reachable(source)`: all that the internet, a thing, or what sits in a subnet can connect to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from guard.aws.networks import ALL_PORTS, ANYWHERE
from guard.aws.nodes import DEFAULT_SUBNET, INGRESS, SUBNETS, Node, called, key
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Missing, Resource, Stack
from guard.model.logic import every, some
from guard.reach.addressing import ranges
from guard.reach.connections import Found, connections
from guard.reach.entry_points import EntryPoint, entry_points
from guard.reach.groups import groups
from guard.reach.interfaces import NetworkInterface, interfaces
from guard.reach.listening import listening
from guard.reach.neighbours import Neighbours
from guard.reach.packet_filters import packet_filters
from guard.reach.permits import Permit
from guard.reach.placements import PLACEMENTS, Purpose
from guard.reach.relays import MACHINES, Relay, relays
from guard.reach.route_tables import InternetRoute, routes


@dataclass(frozen=True)
class NetworkPath:
    """A network path for connections from a source to a target, step by step."""

    source: str
    target: Resource
    steps: tuple[str, ...]

    @property
    def proof(self) -> str:
        """The whole path in one line."""
        return " -> ".join((self.source, *self.steps))


Answer = NetworkPath | Missing | None


@dataclass(frozen=True)
class Reached:
    """What a source can connect to, and where that is not clear yet."""

    paths: tuple[NetworkPath, ...]
    undecided: tuple[Resource, ...]


class Paths:
    """The paths of a stack, each worked out once."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._arrivals: dict[tuple[str, Spans], Answer] = {}

    # --- what may be asked ---

    def from_internet(self, thing: Resource, on: Spans = ALL_PORTS) -> Answer:
        """Return how any host of the internet connects to a thing: by an address of its own, or by a service.

        `on` is some of the ports, where others do not count.
        """
        asked = (thing.urn, on)
        if asked not in self._arrivals:
            self._arrivals[asked] = _best((*self._directly(thing, on), *self._by_entry_points(thing, on)))
        return self._arrivals[asked]

    def relayed(self, thing: Resource, counts: Callable[[Relay], bool | Missing]) -> Answer:
        """Return how the internet comes to a thing by a network or classic balancer, over the relays that count."""
        return _best(self._by_relay(relay, thing, counts(relay)) for relay in relays(self.stack).to(thing))

    def between(self, one: Resource, other: Resource, on: Spans = ALL_PORTS) -> Answer:
        """Return how one thing connects to another; if that is a store, to one of its own ports."""
        return _best(
            self._path(one.name, other, there, connections(self.stack).link(here, there, on), here)
            for here in interfaces(self.stack).of(one)
            for there in interfaces(self.stack).of(other)
        )

    def to_data(self, store: Resource) -> Answer:
        """Return how the internet comes to a store: directly, by one thing that it connects to, or by several machines.

        A balancer or an API in front of private programs that use the store is no path to it; one that hands
        connections on to the store itself is.
        """
        return _best(answer for _, answer in self._to_data(store))

    def undecided_by(self, store: Resource) -> list[str]:
        """Return by which things, or if directly, it is not clear yet whether the internet comes to a store."""
        return sorted({name for name, answer in self._to_data(store) if answer is UNKNOWN})

    @cached_property
    def exposed(self) -> Reached:
        """All that the internet can connect to."""
        return _reached((thing, self.from_internet(thing)) for thing in interfaces(self.stack).things)

    def reachable(self, source: Resource) -> Reached:
        """Return what a thing can connect to, or all that sits in a subnet."""
        sources = interfaces(self.stack).by_subnet.get(source.urn, []) if source.type in SUBNETS else [source]
        ends = {
            (one.urn, other.urn): (one, other)
            for one in sources
            for interface in interfaces(self.stack).of(one)
            for other in self._things.behind(interface)
        }
        return _reached((other, self.between(one, other)) for one, other in ends.values() if one is not other)

    @cached_property
    def _things(self) -> Neighbours:
        return Neighbours(self.stack, interfaces(self.stack).things)

    # --- from the internet ---

    def _directly(self, thing: Resource, on: Spans) -> Iterator[Answer]:
        for interface in interfaces(self.stack).of(thing):
            found = connections(self.stack).arrival(interface, on=on)
            out = routes(self.stack).internet_route(found.target) if found.answer is True and found.target else None
            steps: list[str] = []
            if isinstance(out, InternetRoute) and found.target:
                steps += [f"gateway {out.gateway}"] if out.gateway else []
                steps.append(f"{_subnet(found.target)} ({out})")
            yield self._path("internet", thing, interface, found, before=steps)

    def _by_entry_points(self, thing: Resource, on: Spans) -> Iterator[Answer]:
        for entry_point in entry_points(self.stack).of(thing):
            for interface in interfaces(self.stack).of(thing):
                yield self._by_entry_point(entry_point, thing, interface, on)

    def _by_entry_point(self, by: EntryPoint, thing: Resource, interface: NetworkInterface, on: Spans) -> Answer:
        found = connections(self.stack).arrival(interface, by, on)
        answer = self._path("internet", thing, interface, found, before=[by.name])
        return answer if by.sure or answer is None else UNKNOWN

    def _by_relay(self, relay: Relay, thing: Resource, counts: bool | Missing) -> Answer:
        if counts is False:
            return None
        entry, ports = (ALL_PORTS if isinstance(each, Missing) else each for each in (relay.entry, relay.port))
        arrival = _best((*self._directly(relay.balancer, entry), *self._accelerated(relay.balancer, entry)))
        if arrival is None:
            return None
        certain = counts is True and relay.sure and UNKNOWN not in (relay.entry, relay.port)
        before = arrival.steps if isinstance(arrival, NetworkPath) else ()
        return _best(
            answer if answer is None or (certain and isinstance(arrival, NetworkPath)) else UNKNOWN
            for here in interfaces(self.stack).of(relay.balancer)
            for there in interfaces(self.stack).of(thing)
            for found in (connections(self.stack).relayed(here, there, relay.keeps_client, ports),)
            for answer in (self._path("internet", thing, there, found, here if found.source else None, before),)
        )

    def _accelerated(self, balancer: Resource, on: Spans) -> Iterator[Answer]:
        """Yield how accelerators bring connections to a balancer; other services bring it requests."""
        return (
            self._by_entry_point(entry_point, balancer, interface, on)
            for entry_point in entry_points(self.stack).of(balancer)
            if entry_point.shows_client
            for interface in interfaces(self.stack).of(balancer)
        )

    # --- to data ---

    def _to_data(self, store: Resource) -> Iterator[tuple[str, Answer]]:
        yield "directly", self.from_internet(store)
        for there in interfaces(self.stack).of(store):
            for host in self._hosts.before(there):
                for here in interfaces(self.stack).of(host):
                    yield f"by {host.name}", self._by_host(host, here, store, there)

    @cached_property
    def _hosts(self) -> Neighbours:
        """The things other than stores that the internet connects to, at once or by others, or may."""
        things = [one for one in interfaces(self.stack).things if PLACEMENTS[one.type].purpose is not Purpose.STORE]
        behind = {one.urn for one in things if one.type in MACHINES and any(relays(self.stack).to(one))}
        found = (one for one in things if one.urn in behind or self._comes_to(one) is not None)
        return Neighbours(self.stack, found)

    def _comes_to(self, host: Resource) -> Answer:
        """Return how the internet comes to a thing: at its address, by a service, or from machine to machine."""
        return _best((self.from_internet(host), self._jumps.get(host.urn)))

    @cached_property
    def _jumps(self) -> dict[str, Answer]:
        """How the internet comes to machines that it cannot connect to, from one that it can to the next.

        First all that is certain, then what may be. Behind balancers stand programs, not steps to somewhere else, but
        where one passes sessions on.
        """
        machines = [one for one in interfaces(self.stack).things if one.type in MACHINES]
        arrivals = {
            one.urn: _best((self.from_internet(one), self.relayed(one, Relay.opens_a_session))) for one in machines
        }
        if not any(arrival is not None for arrival in arrivals.values()):
            return {}
        inner = Neighbours(self.stack, (one for one in machines if not isinstance(arrivals[one.urn], NetworkPath)))
        for certain in (True, False):
            front = deque(one for one in machines if arrivals[one.urn] is not None)
            while front:
                host = front.popleft()
                for other in self._beyond(host, inner):
                    step = self._step(arrivals[host.urn], host, other)
                    better = isinstance(step, NetworkPath) or (not certain and arrivals[other.urn] is None)
                    if step is not None and better and not isinstance(arrivals[other.urn], NetworkPath):
                        arrivals[other.urn] = step
                        front.append(other)
        return arrivals

    def _step(self, arrival: Answer, host: Resource, other: Resource) -> Answer:
        onward = None if host is other else self.between(host, other)
        if isinstance(arrival, NetworkPath) and isinstance(onward, NetworkPath):
            return NetworkPath(arrival.source, other, (*arrival.steps, *onward.steps))
        return None if onward is None else UNKNOWN

    def _beyond(self, host: Resource, inner: Neighbours) -> list[Resource]:
        found = {one.urn: one for here in interfaces(self.stack).of(host) for one in inner.behind(here)}
        return list(found.values())

    def _by_host(self, host: Resource, here: NetworkInterface, store: Resource, there: NetworkInterface) -> Answer:
        """Return how the internet comes to a store by a thing that it connects to."""
        found = connections(self.stack).link(here, there)
        if found.answer is False:
            return None
        arrival = _best((self._comes_to(host), self._passing_on(host, store)))
        arrives = UNKNOWN if isinstance(arrival, Missing) else arrival is not None
        forwards_to = (
            self._forwards_to(host, here, store, there) if PLACEMENTS[host.type].purpose is Purpose.EDGE else True
        )
        answer = every((found.answer, arrives, forwards_to))
        onward = self._path(host.name, store, there, found, here)
        if answer is True and isinstance(arrival, NetworkPath) and isinstance(onward, NetworkPath):
            return NetworkPath(arrival.source, store, (*arrival.steps, *onward.steps))
        return None if answer is False else UNKNOWN

    def _passing_on(self, host: Resource, store: Resource) -> Answer:
        """Return how the internet comes by a balancer to a machine on a port of the store's: to a pooler before it."""
        ports, sure = listening(store)
        asked = ports - _WEB
        if not asked or host.type not in MACHINES:
            return None
        return self.relayed(host, lambda relay: every((relay.on(asked), True if sure else UNKNOWN)))

    def _forwards_to(
        self, balancer: Resource, here: NetworkInterface, store: Resource, there: NetworkInterface
    ) -> bool | Missing:
        """Say whether a balancer or a link connects to a store, not only to programs before it.

        It does if the store is a target of it, and as good as does if the store lets in a group that only balancers
        carry: what else would that be for?
        """
        openings = connections(self.stack).openings(there)
        own = {key(group) for group in here.groups.nodes}
        let_in = own & {each for opening in openings for each in opening.peers}
        perhaps = not here.groups.complete or any(opening.anybody or opening.maybe & own for opening in openings)
        meant = [self._only_edges(group) for group in let_in]
        return some((entry_points(self.stack).forwards_to(balancer, store), *meant, UNKNOWN if perhaps else False))

    def _only_edges(self, group: str) -> bool:
        """Say whether only balancers and the like carry a group."""
        holders = groups(self.stack).holders.get(group, ())
        return all(one.type in PLACEMENTS and PLACEMENTS[one.type].purpose is Purpose.EDGE for one in holders)

    # --- proofs ---

    def _path(
        self,
        source: str,
        target: Resource,
        interface: NetworkInterface,
        found: Found,
        other: NetworkInterface | None = None,
        before: Iterable[str] = (),
    ) -> Answer:
        if found.answer is not True:
            return None if found.answer is False else UNKNOWN
        permit = self._permit(interface, found, other)
        how = (
            f" on {permit.traffic} ({permit.place})"
            if permit
            else " (no group guards it)"
            if interface.guarded is False
            else ""
        )
        return NetworkPath(source, target, (*before, f"{target.name}{how}"))

    def _permit(self, interface: NetworkInterface, found: Found, other: NetworkInterface | None) -> Permit | None:
        """Return the rule that lets a connection in: by group, else by address, rather the world's than a partner's."""
        carried = {key(group) for group in other.groups.nodes} if other else set[str]()
        permits = list(packet_filters(self.stack).letting(interface, INGRESS, found.protocol, found.port))
        by_group = [permit for permit in permits if carried & set(map(key, permit.peers.nodes))]
        ends = ranges(found.source) if other else ANYWHERE
        by_address = [permit for permit in permits if permit.addresses & ends]
        by_address.sort(key=lambda permit: not permit.addresses.broad)
        return next(iter((*by_group, *by_address)), None)


_WEB: Final = Spans.of((80, 80), (443, 443))  # where programs answer, too, whatever they ask


def _best(answers: Iterable[Answer]) -> Answer:
    """Return the first path; UNKNOWN if there is none and an answer is not known."""
    unknown = False
    for answer in answers:
        if isinstance(answer, NetworkPath):
            return answer
        unknown = unknown or answer is UNKNOWN
    return UNKNOWN if unknown else None


def _reached(answers: Iterable[tuple[Resource, Answer]]) -> Reached:
    found = list(answers)
    return Reached(
        tuple(answer for _, answer in found if isinstance(answer, NetworkPath)),
        tuple({thing.urn: thing for thing, answer in found if answer is UNKNOWN}.values()),
    )


def _subnet(subnet: Node) -> str:
    return "a default subnet" if subnet == DEFAULT_SUBNET else f"subnet {called(subnet)}"


@lru_cache(maxsize=1)
def paths(stack: Stack) -> Paths:
    """Return the paths of a stack, worked out once for all rules."""
    return Paths(stack)
