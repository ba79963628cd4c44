"""Whether a connection can be opened to a seat, from the internet or from another seat; each answer worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from guard.aws.networks import ALL_PORTS, ANYWHERE, NOWHERE, Addresses, Spans
from guard.aws.nodes import EGRESS, INGRESS
from guard.model.graph import UNKNOWN, Missing, Stack, Targets
from guard.model.logic import every, some
from guard.reach.addressing import ranges
from guard.reach.extents import ALL, Extent
from guard.reach.fronts import Front
from guard.reach.gates import Ends, Opening, Spot, gates, signature
from guard.reach.listening import listening
from guard.reach.places import PLACES, Kind
from guard.reach.seats import Seat
from guard.reach.wires import wires


@dataclass(frozen=True)
class Found:
    """An answer, and for which subnets of the two ends and which port it holds."""

    answer: bool | Missing
    source: Spot = None
    target: Spot = None
    protocol: str = ""
    port: int = 0


class Connections:
    """What connections are open in a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._known: dict[object, Found] = {}

    def arrival(self, seat: Seat, front: Front | None = None) -> Found:
        """Return whether any host of the internet connects to a seat: at an address of its own, or over a front."""
        by = (front.gated, front.shows_client) if front else ()
        asked = (_known_by(seat), seat.four, ears(seat), by)
        if asked not in self._known:
            self._known[asked] = _somewhere(seat.subnets, lambda spot: self._arrival(seat, spot, front))
        return self._known[asked]

    def link(self, one: Seat, other: Seat) -> Found:
        """Return whether one seat connects to another over private networks."""
        asked = (_known_by(one), _known_by(other), ears(other))
        if asked not in self._known:
            self._known[asked] = _somewhere(
                one.subnets, lambda here: _somewhere(other.subnets, lambda there: self._link(one, here, other, there))
            )
        return self._known[asked]

    def openings(self, seat: Seat) -> list[Opening]:
        """Return whom a seat's groups let in, on each port that makes a difference."""
        gate = gates(self.stack)
        names, wanted, _ = ears(seat)
        ports = {port for spot in spots(seat) for port in gate.ports(seat, spot, INGRESS, wanted)}
        return [gate.opening(seat, INGRESS, name, port) for name in names for port in ports]

    def heard(self, seat: Seat) -> Addresses:
        """Return the addresses from which something may get through to a seat at all, groups of the sender left out."""
        gate = gates(self.stack)
        names, wanted, _ = ears(seat)
        found = NOWHERE
        for spot in spots(seat):
            for name, port in ((name, port) for name in names for port in gate.ports(seat, spot, INGRESS, wanted)):
                # Neighbours in the subnet pass no ACL.
                around = gate.fence(spot, INGRESS, name, port).most | ranges(spot)
                found |= gate.opening(seat, INGRESS, name, port).addresses.most & around
        return found

    def _arrival(self, seat: Seat, spot: Spot, front: Front | None) -> Found:
        gate = gates(self.stack)
        if front:
            inbound = wires(self.stack).unblocked(spot) if front.gated else ALL
        else:
            inbound = wires(self.stack).inbound(spot) & _addressed(seat, spot)
        if inbound.broad is False:
            return Found(False)

        def ask(name: str, port: int) -> bool | Missing:
            if front and not front.shows_client:
                return inbound.broad
            through = gate.opening(seat, INGRESS, name, port).addresses & gate.fence(spot, INGRESS, name, port)
            return (inbound & through & gate.answers(spot, name)).broad

        return _by_port(seat, ask, lambda wanted: gate.ports(seat, spot, INGRESS, wanted), target=spot)

    def _link(self, one: Seat, here: Spot, other: Seat, there: Spot) -> Found:
        families = list(_families(one, here, other, there))
        joined = [every((has, wires(self.stack).joined(here, there, ends))) for has, ends in families]
        if all(answer is False for answer in joined):
            return Found(False)
        gate = gates(self.stack)

        def ask(name: str, port: int) -> bool | Missing:
            return some(
                every((wired, self._passes(one, here, other, there, ends, name, port)))
                for wired, (_, ends) in zip(joined, families, strict=True)
                if wired is not False
            )

        def ports(wanted: Spans) -> set[int]:
            return gate.ports(one, here, EGRESS, wanted) | gate.ports(other, there, INGRESS, wanted)

        return _by_port(other, ask, ports, source=here, target=there)

    def _passes(
        self, one: Seat, here: Spot, other: Seat, there: Spot, ends: Ends, name: str, port: int
    ) -> bool | Missing:
        gate = gates(self.stack)
        let_in = gate.opening(other, INGRESS, name, port).lets(one, ends[0])
        if let_in is False:
            return False
        let_out = gate.opening(one, EGRESS, name, port).lets(other, ends[1])
        return False if let_out is False else every((let_in, let_out, gate.crosses(here, there, ends, name, port)))


def spots(seat: Seat) -> list[Spot]:
    """Return the subnets that a seat is in, or may be in."""
    unknown: list[Spot] = [None] if seat.subnets.unknown else []
    return [*seat.subnets.nodes, *seat.subnets.maybe, *unknown]


def ears(seat: Seat) -> tuple[tuple[str, ...], Spans, bool]:
    """Return on which ports of which protocols something answers, and whether surely on all of them.

    Of a machine nobody knows, so any port will do; a store of an unknown port answers on one of all.
    """
    if PLACES[seat.holder.type].kind is not Kind.STORE:
        return ("tcp", "udp"), ALL_PORTS, True
    return ("tcp",), *listening(seat.holder)


def _known_by(seat: Seat) -> tuple[object, ...]:
    return signature(seat.subnets), signature(seat.groups), seat.six, seat.guarded


def _somewhere(places: Targets, ask: Callable[[Spot], Found]) -> Found:
    """Ask for each subnet that something sits in: one will do; of several of which it sits in some all must."""
    found = Found(False)
    for spot in places.nodes:
        here = ask(spot)
        if here.answer is True:
            return here
        found = here if here.answer is UNKNOWN else found
    perhaps = [ask(spot) for spot in places.maybe]
    if perhaps and all(each.answer is True for each in perhaps):
        return perhaps[0]
    perhaps += [ask(None)] if places.unknown else []
    return Found(UNKNOWN) if any(each.answer is not False for each in (found, *perhaps)) else found


def _by_port(
    seat: Seat,
    ask: Callable[[str, int], bool | Missing],
    ports: Callable[[Spans], Iterable[int]],
    source: Spot = None,
    target: Spot = None,
) -> Found:
    """Ask for the ports that a seat answers on: one will do, or all if it answers on one and nobody knows which."""
    names, wanted, sure = ears(seat)
    answers: list[bool | Missing] = []
    first: tuple[str, int] | None = None
    for name, port in ((name, port) for name in names for port in sorted(ports(wanted))):
        answers.append(ask(name, port))
        first = first or ((name, port) if answers[-1] is True else None)
        if first and sure:
            break
    if first and (sure or every(answers) is True):
        return Found(True, source, target, *first)
    return Found(UNKNOWN if any(answer is not False for answer in answers) else False, source, target)


def _addressed(seat: Seat, spot: Spot) -> Extent:
    """Return from where a seat can be addressed: from nowhere without a public address of the kind."""
    four, six = seat.public(spot)
    return Extent(_kinds(four is True, six is True), _kinds(four is not False, six is not False))


def _kinds(four: bool, six: bool) -> Addresses:
    return Addresses((ANYWHERE if four else NOWHERE).four, (ANYWHERE if six else NOWHERE).six)


def _families(one: Seat, here: Spot, other: Seat, there: Spot) -> Iterator[tuple[bool | Missing, Ends]]:
    """Yield the kinds of addresses that two seats may have in common: whether they surely do, and what those may be."""
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
