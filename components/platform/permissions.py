"""The ARNs behind the words of a service's `may`, where these are resources that the service does not own."""

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from components.platform.context import Context
from components.platform.stores import Stores
from settings.tables.users import user_of


def acts_on(context: Context, stores: Stores, service: str) -> dict[str, Sequence[pulumi.Input[str]]]:
    """The ARNs by word: the service's topics and stores, and the users of the stores who are called like it."""
    facts = context.facts
    found: dict[str, Sequence[pulumi.Input[str]]] = {"publish": [facts.topic(context.names.of("topic", "*"))]}
    if cache := stores.stores.get("cache"):
        found["cache-login"] = [facts.cache(cache.name), facts.cache_user(service)]
    if database := stores.stores.get("database"):
        found["describe-database"] = [facts.database(database.name)]
        if database.resource_id is not None:
            users = pulumi.Output.concat(facts.database_users, database.resource_id, "/")
            found["database-login"] = [pulumi.Output.concat(users, user_of(service))]
    return found


#: Word of `may` → the data store whose name is a part of its ARNs.
NAMED: Final[Mapping[str, str]] = {"cache-login": "cache", "describe-database": "database"}


def acts_after(context: Context, stores: Stores, service: str) -> list[pulumi.Resource]:
    """The stores that a permission names by a computed ARN. Without this dependency it could be created before them."""
    may = context.settings.services[service].may
    return [stores.stores[NAMED[word]].component for word in may if word in NAMED]
