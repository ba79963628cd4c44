"""Who may connect to whom as far as VPCs, subnets and groups tell: an index, so that nobody asks all pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from guard.aws.networks import ANYWHERE, Addresses
from guard.aws.nodes import EGRESS, Node, key
from guard.model.graph import Resource, Stack
from guard.reach.addressing import ranges
from guard.reach.connections import connections, spots
from guard.reach.groups import groups
from guard.reach.seats import Seat, seats
from guard.reach.wires import wires


class Neighbours:
    """Some things of a stack by where they sit, what they carry, and whom they let in."""

    def __init__(self, stack: Stack, things: Iterable[Resource]) -> None:
        self.stack = stack
        self._found: dict[tuple[str, str], dict[str, Resource]] = defaultdict(dict)  # by VPC and mark
        self._subnets: dict[str, dict[str, Addresses]] = defaultdict(dict)  # by VPC: their ranges
        for thing in things:
            for seat in seats(stack).of(thing):
                self._add(thing, seat)

    def _add(self, thing: Resource, seat: Seat) -> None:
        places = {key(spot) if spot else _UNKNOWN: ranges(spot) for spot in spots(seat)}
        for vpc in self._vpcs(seat):
            self._subnets[vpc] |= places
            for mark in (*map(_in, places), *_carried(seat), *self._lets_in(seat)):
                self._found[vpc, mark][thing.urn] = thing

    def before(self, seat: Seat) -> list[Resource]:
        """Return the things that a seat may let in."""
        openings = connections(self.stack).openings(seat)
        asked = {each for opening in openings for each in opening.peers | opening.maybe}
        marks = [_carries(group) for group in (*asked, _UNKNOWN)] if asked else []
        anybody = any(opening.anybody for opening in openings)
        heard = ANYWHERE if anybody else connections(self.stack).heard(seat)
        found: dict[str, Resource] = {}
        for vpc in self._around(seat):
            subnets = self._subnets.get(vpc, {}) if heard else {}
            near = [_in(name) for name, addresses in subnets.items() if anybody or heard & addresses]
            for mark in (*marks, *near):
                found |= self._found.get((vpc, mark), {})
        return list(found.values())

    def behind(self, seat: Seat) -> list[Resource]:
        """Return the things that may let a seat in."""
        carried = [key(group) for group in (*seat.groups.nodes, *seat.groups.maybe)]
        marks = [*map(_lets, carried), _lets(_ANYBODY), *([_lets(_SOMEBODY)] if seat.groups.unknown else [])]
        found: dict[str, Resource] = {}
        for vpc in self._around(seat):
            for mark in marks:
                found |= self._found.get((vpc, mark), {})
        return list(found.values())

    def _lets_in(self, seat: Seat) -> Iterator[str]:
        """Yield marks for whom a thing lets in on some port."""
        nodes: tuple[Node, ...] = (*seat.groups.nodes, *seat.groups.maybe)
        permits = [permit for group in nodes for permit in groups(self.stack).of(group) if permit.direction != EGRESS]
        peers = {key(peer) for permit in permits for peer in (*permit.peers.nodes, *permit.peers.maybe)}
        yield from map(_lets, peers | ({_SOMEBODY} if peers else set[str]()))
        unclear = seat.guarded is not True or seat.groups.unknown or any(isinstance(node, str) for node in nodes)
        if unclear or any(permit.addressed or permit.opaque or permit.peers.unknown for permit in permits):
            yield _lets(_ANYBODY)

    def _vpcs(self, seat: Seat) -> set[str]:
        """Return the keys of the VPCs that a seat may be in."""
        found = [wires(self.stack).vpcs(spot) for spot in spots(seat)]
        known = {key(vpc) for targets in found for vpc in (*targets.nodes, *targets.maybe)}
        return known | {_EVERYWHERE} | set([_UNKNOWN] if any(not targets.complete for targets in found) else [])

    def _around(self, seat: Seat) -> set[str]:
        """Return the keys of the VPCs that a seat may exchange packets with."""
        own = self._vpcs(seat)
        beyond = _UNKNOWN in own or any(wires(self.stack).beyond(spot) for spot in spots(seat))
        return {_EVERYWHERE} if beyond else (own | {_UNKNOWN}) - {_EVERYWHERE}


_UNKNOWN: Final = "?"  # in place of a key: of what nobody can name
_EVERYWHERE: Final = "*"
_ANYBODY: Final = "*"
_SOMEBODY: Final = "?"


def _in(subnet: str) -> str:
    return f"in {subnet}"


def _carries(group: str) -> str:
    return f"carries {group}"


def _lets(group: str) -> str:
    return f"lets in {group}"


def _carried(seat: Seat) -> Iterator[str]:
    yield from (_carries(key(group)) for group in (*seat.groups.nodes, *seat.groups.maybe))
    if seat.groups.unknown:
        yield _carries(_UNKNOWN)
