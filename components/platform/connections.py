"""How each kind of data store is built: a row here for each row of settings.tables.connections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pulumi

from components.compute.function import Scope
from components.data.cache import Cache, CacheArgs
from components.data.copied_backups import CopiedBackups, CopiedBackupsArgs
from components.data.database import Database, DatabaseArgs
from components.data.read_replica import ReadReplica, ReadReplicaArgs
from components.data.users import DatabaseUsers, DatabaseUsersArgs
from components.handles import Connection, StoredSecret
from components.operations.watch.cache import cache_subjects
from components.operations.watch.database import database_subjects, replica_subjects
from components.operations.watch.model import Subject
from components.platform.context import Context
from components.platform.network import Vpc
from components.platform.part import Parts
from components.platform.store_events import Events
from functions.common.function import FunctionDefinition
from functions.rotate_cache import ROTATE_CACHE
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_mysql import ROTATE_MYSQL
from functions.rotate_mysql_user import ROTATE_MYSQL_USER
from functions.rotate_user import ROTATE_USER
from settings.settings import Settings
from settings.tables.connections import replica_variable
from settings.tables.data import DatabaseTable


@dataclass(frozen=True, kw_only=True)
class BuiltStore:
    """A data store that is built: how it is reached, and what the rest of the stack does with it."""

    component: pulumi.Resource
    name: str  #: physical
    connection: Connection
    users: Mapping[str, StoredSecret] = field(default_factory=dict[str, StoredSecret])  #: secrets of services' users
    exports: Mapping[str, Any]  #: by what follows the store's word
    subjects: Sequence[Subject] = ()  #: what has alarms
    arn: pulumi.Output[str] | None = None  #: of what AWS Backup can back up
    resource_id: pulumi.Output[str] | None = None  #: AWS's own id, by which IAM knows its users
    scopes: Mapping[str, Scope] = field(default_factory=dict[str, Scope])  #: of its rotation, beside secret and clients
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])  #: likewise


@dataclass(frozen=True, kw_only=True)
class StoreKind:
    """A kind of data store: what builds one, and the function that renews its secret."""

    build: Callable[[Context, Parts], BuiltStore]
    rotation: Callable[[Settings], FunctionDefinition | None] = lambda _: None  #: that of the stack's store


def _database(context: Context, parts: Parts) -> BuiltStore:
    table = context.settings.database
    assert table is not None  # settings.stores has it
    placement = parts.of(Vpc).placement(table.tier, "database")
    args = DatabaseArgs(
        table=table,
        subnet_ids=placement.subnet_ids,
        group=placement.group,
        key=context.key,
        posture=context.settings.protection,
        copies=context.settings.secret_copies,
        **context.common,
    )
    database, events = Database("database", args, context.options), context.settings.events
    if events and events.database:
        parts.of(Events).topic.subscribe(database.instance_id)
    replicas = {word: _replica(context, args, database, word) for word in table.replicas}
    for replica in replicas.values() if events and events.database else ():
        parts.of(Events).topic.subscribe(replica.instance_id)
    if table.source and table.source.copied_days:
        copies = CopiedBackupsArgs(
            source=table.source.arn, days=table.source.copied_days, key=context.key, **context.common
        )
        CopiedBackups("copied-backups", copies, context.options)
    exports = {
        **{f"{word.replace('-', '_')}_endpoint": each.endpoint for word, each in replicas.items()},
        "endpoint": database.endpoint,
        "arn": database.arn,
        "id": database.instance_id,
        "secret_arn": database.secret_arn,
        "parameter_group": database.parameter_group,
        "subnet_group": database.subnet_group,
    }
    return BuiltStore(
        component=database,
        name=database.name,
        connection=_with_replicas(database.connection, replicas),
        users=_users(context, database, table),
        exports=exports,
        subjects=[
            *database_subjects(database, table),
            *(subject for word, each in replicas.items() for subject in replica_subjects(word, each, table)),
        ],
        arn=database.arn,
        resource_id=database.resource_id,
    )


def _replica(context: Context, args: DatabaseArgs, database: Database, word: str) -> ReadReplica:
    given = ReadReplicaArgs(
        table=args.table,
        word=word,
        source=database.instance_id,
        parameters=database.parameter_group,
        monitoring=database.monitoring_role,
        group=args.group,
        key=args.key,
        posture=args.posture,
        **context.common,
    )
    return ReadReplica(f"database-replica-{word}", given, context.options)


def _with_replicas(connection: Connection, replicas: Mapping[str, ReadReplica]) -> Connection:
    """Services that connect are given the addresses of the replicas, too."""
    hosts = {replica_variable(word): each.host for word, each in replicas.items()}
    return replace(connection, variables={**connection.variables, **hosts})


def _users(context: Context, database: Database, table: DatabaseTable) -> Mapping[str, StoredSecret]:
    """The secrets of the services' users, by the services."""
    rows = context.settings.database_users
    if not rows:
        return {}
    args = DatabaseUsersArgs(
        users=rows,
        engine=table.of,
        database=table.database,
        host=database.host,
        port=table.listens,
        key=context.key,
        copies=context.settings.secret_copies,
        recovery_days=context.settings.protection.secret_days,
        **context.common,
    )
    built = DatabaseUsers("database-users", args, context.options)
    return {service: StoredSecret(arn=arn, writer=built) for service, arn in built.arns.items()}


def _cache(context: Context, parts: Parts) -> BuiltStore:
    table, vpc, events = context.settings.cache, parts.of(Vpc), context.settings.events
    assert table is not None  # settings.stores has it
    placement = vpc.placement(table.tier, "cache")
    args = CacheArgs(
        table=table,
        subnet_ids=placement.subnet_ids,
        zones=vpc.table.zones,
        group=placement.group,
        key=context.key,
        posture=context.settings.protection,
        copies=context.settings.secret_copies,
        events=parts.of(Events).topic.arn if events and events.cache else None,
        **context.common,
    )
    cache = Cache("cache", args, context.options)
    return BuiltStore(
        component=cache,
        name=cache.name,
        connection=cache.connection,
        exports={"endpoint": cache.host, "secret_arn": cache.secret_arn, "subnet_group": cache.subnet_group},
        subjects=cache_subjects(cache),
        scopes={"cache": Scope([context.facts.cache(cache.name)])},
        variables={"REPLICATION_GROUP": cache.name, "CACHE_HOST": cache.host, "CACHE_PORT": str(cache.port)},
    )


#: By the database's engine.
ROTATIONS: Final[Mapping[str, FunctionDefinition]] = {"postgres": ROTATE_DATABASE, "mysql": ROTATE_MYSQL}
USER_ROTATIONS: Final[Mapping[str, FunctionDefinition]] = {"postgres": ROTATE_USER, "mysql": ROTATE_MYSQL_USER}


def _engine(settings: Settings) -> str:
    assert settings.database is not None  # whoever asks has one
    return settings.database.engine


#: By the words of settings.tables.connections.
STORES: Final[Mapping[str, StoreKind]] = {
    "database": StoreKind(build=_database, rotation=lambda settings: ROTATIONS[_engine(settings)]),
    "cache": StoreKind(build=_cache, rotation=lambda _: ROTATE_CACHE),
}
