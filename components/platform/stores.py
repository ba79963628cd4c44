"""The data stores that services connect to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.data.snapshot_export import SnapshotExport, SnapshotExportArgs
from components.handles import StoredSecret
from components.platform.buckets import Buckets
from components.platform.connections import STORES
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.store import BuiltStore
from settings.tables.compute import ServiceTable
from settings.tables.connections import CONNECTIONS


@dataclass(frozen=True, kw_only=True)
class Stores(Part):
    """The data stores by word, and the secrets that open them by path."""

    stores: Mapping[str, BuiltStore]
    secrets: Mapping[str, StoredSecret]

    def variables(self, client: ServiceTable) -> dict[str, pulumi.Input[str]]:
        """Environment variables with the addresses of the stores that a service connects to."""
        return {
            CONNECTIONS[word].variable(end): value
            for word in client.connects
            for end, value in self.stores[word].connection.variables.items()
        }


def stores(context: Context, parts: Parts) -> Stores:
    """Build each data store that has a table, and the role for exports of the database's snapshots."""
    wanted = context.settings.stores
    built = {word: STORES[word].build(context, parts) for word in wanted}
    return Stores(
        stores=built,
        secrets={path: secret for word, store in built.items() for path, secret in _secrets(context, word, store)},
        subjects=[subject for store in built.values() for subject in store.subjects],
        backed_up={word: store.arn for word, store in built.items() if store.arn is not None},
        exports={
            **{f"{word}_{name}": value for word, store in built.items() for name, value in store.exports.items()},
            **_snapshot_export(context, parts),
        },
    )


def _secrets(context: Context, word: str, store: BuiltStore) -> Iterator[tuple[str, StoredSecret]]:
    """Secrets by path: the store's own, and those of its users."""
    yield context.settings.stores[word].secret.path, store.connection.secret
    for service, secret in store.users.items():
        yield context.settings.database_users[service].path, secret


def _snapshot_export(context: Context, parts: Parts) -> dict[str, Any]:
    table = context.settings.database
    if not table or not table.export_to:
        return {}
    args = SnapshotExportArgs(
        bucket=parts.of(Buckets).buckets[table.export_to],
        key=context.key,
        **context.common,
    )
    return {"snapshot_export_role_arn": SnapshotExport("snapshot-export", args, context.options).role_arn}
