"""The ARNs behind the words of a service's `may`, where these are resources that the service does not own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pulumi

from components.platform.context import Context
from components.platform.stores import Stores
from settings.tables.users import user_of

Arns = Sequence[pulumi.Input[str]]


def _cache_login(context: Context, stores: Stores, service: str) -> Arns:
    """The cache, and its user who is called like the service."""
    return [context.facts.cache(stores.stores["cache"].name), context.facts.cache_user(service)]


def _database_login(context: Context, stores: Stores, service: str) -> Arns:
    """The database user who is called like the service."""
    user, id_ = user_of(service), stores.stores["database"].resource_id
    assert id_ is not None  # a database has one
    return [pulumi.Output.concat(context.facts.database_users, id_, "/", user)]


def _describe_database(context: Context, stores: Stores, service: str) -> Arns:
    return [context.facts.database(stores.stores["database"].name)]


def _publish(context: Context, stores: Stores, service: str) -> Arns:
    return [context.facts.topic(context.names.of("topic", "*"))]


#: Word of `may` → the ARNs that it is about. Other words need no ARN.
PERMISSIONS: Final[Mapping[str, Callable[[Context, Stores, str], Arns]]] = {
    "cache-login": _cache_login,
    "database-login": _database_login,
    "describe-database": _describe_database,
    "publish": _publish,
}


def acts_on(context: Context, stores: Stores, service: str) -> dict[str, Arns]:
    """The ARNs behind each word of a service's `may`."""
    may = context.settings.services[service].may
    return {word: PERMISSIONS[word](context, stores, service) for word in may if word in PERMISSIONS}


#: Word of `may` → the data store whose name is a part of its ARNs.
NAMED: Final[Mapping[str, str]] = {"cache-login": "cache", "describe-database": "database"}


def acts_after(context: Context, stores: Stores, service: str) -> list[pulumi.Resource]:
    """The stores that a permission names by a computed ARN. Without this dependency it could be created before them."""
    may = context.settings.services[service].may
    return [stores.stores[NAMED[word]].component for word in may if word in NAMED]
