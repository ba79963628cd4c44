"""What one account or region is told protects no other: defaults, blocks and names count where they were said."""

from __future__ import annotations

import re
from typing import Final

from guard.model.graph import UNKNOWN, Resource
from guard.model.logic import Answer, every

_ID: Final = re.compile(r"\d{12}")


def same_account(one: Resource, other: Resource) -> Answer:
    """Return whether two resources are in one account, by what their providers say of it.

    Providers that say the same, nothing as well, are of one account; two that name different ids are of two. Whether a
    profile or a role is of the account that another provider names, nobody can tell.
    """
    if one.account == other.account:
        return True
    return False if all(map(_ID.fullmatch, (one.account, other.account))) else UNKNOWN


def same_region(one: Resource, other: Resource) -> Answer:
    """Return whether two resources are in one region; where one does not say any, it is the program's."""
    if UNKNOWN in (one.known("region"), other.known("region")):
        return UNKNOWN
    if not one.region or not other.region:
        return True
    return one.region == other.region


def governs(default: Resource, resource: Resource) -> Answer:
    """Return whether a setting of an account's region is one for a resource."""
    return every((same_account(default, resource), same_region(default, resource)))
