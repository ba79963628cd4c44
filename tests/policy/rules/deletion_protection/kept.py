"""Rows of the family deletion-protection: what goes unless AWS is told to keep it."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r, three, unknown

GROUP, LUSTRE = "cloudwatch/logGroup:LogGroup", "fsx/lustreFileSystem:LustreFileSystem"
LOGS, BACKUP = "log-group-deletion-protection", "file-system-final-backup"
PROTECTED = {"deletionProtectionEnabled": True}

ROWS = [
    *three(LOGS, GROUP, PROTECTED, {}, "deletionProtectionEnabled"),
    *three(LOGS, GROUP, PROTECTED, {"deletionProtectionEnabled": False}, "retentionInDays"),
    Row(LOGS, "breach", "kept for a year", (r(GROUP, retentionInDays=365),)),
    Row(LOGS, "breach", "kept for ever", (r(GROUP, retentionInDays=0),)),
    Row(LOGS, "ok", "no evidence", (r(GROUP, retentionInDays=90),)),
    Row(LOGS, "ok", "on its way elsewhere", (r(GROUP, logGroupClass="DELIVERY"),)),
    Row(LOGS, "breach", "as text", (r(GROUP, retentionInDays="400"),)),
    Row(LOGS, "ok", "few days, as text", (r(GROUP, retentionInDays="30"),)),
    Row(
        LOGS,
        "ok",
        "no evidence, of whatever class",
        (OTHER, r(GROUP, retentionInDays=30, refs=unknown("logGroupClass"))),
    ),
    Row(LOGS, "undecided", "its class", (OTHER, r(GROUP, refs=unknown("logGroupClass")))),
    *three(BACKUP, LUSTRE, {"skipFinalBackup": False}, {}, "skipFinalBackup", deploymentType="PERSISTENT_2"),
    Row(BACKUP, "breach", "on purpose", (r(LUSTRE, deploymentType="PERSISTENT_1", skipFinalBackup=True),)),
    Row(BACKUP, "ok", "scratch has no backups", (r(LUSTRE, deploymentType="SCRATCH_2"),)),
    Row(BACKUP, "ok", "unset it is scratch", (r(LUSTRE),)),
    Row(BACKUP, "ok", "a bucket holds it", (r(LUSTRE, deploymentType="PERSISTENT_1", importPath="s3://models"),)),
    Row(
        BACKUP,
        "undecided",
        "whether a bucket holds it",
        (OTHER, r(LUSTRE, deploymentType="PERSISTENT_1", refs=unknown("importPath"))),
    ),
    Row(BACKUP, "undecided", "what kind it is", (OTHER, r(LUSTRE, refs=unknown("deploymentType")))),
]
