"""One rule of a security group in one form, however it was written, and what narrow rules are together."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from guard.aws.networks import ALL, ALL_PORTS, BROAD, INTERNET, Addresses, addresses, same_protocol, united
from guard.aws.nodes import GROUPS, VPCS, Node
from guard.aws.spans import Interval, Spans
from guard.model.graph import UNKNOWN, Missing, Resource, Targets
from guard.model.logic import every
from guard.reach.prefixes import PrefixList


@dataclass(frozen=True)
class Permit:
    """One rule of a security group. A part that is not known is UNKNOWN, and never left out.

    A default group that nobody adopted goes by its VPC, here and wherever a group is named.
    """

    group: Node | Missing  # whose rule it is
    rule: Resource  # where it is written
    direction: str | Missing
    protocol: str | Missing = ALL
    ports: Spans | Missing = ALL_PORTS
    ranges: tuple[str, ...] = ()  # the addresses at the other end, as written
    lists: tuple[PrefixList, ...] = ()
    blank: bool = False  # a range or list is set that nobody knows
    peers: Targets = field(default_factory=Targets)  # the groups at the other end, its own for `self`
    at: str = ""  # the property that it is written in
    sure: bool = True  # False if it may be another group's, or may not be there at all
    opaque: bool = False  # nothing is known of what it says

    @cached_property
    def addresses(self) -> Addresses:
        """The known addresses at the other end, prefix lists opened."""
        return addresses(self.texts)

    @property
    def texts(self) -> tuple[str, ...]:
        """The same as CIDRs."""
        return (*self.ranges, *(text for one in self.lists for text in one.ranges))

    @property
    def plainly_wide(self) -> bool:
        """Whether its own addresses, prefix lists aside, are a large part of the internet."""
        return addresses(self.ranges).broad

    @property
    def addressed(self) -> bool:
        """Whether it names addresses at all, known or not."""
        return bool(self.ranges or self.lists or self.blank)

    @property
    def complete(self) -> bool:
        """Whether `addresses` is all; lists by AWS hold only its own."""
        return not (self.opaque or self.blank) and all(one.complete for one in self.lists)

    @property
    def written(self) -> str:
        """Its addresses as people wrote them."""
        unknown = ("an address not known yet",) if self.blank else ()
        return ", ".join(sorted({*self.ranges, *(one.name for one in self.lists), *unknown}))

    @property
    def place(self) -> str:
        """Where it is written, in words."""
        if self.rule.type in VPCS:
            return "a rule of the default group"
        return f"a rule in {self.rule.name}" if self.rule.type in GROUPS else f"rule {self.rule.name}"

    @property
    def traffic(self) -> str:
        """What it lets through, in words."""
        if isinstance(self.ports, Missing):
            return "ports not known yet"
        if self.ports == ALL_PORTS:
            return "all ports" if self.protocol in (ALL, "tcp", "udp") else f"protocol {self.protocol}"
        text = str(self.ports)
        return f"port {text}" if text.isdecimal() else f"ports {text}"


def matches(permit: Permit, direction: str, name: str, port: int) -> bool | Missing:
    """Say whether a rule of a group speaks of a port of a protocol."""
    turned = UNKNOWN if permit.direction is UNKNOWN else permit.direction == direction
    there = UNKNOWN if isinstance(permit.ports, Missing) else port in permit.ports
    answer = every((turned, same_protocol(permit.protocol, name), there))
    return answer if answer is False or (permit.sure and not permit.opaque) else UNKNOWN


def clear(permit: Permit) -> bool:
    """Say whether it is known of which group it is, and for which ports."""
    return permit.sure and not any(
        isinstance(part, Missing) for part in (permit.ports, permit.protocol, permit.group, permit.direction)
    )


def may_be_of(permit: Permit, other: Permit) -> bool:
    """Say whether two rules may be of one group."""
    return any(isinstance(each.group, Missing) for each in (permit, other)) or permit.group == other.group


class ByPort:
    """The rules of a group that may speak of a direction and a protocol, found by port without asking all of them."""

    def __init__(self, permits: Iterable[Permit], direction: str, name: str) -> None:
        same_direction = (each for each in permits if each.direction in (direction, UNKNOWN))
        self._permits = [each for each in same_direction if same_protocol(each.protocol, name) is not False]
        turns: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for number, permit in enumerate(self._permits):
            parts = ALL_PORTS.parts if isinstance(permit.ports, Missing) else permit.ports.parts
            for low, high in parts:
                turns[low].append((number, True))
                turns[high + 1].append((number, False))
        self._cuts = sorted(turns)
        self._active: list[list[int]] = []
        active: set[int] = set()
        for cut in self._cuts:
            active -= {number for number, comes in turns[cut] if not comes}
            active |= {number for number, comes in turns[cut] if comes}
            self._active.append(sorted(active))

    def at(self, port: int) -> list[Permit]:
        """Return the rules that speak of a port, or may, in the order in which they are written."""
        piece = bisect_right(self._cuts, port) - 1
        return [self._permits[number] for number in self._active[piece]] if piece >= 0 else []


def wide_ports(permits: Iterable[Permit]) -> dict[str | Missing, Spans]:
    """Return, by protocol, the ports that narrow rules together open to a large part of the internet.

    A rule for all protocols is counted with those for each. Only rules that are certain count.
    """
    narrow: dict[str | Missing, list[Permit]] = defaultdict(list)
    for permit in permits:
        public = permit.addresses & INTERNET
        if permit.sure and public and not isinstance(permit.ports, Missing) and not permit.addresses.broad:
            narrow[permit.protocol].append(permit)
    if not united(permit.addresses for each in narrow.values() for permit in each).broad:
        return {}
    every = narrow.get(ALL, [])
    return {name: Spans.union(_wide(own if name == ALL else own + every)) for name, own in narrow.items()}


def _wide(permits: list[Permit]) -> Iterator[Interval]:
    """Yield the ports on which rules together are wide, in a sweep over the ports at which a rule begins or ends.

    Ranges are only put together where the sum of their sizes is large enough: mostly nowhere.
    """
    begins: dict[int, list[Addresses]] = defaultdict(list)
    ends: dict[int, list[Addresses]] = defaultdict(list)
    for permit in permits:
        public = permit.addresses & INTERNET
        for low, high in () if isinstance(permit.ports, Missing) else permit.ports.parts:
            begins[low].append(public)
            ends[high + 1].append(public)
    active: Counter[Addresses] = Counter()
    four = six = 0
    for here, following in pairwise(sorted({*begins, *ends})):
        for each, step in [*((one, 1) for one in begins[here]), *((one, -1) for one in ends[here])]:
            active[each] += step
            # Counted once however often it is open: when it comes, and when the last of it goes.
            turn = step if active[each] == (1 if step == 1 else 0) else 0
            four, six = four + turn * each.four.size, six + turn * each.six.size
        if (four > BROAD[4] or six > BROAD[6]) and united(one for one, count in active.items() if count).broad:
            yield here, following - 1
