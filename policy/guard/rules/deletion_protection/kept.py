"""What AWS lets go unless it is told to keep it: an unset property is the danger."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource
from guard.model.rule import Severity, rule

FAMILY: Final = "deletion-protection"

#: From here on logs are kept as evidence; unset and 0 are for ever.
EVIDENCE_DAYS: Final = 365


@rule(
    "log-group-deletion-protection",
    family=FAMILY,
    on="aws:cloudwatch/logGroup:LogGroup",
    severity=Severity.LOW,
    posture=True,
    why="Logs that are kept for a year or longer are evidence, and evidence is what an intruder deletes first.",
    fix="Set deletion_protection_enabled=True, or retention_in_days below 365 for what is no evidence.",
)
def log_group_deletion_protection(group: Resource) -> Iterator[Finding]:
    days, protected = group["retentionInDays"], group.switch("deletionProtectionEnabled")
    kind = group["logGroupClass"]
    if kind == "DELIVERY" or protected is True:
        return  # the first keep what passes through for two days, whatever is set
    number = int(days) if isinstance(days, int | float) or (isinstance(days, str) and days.isdecimal()) else 0
    if 0 < number < EVIDENCE_DAYS:
        return
    open_at = {"retentionInDays": days, "deletionProtectionEnabled": protected, "logGroupClass": kind}
    unknown = next((at for at, value in open_at.items() if value is UNKNOWN), None)
    if unknown:
        yield group.undecided(unknown)
    else:
        yield group.finding("keeps evidence, and can be deleted by one call", at="deletionProtectionEnabled")


@rule(
    "file-system-final-backup",
    family=FAMILY,
    on="aws:fsx/lustreFileSystem:LustreFileSystem",
    severity=Severity.MEDIUM,
    posture=True,
    why="Of all file systems of FSx this one goes without a last backup unless it is told otherwise.",
    fix="Set skip_final_backup=False. A scratch file system, or one that is linked to a bucket, has no backups at all.",
)
def file_system_final_backup(system: Resource) -> Iterator[Finding]:
    kind, skipped = system["deploymentType"], system.switch("skipFinalBackup", absent=True)
    source = system["importPath"]
    linked = source not in (ABSENT, UNKNOWN, "")
    if skipped is False or linked or kind is ABSENT or str(kind).startswith("SCRATCH"):
        return  # unset, the type is SCRATCH_1
    open_at = {"deploymentType": kind, "skipFinalBackup": skipped, "importPath": source}
    unknown = next((at for at, value in open_at.items() if value is UNKNOWN), None)
    if unknown:
        yield system.undecided(unknown)
    else:
        yield system.finding("goes without a last backup", at="skipFinalBackup")
