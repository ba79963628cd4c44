"""Managed prefix lists, opened: which ranges stand in them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from guard.aws.nodes import ENDPOINT, PREFIX_LIST
from guard.model.graph import UNKNOWN, Missing, Resource, Stack, dig, items

# Lists that AWS manages (CloudFront, S3, …) hold its own addresses only, and so count as empty: narrow, whatever stands
# in them. Their ids are short, customers' ids are long.
_BY_AWS: Final = re.compile(r"pl-[0-9a-f]{8}|com\.amazonaws\..*")


@dataclass(frozen=True)
class PrefixList:
    """What stands in one prefix list."""

    name: str
    ranges: tuple[str, ...] = ()
    complete: bool = True  # False if it may hold more than `ranges`


class Prefixes:
    """The managed prefix lists of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def lists(self, source: Resource, path: str, value: Any) -> list[PrefixList]:
        """Return the prefix lists that a value names; that of a gateway endpoint is AWS's, as yet without an id."""
        targets = self.stack.resolve(source, path, value, PREFIX_LIST, ENDPOINT)
        found = [self._opened(prefix_list) for prefix_list in targets.sure]
        found += [PrefixList(name, complete=bool(_BY_AWS.fullmatch(name))) for name in targets.outside]
        return found if targets.complete else [*found, PrefixList("a list not known yet", complete=False)]

    def opened(self, source: Resource, path: str, value: Any) -> list[str | Missing]:
        """Return the ranges in the prefix lists that a value names; UNKNOWN if there may be more."""
        lists = self.lists(source, path, value)
        ranges: list[str | Missing] = [text for prefix_list in lists for text in prefix_list.ranges]
        return ranges if all(prefix_list.complete for prefix_list in lists) else [*ranges, UNKNOWN]

    def _opened(self, prefix_list: Resource) -> PrefixList:
        if prefix_list.type == ENDPOINT or _BY_AWS.fullmatch(str(prefix_list.known("name"))):
            return PrefixList(prefix_list.name)
        written = [dig(entry, "cidr") for entry in items(prefix_list.known("entries"))]
        written += [entry["cidr"] for entry in self._entries[prefix_list.urn]]
        ranges = tuple(str(text) for text in written if not isinstance(text, Missing))
        return PrefixList(prefix_list.name, ranges, complete=UNKNOWN not in written and not self._unresolved)

    @cached_property
    def _entries(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for entry in self.stack.of(_ENTRY):
            for prefix_list in self.stack.targets(entry, "prefixListId", PREFIX_LIST).sure:
                found[prefix_list.urn].append(entry)
        return found

    @cached_property
    def _unresolved(self) -> bool:
        """Whether an entry exists whose list nobody can name."""
        entries = self.stack.of(_ENTRY)
        return any(not self.stack.targets(entry, "prefixListId", PREFIX_LIST).complete for entry in entries)


_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


@lru_cache(maxsize=1)
def prefixes(stack: Stack) -> Prefixes:
    """Return the prefix lists of a stack, indexed once for all rules."""
    return Prefixes(stack)
