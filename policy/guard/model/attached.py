"""What belongs to a resource but is declared beside it: a bucket's access block, a VPC's flow log, a stage's ACL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.logic import Answer, some


@dataclass(frozen=True)
class Attached:
    """What of one type belongs to a resource."""

    sure: tuple[Resource, ...] = ()
    maybe: tuple[Resource, ...] = ()  # belongs to it or to another: nobody can tell yet

    @property
    def all(self) -> tuple[Resource, ...]:
        """What belongs to it or may: for rules where one bad one is too many."""
        return self.sure + self.maybe

    def some(self, good: Callable[[Resource], Answer]) -> Answer:
        """Return whether one of them is good; one that only may belong to it makes UNKNOWN of a no, never a yes."""
        sure = some(good(one) for one in self.sure)
        if sure is not False:
            return sure
        return UNKNOWN if any(good(one) is not False for one in self.maybe) else False


@dataclass
class _Index:
    """The resources of one type by what they belong to."""

    sure: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    maybe: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    unresolved: list[Resource] = field(default_factory=list[Resource])


class _Attachments:
    """The indexes of a stack, each built when it is first asked for."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._indexes: dict[tuple[str, str, tuple[str, ...]], _Index] = {}

    def index(self, token: str, path: str, owners: tuple[str, ...]) -> _Index:
        key = (token, path, owners)
        if key not in self._indexes:
            self._indexes[key] = self._build(*key)
        return self._indexes[key]

    def _build(self, token: str, path: str, owners: tuple[str, ...]) -> _Index:
        index = _Index()
        for side in self.stack.of(token):
            targets = self.stack.targets(side, path, *owners)
            # One word that two resources stand behind means one of them.
            either = not isinstance(side[path], list) and len(targets.sure) > 1
            for owner in targets.sure:
                (index.maybe if either else index.sure)[owner.urn].append(side)
            for owner in targets.maybe:
                index.maybe[owner.urn].append(side)
            if targets.unknown:
                index.unresolved.append(side)
        return index


@lru_cache(maxsize=1)
def _attachments(stack: Stack) -> _Attachments:
    return _Attachments(stack)


def attached(stack: Stack, owner: Resource, token: str, path: str, *owners: str) -> Attached:
    """Return the resources of a type whose property at a path names the owner.

    `owners` are all types that the property may name, where it is not the owner's alone: a web ACL is associated with
    a load balancer or with an API, and one for an API is none for the balancer.
    """
    index = _attachments(stack).index(token, path, owners or (owner.type,))
    return Attached(
        sure=tuple(index.sure.get(owner.urn, ())), maybe=(*index.maybe.get(owner.urn, ()), *index.unresolved)
    )
