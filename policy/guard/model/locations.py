"""Where a resource is: the region and the account of its provider, as far as the provider says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

#: The providers of AWS's resources: the one that they are generated for from Terraform's, and from CloudFormation's.
PROVIDERS: Final = ("pulumi:providers:aws", "pulumi:providers:aws-native")
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/")
# What else tells two accounts apart, though not which they are.
_CREDENTIALS: Final = ("profile", "accessKey")


class Location(NamedTuple):
    """A provider's region and account; empty where it leaves them to its surroundings.

    An account is its id, or else a word that stands for it: two words may be one account.
    """

    region: str = ""
    account: str = ""


def two_accounts(one: str, other: str) -> bool:
    """Whether these are two accounts for certain: a word that stands for one may be any."""
    return one != other and one.isdecimal() and other.isdecimal()


def location_of(provider: Mapping[str, Any]) -> Location:
    """Return where the resources of a provider live, by its inputs as plain data."""
    region = provider.get("region")
    return Location(region if isinstance(region, str) else "", _account(provider))


def _account(provider: Mapping[str, Any]) -> str:
    allowed = _list(provider.get("allowedAccountIds"))
    if len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0]
    roles = [
        role for key in ("assumeRoles", "assumeRole", "assumeRoleWithWebIdentity") for role in _list(provider.get(key))
    ]
    for role in reversed(roles):  # each is taken by the one before it
        arn = cast(dict[str, Any], role).get("roleArn") if isinstance(role, dict) else None
        found = _ROLE.match(arn) if isinstance(arn, str) else None
        return found[1] if found else "a role's"
    given = [key for key in _CREDENTIALS if provider.get(key) not in (None, "")]
    words = [f"{key} {provider[key]}" for key in given if isinstance(provider[key], str)]
    return words[0] if words else "unknown" if given or allowed else ""


def _list(value: Any) -> list[Any]:
    """Return a list or a block that a provider may carry as JSON; what is not known is one unknown thing."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            value = json.loads(value)
        except ValueError:
            return [None]
    if isinstance(value, list):
        return cast(list[Any], value)
    return [] if value is None or value == "" else [value]
