"""What AWS says of its actions: which there are, what they do, and what they can be confined to."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from guard.aws import action_table
from guard.aws.action_table import IamAction
from guard.aws.policy_documents import covers, wild

PERMISSIONS: Final = action_table.PERMISSIONS
WRITE: Final = "Write"

_UNKNOWN: Final = IamAction("", ())


@cache
def matching(pattern: str) -> tuple[str, ...]:
    """Return the actions that a pattern matches, in lower case; a name stands for itself, known or not."""
    pattern = pattern.lower()
    if not wild(pattern):
        return (pattern,)
    known = (action for service in _services(pattern) for action in action_table.service(service)[1])
    return tuple(sorted(action for action in known if covers(pattern, action)))


@cache
def _services(pattern: str) -> tuple[str, ...]:
    """Return the services that a pattern speaks of."""
    service, colon, _ = pattern.lower().partition(":")
    return tuple(sorted(prefix for prefix in action_table.services() if covers(service if colon else "*", prefix)))


def _action(name: str) -> IamAction:
    return action_table.service(name.partition(":")[0])[1].get(name, _UNKNOWN)


def level(action: str) -> str:
    """Return an action's access level; nothing for an action that nobody knows."""
    return _action(action).level


def unknown(pattern: str) -> bool:
    """Say whether no table has an action that a pattern matches: it may be newer than they are, and do anything."""
    return not any(map(level, matching(pattern)))


def kinds(action: str) -> tuple[str, ...]:
    """Return the kinds of resources, as ARNs with placeholders, that an action can be confined to; maybe none."""
    return _action(action).kinds


@cache
def kinds_of(pattern: str) -> tuple[str, ...]:
    """Return the kinds of resources of the services that a pattern speaks of."""
    return tuple({kind for service in _services(pattern) for kind in action_table.service(service)[0]})


def known_dangers() -> frozenset[str]:
    """Return the actions known to raise the caller's own privileges, or to hand out the credentials of others."""
    return action_table.dangers()


# A resource that nobody had in mind: whoever's pattern matches it matches every one of its kind.
_PLACEHOLDER: Final = "zq9-x7"
_DEFAULTS: Final = {1: "aws", 3: "us-east-1", 4: "123456789012"}


@lru_cache(maxsize=4096)
def matches_all(pattern: str, kind: str) -> bool:
    """Say whether a Resource pattern matches all resources of a kind, be it in one account or region only."""
    pattern = re.sub(r"\$\{[^}]*\}", "0", pattern.lower())  # a variable is one value
    own, fields = pattern.split(":", 5), kind.lower().split(":", 5)
    if len(fields) < 6:
        return pattern == "*"
    for at, default in _DEFAULTS.items():
        fields[at] = own[at] if len(own) > at else default
    fields[5] = re.sub(r"\$\{\w+\}", _PLACEHOLDER, fields[5])
    return covers(pattern, ":".join(fields))
