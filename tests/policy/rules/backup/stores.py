"""Rows of the family backup."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import BUCKET, OTHER, SHARE, Row, db, r, three, unknown
from tests.policy.engine import Declared

SRC = db("src", backupRetentionPeriod=14)
CACHE = "elasticache/replicationGroup:ReplicationGroup"
WINDOWS = "fsx/windowsFileSystem:WindowsFileSystem"
LUSTRE = "fsx/lustreFileSystem:LustreFileSystem"
DAYS = "automaticBackupRetentionDays"


def selection(*arns: str, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """A backup plan's choice, of ARNs and patterns or of other resources."""
    chosen = {"resources": list(arns)} if arns else {}
    return r("backup/selection:Selection", "pick", refs=refs, planId="plan", **chosen, **props)


TAGGED = {"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]}
TABLE = r("dynamodb/table:Table", hashKey="pk")
VERSIONS = r(
    "s3/bucketVersioning:BucketVersioning",
    "versions",
    refs={"bucket": "it.id"},
    versioningConfiguration={"status": "Enabled"},
)
SUSPENDED = r(
    "s3/bucketVersioning:BucketVersioning",
    "versions",
    refs={"bucket": "it.id"},
    versioningConfiguration={"status": "Suspended"},
)

RETENTION = [
    *three(
        "store-backups",
        "rds/instance:Instance",
        {"backupRetentionPeriod": 7},
        {"backupRetentionPeriod": 6},
        "backupRetentionPeriod",
        engine="postgres",
    ),
    Row("store-backups", "breach", "an instance, unset: no backups", (db(),)),
    Row("store-backups", "breach", "an instance, 0", (db(backupRetentionPeriod=0),)),
    Row(
        "store-backups",
        "ok",
        "a replica",
        (SRC, r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"})),
    ),
    Row("store-backups", "undecided", "restored: unset is as it was", (db(snapshotIdentifier="rds:last"),)),
    Row("store-backups", "breach", "restored, and says 1", (db(snapshotIdentifier="x", backupRetentionPeriod=1),)),
    Row("store-backups", "ok", "not restored: an empty word", (db(snapshotIdentifier="", backupRetentionPeriod=7),)),
    *three("store-backups", "rds/cluster:Cluster", {"backupRetentionPeriod": 35}, {}, engine="aurora-mysql"),
    Row(
        "store-backups",
        "ok",
        "a replica of a cluster",
        (r("rds/cluster:Cluster", engine="aurora-mysql", replicationSourceIdentifier="far-away"),),
    ),
    *three("store-backups", "docdb/cluster:Cluster", {"backupRetentionPeriod": 7}, {}, "backupRetentionPeriod"),
    *three("store-backups", "docdb/elasticCluster:ElasticCluster", {"backupRetentionPeriod": 7}, {}),
    *three("store-backups", "neptune/cluster:Cluster", {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 1}),
    *three(
        "store-backups",
        "redshift/cluster:Cluster",
        {"automatedSnapshotRetentionPeriod": 7},
        {"automatedSnapshotRetentionPeriod": 0},
    ),
    *three("store-backups", CACHE, {"snapshotRetentionLimit": 1}, {"snapshotRetentionLimit": 0}),
    Row("store-backups", "breach", "a cache, unset", (r(CACHE, engine="valkey"),)),
    Row(
        "store-backups",
        "ok",
        "the secondary of a global cache",
        (r(CACHE, globalReplicationGroupId="ldgnf-all"),),
    ),
    *three("store-backups", "elasticache/cluster:Cluster", {"engine": "memcached"}, {"engine": "redis"}, "engine"),
    Row("store-backups", "ok", "a member", (r("elasticache/cluster:Cluster", replicationGroupId="g"),)),
    *three(
        "store-backups",
        "elasticache/serverlessCache:ServerlessCache",
        {"snapshotRetentionLimit": 1},
        {},
        engine="valkey",
    ),
    Row(
        "store-backups",
        "ok",
        "memcached keeps nothing",
        (r("elasticache/serverlessCache:ServerlessCache", engine="memcached"),),
    ),
    *three("store-backups", "memorydb/cluster:Cluster", {"snapshotRetentionLimit": 5}, {}, "snapshotRetentionLimit"),
    *three("store-backups", WINDOWS, {}, {DAYS: 0}, DAYS),
    *three("store-backups", "fsx/ontapFileSystem:OntapFileSystem", {DAYS: 30}, {}),
    *three("store-backups", "fsx/openZfsFileSystem:OpenZfsFileSystem", {DAYS: 7}, {DAYS: 3}),
    *three("store-backups", LUSTRE, {DAYS: 7}, {}, deploymentType="PERSISTENT_2"),
    Row("store-backups", "ok", "scratch keeps nothing", (r(LUSTRE, deploymentType="SCRATCH_2"),)),
    Row("store-backups", "ok", "unset is scratch", (r(LUSTRE),)),
    Row("store-backups", "undecided", "of unknown kind", (OTHER, r(LUSTRE, refs=unknown("deploymentType")))),
    *three(
        "small-database-backups",
        "lightsail/database:Database",
        {},
        {"backupRetentionEnabled": False},
        "backupRetentionEnabled",
    ),
]

PLANS = [
    Row("store-backups", "ok", "in a plan, by ARN", (db(), selection(refs={"resources[0]": "it.arn"}))),
    Row("store-backups", "ok", "in a plan, by pattern", (db(), selection("arn:aws:rds:*:*:db:*"))),
    Row("store-backups", "ok", "in a plan for everything", (db(), selection("*"))),
    Row(
        "store-backups",
        "breach",
        "in a plan for clusters",
        (db(), selection("arn:aws:rds:*:*:cluster:*", "arn:aws:ec2:*")),
    ),
    Row(
        "store-backups",
        "breach",
        "another one is in the plan",
        (db(), db("twin", backupRetentionPeriod=7), selection(refs={"resources[0]": "twin.arn"})),
    ),
    Row("store-backups", "ok", "by tag", (db(tags={"backup": "daily"}), selection(**TAGGED))),
    Row("store-backups", "breach", "another value of the tag", (db(tags={"backup": "never"}), selection(**TAGGED))),
    Row("store-backups", "breach", "no tags", (db(), selection(**TAGGED))),
    Row("store-backups", "undecided", "a tag's value", (OTHER, db(refs=unknown("tags")), selection(**TAGGED))),
    Row(
        "store-backups",
        "breach",
        "by pattern and tag, and the tag is missing",
        (db(), selection("arn:aws:rds:*:*:db:*", **TAGGED)),
    ),
    Row(
        "store-backups",
        "undecided",
        "further conditions",
        (db(), selection("*", conditions={"stringEquals": [{"key": "aws:ResourceTag/a", "value": "b"}]})),
    ),
    Row(
        "store-backups",
        "breach",
        "left out of the plan",
        (db(), selection("*", refs={"notResources[0]": "it.arn"})),
    ),
    Row("store-backups", "undecided", "an ARN not known yet", (OTHER, db(), selection(refs=unknown("resources[0]")))),
    *three(
        "backup-plan-days",
        "backup/plan:Plan",
        {"rules": [{"ruleName": "daily", "targetVaultName": "v", "lifecycle": {"deleteAfter": 35}}]},
        {"rules": [{"ruleName": "daily", "targetVaultName": "v", "lifecycle": {"deleteAfter": 3}}]},
    ),
    Row(
        "backup-plan-days",
        "ok",
        "kept for ever",
        (r("backup/plan:Plan", rules=[{"ruleName": "daily", "targetVaultName": "v"}]),),
    ),
    Row(
        "backup-plan-days",
        "breach",
        "the second of two",
        (
            r(
                "backup/plan:Plan",
                rules=[
                    {"ruleName": "monthly", "targetVaultName": "v", "lifecycle": {"deleteAfter": 365}},
                    {"ruleName": "daily", "targetVaultName": "v", "lifecycle": {"deleteAfter": 2}},
                ],
            ),
        ),
    ),
    Row(
        "backup-plan-days",
        "undecided",
        "",
        (OTHER, r("backup/plan:Plan", refs=unknown("rules[0].lifecycle.deleteAfter"))),
    ),
]

TABLES = [
    *three(
        "table-backups",
        "dynamodb/table:Table",
        {"pointInTimeRecovery": {"enabled": True}},
        {"pointInTimeRecovery": {"enabled": False}},
        "pointInTimeRecovery.enabled",
        hashKey="pk",
    ),
    Row("table-backups", "breach", "unset", (TABLE,)),
    Row(
        "table-backups",
        "breach",
        "back for three days only",
        (r("dynamodb/table:Table", pointInTimeRecovery={"enabled": True, "recoveryPeriodInDays": 3}),),
    ),
    Row(
        "table-backups",
        "undecided",
        "back for how long",
        (
            OTHER,
            r(
                "dynamodb/table:Table",
                pointInTimeRecovery={"enabled": True},
                refs=unknown("pointInTimeRecovery.recoveryPeriodInDays"),
            ),
        ),
    ),
    Row("table-backups", "ok", "in a plan", (TABLE, selection("arn:aws:dynamodb:*:*:table/*"))),
    Row(
        "table-backups",
        "breach",
        "in a plan of another region",
        (
            r("dynamodb/table:Table", hashKey="pk", region="eu-west-1"),
            selection("arn:aws:dynamodb:*:*:table/*", region="us-east-1"),
        ),
    ),
    Row(
        "table-backups",
        "undecided",
        "in a plan for some names",
        (TABLE, selection("arn:aws:dynamodb:*:*:table/prod-*")),
    ),
    *three(
        "table-backups",
        "keyspaces/table:Table",
        {"pointInTimeRecovery": {"status": "ENABLED"}},
        {"pointInTimeRecovery": {"status": "DISABLED"}},
        "pointInTimeRecovery.status",
    ),
]


def policy(status: str, files: str = "share.id") -> Declared:
    return r("efs/backupPolicy:BackupPolicy", "keep", refs={"fileSystemId": files}, backupPolicy={"status": status})


FILES = [
    Row("file-system-backups", "ok", "", (SHARE, policy("ENABLED"))),
    Row("file-system-backups", "breach", "no policy", (SHARE,)),
    Row("file-system-backups", "breach", "a policy that says no", (SHARE, policy("DISABLED"))),
    Row(
        "file-system-backups",
        "breach",
        "another one's policy",
        (SHARE, r("efs/fileSystem:FileSystem", "twin"), policy("ENABLED", "twin.id")),
    ),
    Row("file-system-backups", "ok", "in a plan", (SHARE, selection(refs={"resources[0]": "share.arn"}))),
    Row("file-system-backups", "undecided", "whose policy", (OTHER, SHARE, policy("ENABLED", "other.value"))),
    Row(
        "file-system-backups",
        "breach",
        "whose policy, but it says no",
        (OTHER, SHARE, policy("DISABLED", "other.value")),
    ),
    Row("bucket-versions", "ok", "", (BUCKET, VERSIONS)),
    Row("bucket-versions", "breach", "none", (BUCKET,)),
    Row("bucket-versions", "breach", "suspended", (BUCKET, SUSPENDED)),
    Row("bucket-versions", "ok", "inline", (r("s3/bucket:Bucket", versioning={"enabled": True}),)),
    Row("bucket-versions", "breach", "inline, off", (r("s3/bucket:Bucket", versioning={"enabled": False}),)),
    Row("bucket-versions", "ok", "locked", (r("s3/bucket:Bucket", objectLockEnabled=True),)),
    Row(
        "bucket-versions",
        "ok",
        "by literal name",
        (
            BUCKET,
            r(
                "s3/bucketVersioning:BucketVersioning",
                "v",
                bucket="parcels",
                versioningConfiguration={"status": "Enabled"},
            ),
        ),
    ),
    Row(
        "bucket-versions",
        "ok",
        "by aliases",
        (
            r("s3/bucketV2:BucketV2"),
            r(
                "s3/bucketVersioningV2:BucketVersioningV2",
                "v",
                refs={"bucket": "it.id"},
                versioningConfiguration={"status": "Enabled"},
            ),
        ),
    ),
    Row(
        "bucket-versions",
        "ok",
        "it takes logs, which are written once",
        (
            BUCKET,
            r(
                "lb/loadBalancer:LoadBalancer",
                "front",
                accessLogs={"enabled": True},
                refs={"accessLogs.bucket": "it.bucket"},
            ),
        ),
    ),
    Row(
        "bucket-versions",
        "undecided",
        "an unknown status",
        (
            OTHER,
            BUCKET,
            r(
                "s3/bucketVersioning:BucketVersioning",
                "v",
                refs={"bucket": "it.id", **unknown("versioningConfiguration.status")},
            ),
        ),
    ),
]

ROWS = [*RETENTION, *PLANS, *TABLES, *FILES]
