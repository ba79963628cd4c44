"""Sets of addresses that are known in part: what is in them for certain, and what may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guard.aws.networks import ANYWHERE, NOWHERE, Addresses, united
from guard.model.graph import UNKNOWN, Missing


@dataclass(frozen=True)
class Extent:
    """A set of addresses between two bounds, `least` within `most`."""

    least: Addresses = NOWHERE
    most: Addresses = NOWHERE

    def __or__(self, other: Extent) -> Extent:
        return Extent(self.least | other.least, self.most | other.most)

    def __and__(self, other: Extent) -> Extent:
        return Extent(self.least & other.least, self.most & other.most)

    def __bool__(self) -> bool:
        """Say whether anything may be in it."""
        return bool(self.most)

    @property
    def broad(self) -> bool | Missing:
        """Whether a large part of the internet is in it."""
        return True if self.least.broad else UNKNOWN if self.most.broad else False

    def holds(self, addresses: Addresses) -> bool | Missing:
        """Say whether an address is in it, of which only is known that it is one of these."""
        if not addresses & self.most:
            return False
        return True if addresses <= self.least else UNKNOWN


def exactly(addresses: Addresses) -> Extent:
    """Return a set that is known."""
    return Extent(addresses, addresses)


NONE = exactly(NOWHERE)
ALL = exactly(ANYWHERE)
ANY = Extent(NOWHERE, ANYWHERE)  # nobody knows


def either(extents: Iterable[Extent]) -> Extent:
    """Return what is known if one of some sets is the right one, and nobody knows which."""
    found = list(extents)
    if not found:
        return ANY
    whole = found[0]
    for extent in found[1:]:
        whole = Extent(whole.least & extent.least, whole.most | extent.most)
    return whole


def union(extents: Iterable[Extent]) -> Extent:
    """Return what is in one of some sets, however many they are."""
    found = list(extents)
    return Extent(united(each.least for each in found), united(each.most for each in found))
