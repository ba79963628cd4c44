"""The roles of services, functions and administrators, and the key whose policy names them."""

from dataclasses import dataclass

import pulumi

from components.operations.topics import PRINCIPALS
from components.platform.alerts import publishers
from components.platform.context import Start
from components.platform.function_definitions import function_definitions
from components.platform.grants import grants_of_the_key
from components.platform.part import Part
from components.security.key import Key, KeyArgs
from components.security.roles import Roles, RolesArgs


@dataclass(frozen=True, kw_only=True)
class Identity(Part):
    """The stack's roles and its key."""

    roles: Roles
    key: pulumi.Output[str]  #: ARN


def identity(start: Start) -> Identity:
    """Build the roles, bare, and then the key."""
    settings = start.settings
    args = RolesArgs(
        services=list(settings.services),
        functions=[function.name for function in function_definitions(settings)],
        administrators=settings.key.administrators,
        **start.common,
    )
    roles = Roles("roles", args, start.options)
    key = _key(start, roles)
    return Identity(roles=roles, key=key.arn, exports={"key_arn": key.arn, "key_id": key.key_id})


def _key(start: Start, roles: Roles) -> Key:
    settings = start.settings
    # Objects under the key, and messages to topics under it, need data keys.
    keyed = {word for word, bucket in settings.buckets.items() if bucket.encryption == "key"}
    writers = [
        roles.task[word]
        for word, service in settings.services.items()
        if keyed & service.buckets.keys() or "publish" in service.may
    ]
    args = KeyArgs(
        table=settings.key,
        administrators=list(roles.administrators.values()),
        readers=[*roles.execution.values(), *roles.task.values(), *roles.function.values()],
        writers=[*writers, *roles.function.values()],
        publishers=[PRINCIPALS[publisher] for publisher in publishers(settings)],
        grants=grants_of_the_key(settings, start.facts),
        protect=settings.protection.protect,
        **start.common,
    )
    return Key("key", args, start.options)
