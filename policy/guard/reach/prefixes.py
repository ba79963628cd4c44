"""Managed prefix lists, opened: which ranges stand in them."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from guard.graph import UNKNOWN, Missing, Resource, Stack, dig, items
from guard.reach.nodes import PREFIX_LIST


class Prefixes:
    """The managed prefix lists of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def opened(self, source: Resource, path: str, value: Any) -> list[str | Missing]:
        """Return the ranges in the prefix lists that a value names; UNKNOWN for one outside the stack."""
        targets = self.stack.resolve(source, path, value, PREFIX_LIST)
        found: list[str | Missing] = [UNKNOWN] if targets.outside or not targets.complete else []
        for prefix_list in targets.sure:
            found += [dig(entry, "cidr") for entry in items(prefix_list["entries"])]
            found += [entry["cidr"] for entry in self._entries.get(prefix_list.urn, [])]
        return found

    @cached_property
    def _entries(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for entry in self.stack.of("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"):
            for prefix_list in self.stack.targets(entry, "prefixListId", PREFIX_LIST).sure:
                found.setdefault(prefix_list.urn, []).append(entry)
        return found


@lru_cache(maxsize=1)
def prefixes(stack: Stack) -> Prefixes:
    """Return the prefix lists of a stack, indexed once for all rules."""
    return Prefixes(stack)
