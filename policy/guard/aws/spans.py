"""Sets of whole numbers by arithmetic of intervals: ports, and addresses as numbers. All of it takes linear time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

Interval = tuple[int, int]


@dataclass(frozen=True)
class Spans:
    """A set of whole numbers: intervals in order that neither overlap nor touch. Make it with `of`."""

    parts: tuple[Interval, ...] = ()

    @staticmethod
    def of(*parts: Interval) -> Spans:
        """Return the numbers of some intervals, both ends included; one that ends before it begins is empty."""
        return Spans.union(parts)

    @staticmethod
    def union(parts: Iterable[Interval]) -> Spans:
        """Return the numbers of some intervals, as `of`, however many they are."""
        joined: list[Interval] = []
        for low, high in sorted(part for part in parts if part[0] <= part[1]):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        return Spans(tuple(joined))

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(high - low + 1 for low, high in self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.parts, number, key=_low) - 1
        return at >= 0 and number <= self.parts[at][1]

    def __or__(self, other: Spans) -> Spans:
        if not self.parts or not other.parts:
            return self if self.parts else other
        return Spans.union(self.parts + other.parts)  # two sorted runs: to sort them is to merge them

    def __and__(self, other: Spans) -> Spans:
        found: list[Interval] = []
        mine, others = self.parts, other.parts
        one = two = 0
        while one < len(mine) and two < len(others):
            (low, high), (first, last) = mine[one], others[two]
            begins, ends = max(low, first), min(high, last)
            if begins <= ends:
                found.append((begins, ends))
            one, two = (one + 1, two) if high < last else (one, two + 1)
        return Spans(tuple(found))

    def __sub__(self, other: Spans) -> Spans:
        found: list[Interval] = []
        at: int = 0
        for low, high in self.parts:
            left = low
            while at < len(other.parts) and other.parts[at][1] < left:
                at += 1
            here: int = at
            while here < len(other.parts) and other.parts[here][0] <= high:
                if left < other.parts[here][0]:
                    found.append((left, other.parts[here][0] - 1))
                left = other.parts[here][1] + 1
                here += 1
            at = max(at, here - 1)  # the last one may reach into the next interval
            if left <= high:
                found.append((left, high))
        return Spans(tuple(found))

    def __le__(self, other: Spans) -> bool:
        """Say whether all of these are among the others."""
        return not self - other

    def __str__(self) -> str:
        return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in self.parts)


EMPTY: Final = Spans()


def _low(interval: Interval) -> int:
    return interval[0]
