"""How each kind of data store is built: a row here for each row of settings.tables.connections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from components.compute.function import Scope
from components.data.cache import Cache, CacheArgs
from components.operations.watch.cache import cache_subjects
from components.platform.context import Context
from components.platform.database import database_of
from components.platform.network import Vpc
from components.platform.part import Parts
from components.platform.store import BuiltStore
from components.platform.store_events import StoreTopic
from functions.common.function import FunctionDefinition
from functions.rotate_cache import ROTATE_CACHE
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_mysql import ROTATE_MYSQL
from functions.rotate_mysql_user import ROTATE_MYSQL_USER
from functions.rotate_user import ROTATE_USER
from settings.settings import Settings


@dataclass(frozen=True, kw_only=True)
class StoreKind:
    """A kind of data store: what builds one, and the function that renews its secret."""

    build: Callable[[Context, Parts], BuiltStore]
    rotation: Callable[[Settings], FunctionDefinition]  #: that of the stack's store


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
        events=parts.of(StoreTopic).topic.arn if events and events.cache else None,
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
    "database": StoreKind(build=database_of, rotation=lambda settings: ROTATIONS[_engine(settings)]),
    "cache": StoreKind(build=_cache, rotation=lambda _: ROTATE_CACHE),
}
