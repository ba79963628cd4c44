"""What AWS says of its actions: which there are, what they do, and what they can be confined to.

The data are policy_sentry's, and a table of the actions that are newer (`newer_actions`). They take 0.1 s and 90 MB to
load, so they are loaded when a document first asks.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from guard.aws.newer_actions import newer
from guard.aws.policy_documents import covers, wild

PERMISSIONS: Final = "Permissions management"
WRITE: Final = "Write"


@cache
def matching(pattern: str) -> tuple[str, ...]:
    """Return the actions that a pattern matches, in lower case; a name stands for itself, known or not."""
    pattern = pattern.lower()
    if not wild(pattern):
        return (pattern,)
    from policy_sentry.querying.actions import get_actions_for_service

    known = (action for service in _services(pattern) for action in get_actions_for_service(service, lowercase=True))
    return tuple(sorted(action for action in {*known, *newer()} if covers(pattern, action)))


@cache
def _services(pattern: str) -> tuple[str, ...]:
    """Return the services that a pattern speaks of."""
    from policy_sentry.querying.all import get_all_service_prefixes

    service, colon, _ = pattern.lower().partition(":")
    return tuple(sorted(prefix for prefix in get_all_service_prefixes() if covers(service if colon else "*", prefix)))


@cache
def level(action: str) -> str:
    """Return an action's access level; nothing for an action that nobody knows."""
    known_level = next((str(entry["access_level"]) for entry in _entries(action)), "")
    later = newer().get(action)
    if known_level or later is None:
        return known_level
    return PERMISSIONS if PERMISSIONS in later.level else later.level.partition(",")[0]


@cache
def kinds(action: str) -> tuple[str, ...]:
    """Return the kinds of resources, as ARNs with placeholders, that an action can be confined to; maybe none."""
    later = newer().get(action)
    return tuple({entry["resource_arn_format"] for entry in _entries(action)} - {"*"}) or (later.kinds if later else ())


@cache
def kinds_of(pattern: str) -> tuple[str, ...]:
    """Return the kinds of resources of the services that a pattern speaks of."""
    from policy_sentry.querying.arns import get_raw_arns_for_service

    return tuple({kind for service in _services(pattern) for kind in get_raw_arns_for_service(service)} - {"*"})


def _entries(action: str) -> list[dict[str, str]]:
    from policy_sentry.querying.actions import get_action_data

    service, _, name = action.partition(":")
    return get_action_data(service, name).get(service, [])


@cache
def known_dangers() -> frozenset[str]:
    """Return the actions known to raise the caller's own privileges, or to hand out the credentials of others."""
    lists = files("policy_sentry.shared").joinpath("data", "audit")
    texts = (lists.joinpath(name).read_text() for name in ("privilege-escalation.txt", "credentials-exposure.txt"))
    return frozenset(line.strip().lower() for text in texts for line in text.splitlines() if line.strip())


# A resource that nobody had in mind: whoever's pattern matches it matches every one of its kind.
_PLACEHOLDER: Final = "zq9-x7"
_DEFAULTS: Final = {1: "aws", 3: "us-east-1", 4: "123456789012"}


@lru_cache(maxsize=4096)
def matches_all(pattern: str, kind: str) -> bool:
    """Say whether a Resource pattern matches all resources of a kind, be it in one account or region only."""
    own, fields = pattern.lower().split(":", 5), kind.lower().split(":", 5)
    if len(fields) < 6:
        return pattern == "*"
    for at, default in _DEFAULTS.items():
        fields[at] = own[at] if len(own) > at else default
    fields[5] = re.sub(r"\$\{\w+\}", _PLACEHOLDER, fields[5])
    return covers(pattern, ":".join(fields))
