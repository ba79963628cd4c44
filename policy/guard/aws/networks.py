"""Addresses, protocols and ports by arithmetic: every spelling of the internet is the internet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_network
from typing import Any, Final

from guard.aws.spans import EMPTY, Interval, Spans
from guard.model.graph import ABSENT, UNKNOWN, Missing


@dataclass(frozen=True)
class Addresses:
    """A set of addresses, of IPv4 and of IPv6. Make it with `addresses`."""

    four: Spans = EMPTY
    six: Spans = EMPTY

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

    @cached_property
    def broad(self) -> bool:
        """Whether so many of them are public that they are meant for the internet, not for a partner."""
        if self.four.size <= BROAD[4] and self.six.size <= BROAD[6]:
            return False
        public = self & INTERNET
        return public.four.size > BROAD[4] or public.six.size > BROAD[6]


def addresses(texts: Iterable[str]) -> Addresses:
    """Return the addresses in some CIDRs, host bits ignored, what is none left out."""
    spans: dict[int, list[Interval]] = {4: [], 6: []}
    for found in map(_cidr, texts):
        if found:
            spans[found[0]].append(found[1])
    return Addresses(Spans.union(spans[4]), Spans.union(spans[6]))


def united(sets: Iterable[Addresses]) -> Addresses:
    """Return what is in one of some sets, however many they are."""
    found = list(sets)
    return Addresses(
        Spans.union(part for each in found for part in each.four.parts),
        Spans.union(part for each in found for part in each.six.parts),
    )


@lru_cache(maxsize=65536)  # the rules and routes of a hub name the same ranges again and again
def _cidr(text: str) -> tuple[int, Interval] | None:
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return network.version, (int(network.network_address), int(network.broadcast_address))


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


def same_protocol(rule: str | Missing, asked: str) -> bool | Missing:
    """Say whether a rule for a protocol is one for the protocol asked for."""
    return UNKNOWN if rule is UNKNOWN else rule in (ALL, asked)


def _number(value: Any) -> int | Missing:
    """Return a port; an unset one is -1, what is no number nobody knows."""
    if value is ABSENT or value == "":
        return -1
    try:
        return UNKNOWN if value is UNKNOWN else int(value)
    except (TypeError, ValueError):
        return UNKNOWN
