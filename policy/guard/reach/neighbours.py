"""Who may connect to whom as far as VPCs, subnets and groups tell: an index, so that nobody asks all pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from guard.aws.networks import ANYWHERE, Addresses
from guard.aws.nodes import EGRESS, Node, key
from guard.model.graph import Resource, Stack
from guard.reach.addressing import ranges
from guard.reach.connections import connections, subnets_of
from guard.reach.connectivity import connectivity
from guard.reach.groups import groups
from guard.reach.interfaces import NetworkInterface, interfaces


class Neighbours:
    """Some things of a stack by where they sit, what they carry, and whom they let in."""

    def __init__(self, stack: Stack, things: Iterable[Resource]) -> None:
        self.stack = stack
        self._found: dict[tuple[str, str], dict[str, Resource]] = defaultdict(dict)  # by VPC and mark
        self._subnets: dict[str, dict[str, Addresses]] = defaultdict(dict)  # by VPC: their ranges
        for thing in things:
            for interface in interfaces(stack).of(thing):
                self._add(thing, interface)

    def _add(self, thing: Resource, interface: NetworkInterface) -> None:
        places = {key(subnet) if subnet else _UNKNOWN: ranges(subnet) for subnet in subnets_of(interface)}
        for vpc in self._vpcs(interface):
            self._subnets[vpc] |= places
            for mark in (*map(_in, places), *_carried(interface), *self._lets_in(interface)):
                self._found[vpc, mark][thing.urn] = thing

    def before(self, interface: NetworkInterface) -> list[Resource]:
        """Return the things that an interface may let in."""
        openings = connections(self.stack).openings(interface)
        asked = {each for opening in openings for each in opening.peers | opening.maybe}
        marks = [_carries(group) for group in (*asked, _UNKNOWN)] if asked else []
        anybody = any(opening.anybody for opening in openings)
        senders = ANYWHERE if anybody else connections(self.stack).senders(interface)
        found: dict[str, Resource] = {}
        for vpc in self._around(interface):
            subnets = self._subnets.get(vpc, {}) if senders else {}
            near = [_in(name) for name, addresses in subnets.items() if anybody or senders & addresses]
            for mark in (*marks, *near):
                found |= self._found.get((vpc, mark), {})
        return list(found.values())

    def behind(self, interface: NetworkInterface) -> list[Resource]:
        """Return the things that may let an interface in."""
        carried = [key(group) for group in (*interface.groups.nodes, *interface.groups.maybe)]
        marks = [*map(_lets, carried), _lets(_ANYBODY), *([_lets(_SOMEBODY)] if interface.groups.unknown else [])]
        found: dict[str, Resource] = {}
        for vpc in self._around(interface):
            for mark in marks:
                found |= self._found.get((vpc, mark), {})
        return list(found.values())

    def _lets_in(self, interface: NetworkInterface) -> Iterator[str]:
        """Yield marks for whom a thing lets in on some port."""
        nodes: tuple[Node, ...] = (*interface.groups.nodes, *interface.groups.maybe)
        permits = [permit for group in nodes for permit in groups(self.stack).of(group) if permit.direction != EGRESS]
        peers = {key(peer) for permit in permits for peer in (*permit.peers.nodes, *permit.peers.maybe)}
        yield from map(_lets, peers | ({_SOMEBODY} if peers else set[str]()))
        unclear = (
            interface.guarded is not True or interface.groups.unknown or any(isinstance(node, str) for node in nodes)
        )
        if unclear or any(permit.addressed or permit.opaque or permit.peers.unknown for permit in permits):
            yield _lets(_ANYBODY)

    def _vpcs(self, interface: NetworkInterface) -> set[str]:
        """Return the keys of the VPCs that an interface may be in."""
        found = [connectivity(self.stack).vpcs(subnet) for subnet in subnets_of(interface)]
        known = {key(vpc) for targets in found for vpc in (*targets.nodes, *targets.maybe)}
        return known | {_EVERYWHERE} | set([_UNKNOWN] if any(not targets.complete for targets in found) else [])

    def _around(self, interface: NetworkInterface) -> set[str]:
        """Return the keys of the VPCs that an interface may exchange packets with."""
        own = self._vpcs(interface)
        beyond = _UNKNOWN in own or any(connectivity(self.stack).beyond(subnet) for subnet in subnets_of(interface))
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


def _carried(interface: NetworkInterface) -> Iterator[str]:
    yield from (_carries(key(group)) for group in (*interface.groups.nodes, *interface.groups.maybe))
    if interface.groups.unknown:
        yield _carries(_UNKNOWN)
