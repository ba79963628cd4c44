"""Backup plans: which stores they take care of, and for how long they keep what they took."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final, cast

from guard.aws.accounts import governs
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items
from guard.model.logic import Answer, every, some
from guard.model.rule import Parameter, Severity, rule

FAMILY: Final = "backup"
SELECTION: Final = "aws:backup/selection:Selection"

MINIMUM: Final = Parameter(
    "minimumBackupDays",
    {"type": "integer", "minimum": 1, "description": "For how many days at least a backup is kept."},
    default=7,
)


def number(value: Any) -> float | Missing:
    """Return a number, written as one or as text; what is neither is as good as unknown."""
    try:
        return ABSENT if value is ABSENT else float(value)
    except (TypeError, ValueError):
        return UNKNOWN


# How the ARN of a store begins after its account, by service: a plan may select stores by it before it is known.
ARNS: Final = {
    "aws:rds/instance:Instance": ("rds", "db:"),
    "aws:rds/cluster:Cluster": ("rds", "cluster:"),
    "aws:docdb/cluster:Cluster": ("rds", "cluster:"),
    "aws:neptune/cluster:Cluster": ("rds", "cluster:"),
    "aws:redshift/cluster:Cluster": ("redshift", "cluster:"),
    "aws:dynamodb/table:Table": ("dynamodb", "table/"),
    "aws:efs/fileSystem:FileSystem": ("elasticfilesystem", "file-system/"),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": ("fsx", "file-system/"),
    "aws:fsx/lustreFileSystem:LustreFileSystem": ("fsx", "file-system/"),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("fsx", "file-system/"),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": ("fsx", "file-system/"),
    "aws:ebs/volume:Volume": ("ec2", "volume/"),
    "aws:ec2/instance:Instance": ("ec2", "instance/"),
    "aws:s3/bucket:Bucket": ("s3", ""),
    "aws:timestreamwrite/table:Table": ("timestream", "database/"),
}


def planned(store: Resource, stack: Stack) -> Answer:
    """Return whether a backup plan of the stack takes care of a store."""
    if store.type not in ARNS:
        return False  # AWS Backup does not know its type.
    named = attached(stack, store, SELECTION, "resources", *ARNS)
    selections = {one.urn: one for one in (*named.all, *_by_pattern(stack))}
    return some(_selects(one, store, stack) for one in selections.values())


@lru_cache(maxsize=1)
def _by_pattern(stack: Stack) -> list[Resource]:
    """Return the selections that name no resource one by one: by pattern, or by tag only."""
    return [one for one in stack.of(SELECTION) if one["resources"] in (ABSENT, []) or _patterns(one["resources"])]


def _patterns(arns: Any) -> list[str]:
    return [arn for arn in items(arns) if isinstance(arn, str) and ("*" in arn or "?" in arn)]


def _selects(selection: Resource, store: Resource, stack: Stack) -> Answer:
    conditions = UNKNOWN if selection["conditions"] is not ABSENT else True  # further tags: rarely, and not read here
    excluded = _names(selection, "notResources", store, stack)
    wanted = True if selection["resources"] in (ABSENT, []) else _names(selection, "resources", store, stack)
    here, spares = governs(selection, store), excluded if excluded is UNKNOWN else not excluded
    return every([here, wanted, _tagged(selection, store), conditions, spares])


def _names(selection: Resource, path: str, store: Resource, stack: Stack) -> Answer:
    """Return whether a list of ARNs and patterns names a store."""
    named = attached(stack, store, SELECTION, path, *ARNS)
    if selection in named.sure:
        return True
    return some([selection in named.maybe and UNKNOWN, *(_fits(one, store) for one in _patterns(selection[path]))])


def _fits(pattern: str, store: Resource) -> Answer:
    """Return whether a pattern fits a store's ARN: as AWS made it, else as far as its type tells."""
    arn = store.outputs.get("arn")
    if isinstance(arn, str):
        return fnmatchcase(arn, pattern)
    service, kind = ARNS[store.type]
    place = "::" if service == "s3" else "%:%:"
    if fnmatchcase(f"arn:aws:{service}:{place}{kind}%", pattern):
        return True  # It fits what no region, account or name is like: so it fits all of this type.
    parts = pattern.split(":", 5)
    name = re.split(r"[*?]", parts[5])[0] if len(parts) == 6 else ""
    other = len(parts) > 2 and not fnmatchcase(service, parts[2])
    return UNKNOWN if not other and (kind.startswith(name) or name.startswith(kind)) else False


def _tagged(selection: Resource, store: Resource) -> Answer:
    """Return whether one of a selection's tags is a store's; without tags it selects by name alone."""
    wanted = items(selection["selectionTags"])
    tags = store.inputs.get("tagsAll", store["tags"])  # with the provider's default tags, if there are any
    answers = [_has(tags, dig(one, "key"), dig(one, "value")) for one in wanted]
    return some(answers) if wanted else True


def _has(tags: Any, key: Any, value: Any) -> Answer:
    if UNKNOWN in (tags, key, value):
        return UNKNOWN
    own = cast(dict[str, Any], tags).get(key) if isinstance(tags, dict) else None
    return UNKNOWN if own is UNKNOWN else own == value


@rule(
    "backup-plan-days",
    family=FAMILY,
    on="aws:backup/plan:Plan",
    severity=Severity.MEDIUM,
    why="Damage is often noticed after the weekend; a backup that is gone by then is none.",
    fix="Let lifecycle's delete_after be at least the minimum (parameter minimumBackupDays), or leave it out.",
    posture=True,
    parameters=(MINIMUM,),
)
def backup_plan_days(plan: Resource, *, minimum_backup_days: int) -> Iterator[Finding]:
    for one in items(plan["rules"]):
        days, name = number(dig(one, "lifecycle.deleteAfter")), dig(one, "ruleName")
        if days is UNKNOWN:
            yield plan.undecided("rules.lifecycle.deleteAfter")
        elif not isinstance(days, Missing) and days < minimum_backup_days:
            called = name if isinstance(name, str) else ""
            yield plan.finding(f"keeps backups for {days:g} days only", "rules.lifecycle.deleteAfter", about=called)
