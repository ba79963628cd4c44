"""Addresses, protocols and ports by arithmetic: every spelling of the internet is the internet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from guard.model.graph import ABSENT, UNKNOWN, Missing


@dataclass(frozen=True)
class Spans:
    """A set of whole numbers: intervals in order that neither overlap nor touch. Make it with `of`."""

    parts: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def of(*parts: tuple[int, int]) -> Spans:
        """Return the numbers of some intervals, both ends included; one that ends before it begins is empty."""
        joined: list[tuple[int, int]] = []
        for low, high in sorted(part for part in parts if part[0] <= part[1]):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        return Spans(tuple(joined))

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(high - low + 1 for low, high in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __contains__(self, number: int) -> bool:
        return any(low <= number <= high for low, high in self.parts)

    def __or__(self, other: Spans) -> Spans:
        return Spans.of(*self.parts, *other.parts)

    def __and__(self, other: Spans) -> Spans:
        common = ((max(a, c), min(b, d)) for a, b in self.parts for c, d in other.parts)
        return Spans.of(*common)

    def __sub__(self, other: Spans) -> Spans:
        left = self.parts
        for low, high in other.parts:
            left = tuple(piece for a, b in left for piece in ((a, min(b, low - 1)), (max(a, high + 1), b)))
        return Spans.of(*left)

    def __le__(self, other: Spans) -> bool:
        """Say whether all of these are among the others."""
        return not self - other

    def __str__(self) -> str:
        return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in self.parts)


@dataclass(frozen=True)
class Addresses:
    """A set of addresses, of IPv4 and of IPv6. Make it with `addresses`."""

    four: Spans = Spans()
    six: Spans = Spans()

    def __bool__(self) -> bool:
        return bool(self.four or self.six)

    def __or__(self, other: Addresses) -> Addresses:
        return Addresses(self.four | other.four, self.six | other.six)

    def __and__(self, other: Addresses) -> Addresses:
        return Addresses(self.four & other.four, self.six & other.six)

    def __sub__(self, other: Addresses) -> Addresses:
        return Addresses(self.four - other.four, self.six - other.six)

    def __le__(self, other: Addresses) -> bool:
        """Say whether all of these are among the others."""
        return self.four <= other.four and self.six <= other.six

    @property
    def broad(self) -> bool:
        """Whether so many of them are public that they are meant for the internet, not for a partner."""
        public = self & INTERNET
        return public.four.size > BROAD[4] or public.six.size > BROAD[6]


def addresses(texts: Iterable[str]) -> Addresses:
    """Return the addresses in some CIDRs, host bits ignored, what is none left out."""
    spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for text in texts:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            continue
        spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
    return Addresses(Spans.of(*spans[4]), Spans.of(*spans[6]))


def broad(texts: Iterable[str]) -> bool:
    """Say whether some CIDRs together hold a large part of the internet; halves of it count as the whole."""
    return addresses(texts).broad


# What is larger than a /9 of IPv4 or a /17 of IPv6: a /8 (a /16) is too large even if a part of it is private.
BROAD: Final = {4: 2 ** (32 - 9), 6: 2 ** (128 - 17)}

NOWHERE: Final = Addresses()
ANYWHERE: Final = addresses(("0.0.0.0/0", "::/0"))

# Where packets from the internet come from. Examples of public addresses count as public ones.
INTERNET: Final = addresses(("0.0.0.0/0", "2000::/3")) - addresses(
    (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
)

ALL: Final = "all"  # protocols
ALL_PORTS: Final = Spans.of((0, 65535))

# Rules name protocols or number them; the rest keep their number.
_PROTOCOLS: Final = {"-1": ALL, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_WITH_PORTS: Final = ("tcp", "udp")


def protocol(value: Any) -> str | Missing:
    """Return a protocol's name in lower case, `all`, or the number of a rare one; an unset one means all."""
    if value is UNKNOWN:
        return UNKNOWN
    text = ALL if value is ABSENT else str(value).strip().lower()
    return _PROTOCOLS.get(text, text)


def ports(name: str | Missing, low: Any, high: Any) -> Spans | Missing:
    """Return the ports of a rule; a protocol without ports, and -1 or nothing for a port, mean all of them."""
    if name is UNKNOWN:
        return UNKNOWN
    first, last = _number(low), _number(high)
    if name not in _WITH_PORTS or first == -1:
        return ALL_PORTS
    if isinstance(first, Missing) or isinstance(last, Missing):
        return UNKNOWN
    return Spans.of((first, first if last == -1 else last))


def pieces(sets: Iterable[Spans | Missing]) -> list[tuple[int, int]]:
    """Cut all ports where a set of ports begins or ends: within a piece no set tells one port from another."""
    parts = [part for spans in sets if not isinstance(spans, Missing) for part in spans.parts]
    cuts = {0, *(low for low, _ in parts), *(high + 1 for _, high in parts)}
    starts = sorted(cut for cut in cuts if 0 <= cut <= 65535)
    return [(low, end - 1) for low, end in zip(starts, [*starts[1:], 65536], strict=True)]


def speaks(rule: str | Missing, asked: str) -> bool | Missing:
    """Say whether a rule for a protocol is one for the protocol asked for."""
    return UNKNOWN if rule is UNKNOWN else rule in (ALL, asked)


def _number(value: Any) -> int | Missing:
    """Return a port; an unset one is -1, what is no number nobody knows."""
    if value is ABSENT or value == "":
        return -1
    try:
        return UNKNOWN if value is UNKNOWN else int(value)
    except ValueError:
        return UNKNOWN
