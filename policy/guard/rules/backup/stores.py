"""Data can be restored: every store keeps backups by itself, or a backup plan takes care of it."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, truth
from guard.model.logic import Answer, some
from guard.model.rule import Severity, rule
from guard.model.switches import Switch, register
from guard.rules.backup.plans import MINIMUM, number, planned
from guard.rules.logging.web import takes_logs

FAMILY: Final = "backup"


class Retention(NamedTuple):
    """Where a store says for how many days it keeps its automatic backups."""

    path: str
    unset: int = 0  # what AWS makes of an unset property
    days: int = 0  # how many are enough; 0 for the configured minimum
    elsewhere: tuple[str, ...] = ()  # with one of these set, another resource keeps the backups, or the setting
    by: str = ""  # a property that may say that there is nothing to keep
    nothing: tuple[str, ...] = ()


# What a cache holds is old after a day: one snapshot is what a restart needs.
_CACHE: Final = Retention("snapshotRetentionLimit", days=1)
_FILES: Final = "automaticBackupRetentionDays"

RETENTIONS: Final = {
    "aws:rds/instance:Instance": Retention("backupRetentionPeriod", elsewhere=("replicateSourceDb",)),
    "aws:rds/cluster:Cluster": Retention("backupRetentionPeriod", 1, elsewhere=("replicationSourceIdentifier",)),
    "aws:docdb/cluster:Cluster": Retention("backupRetentionPeriod", 1),
    "aws:docdb/elasticCluster:ElasticCluster": Retention("backupRetentionPeriod", 1),
    "aws:neptune/cluster:Cluster": Retention("backupRetentionPeriod", 1, elsewhere=("replicationSourceIdentifier",)),
    "aws:redshift/cluster:Cluster": Retention("automatedSnapshotRetentionPeriod", 1),
    "aws:elasticache/replicationGroup:ReplicationGroup": _CACHE._replace(elsewhere=("globalReplicationGroupId",)),
    "aws:elasticache/cluster:Cluster": _CACHE._replace(
        elsewhere=("replicationGroupId",), by="engine", nothing=("memcached",)
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": _CACHE._replace(by="engine", nothing=("memcached",)),
    "aws:memorydb/cluster:Cluster": _CACHE,
    "aws:fsx/windowsFileSystem:WindowsFileSystem": Retention(_FILES, 7),
    "aws:fsx/ontapFileSystem:OntapFileSystem": Retention(_FILES),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": Retention(_FILES),
    "aws:fsx/lustreFileSystem:LustreFileSystem": Retention(
        _FILES, by="deploymentType", nothing=("", "SCRATCH_1", "SCRATCH_2")
    ),
}
# Made from one of these, a database may have taken the retention over: then only AWS can tell what unset means.
RESTORED: Final = ("snapshotIdentifier", "restoreToPointInTime")


@rule(
    "store-backups",
    family=FAMILY,
    on=RETENTIONS,
    severity=Severity.MEDIUM,
    controls=("FSBP RDS.11", "FSBP ElastiCache.1", "FSBP DocumentDB.2", "FSBP Neptune.5", "FSBP Redshift.3"),
    why="A wrong migration, a deleted row, a locked disk: without a backup from before there is no way back. Unset "
    "means no backups for an RDS instance and a cache, one day for a cluster.",
    fix="Set backup_retention_period=7 or more (ElastiCache: snapshot_retention_limit, Redshift: "
    "automated_snapshot_retention_period, FSx: automatic_backup_retention_days), or select it in a backup plan.",
    posture=True,
    parameters=(MINIMUM,),
)
def store_backups(store: Resource, stack: Stack, *, minimum_backup_days: int) -> Iterator[Finding]:
    table = RETENTIONS[store.type]
    if any(store[path] not in (ABSENT, "") for path in table.elsewhere):
        return
    nothing = _holds_nothing(store, table)
    days = _days(store, table)
    enough = days if isinstance(days, Missing) else days >= (table.days or minimum_backup_days)
    kept = some([nothing, enough, planned(store, stack)])
    if kept is UNKNOWN:
        yield store.undecided(table.by if nothing is UNKNOWN else table.path)
    elif not kept:
        yield store.finding(f"keeps its backups for {days:g} days" if days else "keeps no backups", at=table.path)


def _holds_nothing(store: Resource, table: Retention) -> Answer:
    value = store[table.by] if table.by else ABSENT
    return value if value is UNKNOWN else bool(table.by) and ("" if value is ABSENT else value) in table.nothing


def _days(store: Resource, table: Retention) -> float | Missing:
    days = number(store[table.path])
    if days is not ABSENT:
        return days
    if not store.type.startswith("aws:rds/") or all(store[path] in (ABSENT, "") for path in RESTORED):
        return table.unset
    state = number(store.known(table.path))
    return UNKNOWN if state is ABSENT else state


register(
    FAMILY,
    Switch(
        "small-database-backups",
        {"aws:lightsail/database:Database": "backupRetentionEnabled"},
        bad=("false",),
        text="has its backups switched off",
        fix="Drop backup_retention_enabled=False.",
        why="To switch backups off deletes those that there are.",
        posture=True,
    ),
)


# --- tables, files, objects ---------------------------------------------------------------------------------------


@rule(
    "table-backups",
    family=FAMILY,
    on=("aws:dynamodb/table:Table", "aws:keyspaces/table:Table"),
    severity=Severity.MEDIUM,
    controls=("FSBP DynamoDB.2",),
    why="A faulty deployment overwrites items in seconds; point-in-time recovery is off unless set.",
    fix="Set point_in_time_recovery={'enabled': True} (Keyspaces: {'status': 'ENABLED'}), or select the table in a "
    "backup plan.",
    posture=True,
    parameters=(MINIMUM,),
)
def table_backups(table: Resource, stack: Stack, *, minimum_backup_days: int) -> Iterator[Finding]:
    if table.type == "aws:keyspaces/table:Table":
        at, days = "pointInTimeRecovery.status", ABSENT
        status = table[at]
        enabled = status if status is UNKNOWN else status == "ENABLED"
    else:
        at, days = "pointInTimeRecovery.enabled", number(table["pointInTimeRecovery.recoveryPeriodInDays"])
        enabled = table.switch(at)
    match some([enabled, planned(table, stack)]):
        case True if enabled is True and days is UNKNOWN:
            yield table.undecided("pointInTimeRecovery.recoveryPeriodInDays")
        case True if enabled is True and not isinstance(days, Missing) and days < minimum_backup_days:
            yield table.finding(f"can go back {days:g} days only", at="pointInTimeRecovery.recoveryPeriodInDays")
        case True:
            pass
        case False:
            yield table.finding("cannot go back in time, and no backup plan selects it", at=at)
        case _:
            yield table.undecided(at)


@rule(
    "file-system-backups",
    family=FAMILY,
    on="aws:efs/fileSystem:FileSystem",
    severity=Severity.MEDIUM,
    controls=("FSBP EFS.2",),
    why="A file system has no versions and no undo.",
    fix="Add an aws.efs.BackupPolicy with its file_system_id and backup_policy={'status': 'ENABLED'}, or select it in "
    "a backup plan.",
    posture=True,
)
def file_system_backups(files: Resource, stack: Stack) -> Iterator[Finding]:
    policies = attached(stack, files, "aws:efs/backupPolicy:BackupPolicy", "fileSystemId")
    match some([policies.some(lambda policy: _says(policy, "backupPolicy.status", "ENABLED")), planned(files, stack)]):
        case True:
            pass
        case False:
            yield files.finding("has no backups: no policy of its own enables them, no plan selects it")
        case _:
            yield files.unclear("may have a backup policy or plan: what they name is not known yet")


def _says(resource: Resource, path: str, word: str) -> Answer:
    value = resource[path]
    return value if value is UNKNOWN else value == word


@rule(
    "bucket-versions",
    family=FAMILY,
    on="aws:s3/bucket:Bucket",
    severity=Severity.LOW,
    controls=("FSBP S3.14",),
    why="In a bucket without versions a write or a delete is for ever. Logs are written once: their buckets need none.",
    fix="Add an aws.s3.BucketVersioning with its bucket and versioning_configuration={'status': 'Enabled'}, and a "
    "lifecycle rule for old versions.",
    posture=True,
)
def bucket_versions(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    beside = attached(stack, bucket, "aws:s3/bucketVersioning:BucketVersioning", "bucket")
    enabled = beside.some(lambda one: _says(one, "versioningConfiguration.status", "Enabled"))
    locked = bucket.switch("objectLockEnabled")  # which AWS allows with versions only
    inline = truth(bucket["versioning.enabled"], absent=False)
    match some([enabled, inline, locked, takes_logs(bucket, stack)]):
        case True:
            pass
        case False:
            yield bucket.finding("keeps no versions of its objects", at="versioning")
        case _:
            yield bucket.undecided("versioning")
