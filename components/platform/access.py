"""Roles of people, and denies for everybody."""

from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.services import Services
from components.security.access import Access, AccessArgs


def access(context: Context, parts: Parts) -> Part | None:
    """Build people's roles and the deny policies. They come late: the policies name resources built before."""
    settings, table = context.settings, context.settings.access
    if not table.model_fields_set:
        return None
    services = parts.find(Services)
    after = [bucket.component for bucket in parts.of(Buckets).buckets.values()]
    args = AccessArgs(
        table=table,
        buckets=[settings.bucket_name(word) for word in settings.buckets],
        services=list(settings.services),
        after=[*after, *(services.services.values() if services else ())],
        **context.common,
    )
    roles = Access("access", args, context.options).roles
    return Part(exports={"access_roles": dict(roles)})
