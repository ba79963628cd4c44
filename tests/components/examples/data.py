"""Examples of data stores and what belongs to them."""

from collections.abc import Callable, Mapping
from typing import Any

from components.component import Args, Component
from components.data.backup import Backup, BackupArgs
from components.data.bucket import Bucket, BucketArgs, access_log_deliveries
from components.data.cache import Cache, CacheArgs
from components.data.copied_backups import CopiedBackups, CopiedBackupsArgs
from components.data.database import Database, DatabaseArgs
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs
from components.data.dynamo import Dynamo, DynamoArgs
from components.data.files import Files, FilesArgs
from components.data.read_replica import ReadReplica, ReadReplicaArgs
from components.data.replication import Replication, ReplicationArgs
from components.data.snapshot_export import SnapshotExport, SnapshotExportArgs
from settings.posture import POSTURES
from settings.tables.backup import BackupTable
from settings.tables.buckets import BucketTable, ReplicaTable
from settings.tables.data import CacheTable, DatabaseTable, DynamoTable
from settings.tables.engines import ENGINES
from settings.tables.files import FilesTable
from settings.tables.users import UsersTable
from tests.components.examples.common import BY_ZONE, COMMON, FACTS, KEY, SUBNETS, TOPICS


def bucket(word: str = "media", name: str | None = None, **changes: Any) -> Bucket:
    """A bucket of the stack."""
    given = {"table": BucketTable(), "word": word, "key": KEY, "force_destroy": False, "protect": False}
    return Bucket(name or f"bucket-{word}", BucketArgs(**(COMMON | given | changes)))


def database_args(posture: str = "protected", changes: Mapping[str, Any] | None = None, **others: Any) -> DatabaseArgs:
    """A PostgreSQL 15; `changes` are the table's."""
    table = DatabaseTable.model_validate({"version": "15", "insights": True, **(changes or {})})
    given = {"table": table, "subnet_ids": SUBNETS, "group": "sg-db", "key": KEY, "posture": POSTURES[posture]}
    return DatabaseArgs(**(COMMON | given | others))


def read_replica_args(
    posture: str = "protected", changes: Mapping[str, Any] | None = None, **others: Any
) -> ReadReplicaArgs:
    """The replica `reader` of a PostgreSQL 15; `changes` are the database's table's."""
    own = {"version": "15", "insights": True, "replicas": {"reader": {}}}
    table = DatabaseTable.model_validate({**own, **(changes or {})})
    given = {
        "table": table,
        "word": "reader",
        "source": "acme-test-rds-postgres",
        "parameters": "acme-test-rds-postgres-0000",
        "monitoring": "arn:aws:iam::210987654321:role/monitoring",
        "group": "sg-db",
        "key": KEY,
        "posture": POSTURES[posture],
    }
    return ReadReplicaArgs(**(COMMON | given | others))


def users_args(engine: str = "postgres", **others: Any) -> DatabaseUsersArgs:
    """The users of two services, in a database that is there."""
    table = UsersTable.model_validate({"rotate-days": 90, "connections": 10})
    given = {
        "users": {service: table.of(service) for service in ("api", "back-office")},
        "engine": ENGINES[engine],
        "database": "app",
        "host": "db.example.com",
        "port": 5432,
        "key": KEY,
        "recovery_days": 30,
    }
    return DatabaseUsersArgs(**(COMMON | given | others))


def cache_args(posture: str = "protected", changes: Mapping[str, Any] | None = None, **others: Any) -> CacheArgs:
    """A Redis 7.1; `changes` are the table's."""
    table = CacheTable.model_validate({"version": "7.1", "node": "cache.t3.micro", **(changes or {})})
    given = {"table": table, "subnet_ids": SUBNETS, "group": "sg-cache", "key": KEY, "posture": POSTURES[posture]}
    return CacheArgs(**(COMMON | given | others))


def _bucket(**given: Any) -> BucketArgs:
    table = BucketTable(versioned=True, glacier_days=90, expire_days=365)
    logs = access_log_deliveries(FACTS, FACTS.bucket("acme-test-media"), "acme-test-site", "site")
    return BucketArgs(table=table, word="media", key=KEY, statements=[logs], force_destroy=False, protect=True, **given)


def _snapshot_export(**given: Any) -> SnapshotExportArgs:
    return SnapshotExportArgs(bucket=bucket("backups").handle, key=KEY, **given)


def backup_args(changes: Mapping[str, Any] | None = None, **others: Any) -> BackupArgs:
    """A database's backups, locked, with copies elsewhere; `changes` are the table's."""
    table: dict[str, Any] = {"lock": "governance", "copy-to": {"region": "eu-west-3"}, **(changes or {})}
    given = {
        "table": BackupTable.model_validate(table),
        "stores": {"database": "arn:aws:rds:db"},
        "topic": TOPICS["warning"],
    }
    return BackupArgs(**(COMMON | given | {"key": KEY, "force_destroy": False, "protect": True} | others))


def files_args(changes: Mapping[str, Any] | None = None, **others: Any) -> FilesArgs:
    """A file system with one access point; `changes` are the table's."""
    points = {"points": {"shared": {"path": "/shared"}}}
    given = {
        "table": FilesTable.model_validate(points | dict(changes or {})),
        "word": "training",
        "subnet_ids": BY_ZONE,
        "group": "sg-files",
        "key": KEY,
        "protect": True,
    }
    return FilesArgs(**(COMMON | given | others))


def replication_args(key: str = "alias/acme-dr-kms", **others: Any) -> ReplicationArgs:
    """Copies of a bucket in us-west-2."""
    table = ReplicaTable(bucket="acme-media-dr", key=f"arn:aws:kms:us-west-2:210987654321:{key}")
    given = {"table": table, "word": "media", "bucket": bucket("media").handle, "key": KEY}
    return ReplicationArgs(**(COMMON | given | others))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Backup: backup_args,
    Bucket: _bucket,
    Cache: cache_args,
    CopiedBackups: lambda **given: CopiedBackupsArgs(
        source="arn:aws:rds:eu-west-3:123456789012:db:acme", days=30, key=KEY, **given
    ),
    Database: database_args,
    DatabaseUsers: users_args,
    Dynamo: lambda **given: DynamoArgs(
        table=DynamoTable(hash="Id"), word="lock", key=KEY, deletion_protection=True, protect=True, **given
    ),
    Files: files_args,
    ReadReplica: read_replica_args,
    Replication: replication_args,
    SnapshotExport: _snapshot_export,
}
