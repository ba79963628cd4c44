"""The database: its replicas, its copied backups and its services' users."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi

from components.data.copied_backups import CopiedBackups, CopiedBackupsArgs
from components.data.database import Database, DatabaseArgs
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs
from components.data.read_replica import ReadReplica, ReadReplicaArgs
from components.handles import Connection, StoredSecret
from components.operations.watch.database import database_subjects, replica_subjects
from components.platform.context import Context
from components.platform.network import Vpc
from components.platform.part import Parts
from components.platform.store import BuiltStore
from components.platform.store_events import StoreTopic
from settings.tables.connections import replica_variable
from settings.tables.data import DatabaseTable


def database_of(context: Context, parts: Parts) -> BuiltStore:
    """Build the database, its replicas, its copied backups and its users' secrets."""
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
    replicas = {word: _replica(context, args, database, word) for word in table.replicas}
    if events and events.database:
        parts.of(StoreTopic).topic.subscribe([each.instance_id for each in (database, *replicas.values())])
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
    """The connection with the addresses of the replicas added."""
    hosts = {replica_variable(word): each.host for word, each in replicas.items()}
    return replace(connection, variables={**connection.variables, **hosts})


def _users(context: Context, database: Database, table: DatabaseTable) -> Mapping[str, StoredSecret]:
    """The secrets of the services' users, by service. A replica uses copies of its source's secrets."""
    rows = context.settings.database_users
    if not rows:
        return {}
    if table.users and table.users.copies:
        return {
            service: StoredSecret(arn=pulumi.Output.from_input(arn), writer=database)
            for service, arn in table.users.copies.items()
        }
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
