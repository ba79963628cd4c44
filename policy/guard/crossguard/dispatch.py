"""Which policies are handed a resource: those that speak of its type.

The SDK deserializes a resource anew for each policy that it asks, which is most of what a pack of many policies costs.
It asks them in the order of the list that it was given, one after the other; so the list can leave out, after the
first has seen what the resource is, those that would have nothing to say. Were the list copied somewhere, every policy
would be asked of everything: slower, and the same verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping

from pulumi_policy import Policy, Severity, StackValidationPolicy

from guard.crossguard.conversion import kept
from guard.crossguard.levels import Listener


class CurrentType(threading.local):
    """The type of the resource that the recorder was shown last, for each of the server's threads."""

    token: str | None = None


class Policies(list[Policy]):
    """The pack's policies, the recorder first; after it has seen a resource, only those follow that look at its type.

    `names_by_type` holds the names of resource policies by type token; `configured` is told what the engine configures;
    `severities` holds each rule's.
    """

    def __init__(
        self,
        policies: Iterable[Policy],
        current: CurrentType,
        names_by_type: Mapping[str, Collection[str]],
        configured: Listener,
        severities: Mapping[str, Severity],
    ) -> None:
        super().__init__(policies)
        self.configured = configured
        self.severities = severities
        self._current = current
        self._names_by_type = names_by_type
        self._of_some_type = frozenset(name for names in names_by_type.values() for name in names)
        self._wanted: dict[str, list[Policy]] = {}  # by type, as they are asked for
        self._introduced = False

    def __iter__(self) -> Iterator[Policy]:
        with kept():
            yield from self._asked()

    def _asked(self) -> Iterator[Policy]:
        every = super().__iter__()
        self._current.token = None
        for recorder in every:
            yield recorder
            break
        token = self._current.token
        if token is None:  # nobody was shown a resource: the SDK lists the policies, or asks about the whole stack
            yield from every
        elif not self._introduced:  # each policy sees its configuration once, so that mistakes there come to light
            self._introduced = True
            yield from every
        else:
            if token not in self._wanted:
                unwanted = self._of_some_type.difference(self._names_by_type.get(token, ()))
                asked = (one for one in every if not isinstance(one, StackValidationPolicy))
                self._wanted[token] = [one for one in asked if one.name not in unwanted]
            yield from self._wanted[token]
