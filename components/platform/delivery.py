"""The roles that GitHub's workflows assume to deploy."""

from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.registry import Images
from components.security.delivery import Delivery, DeliveryArgs


def delivery(context: Context, parts: Parts) -> Part | None:
    """Build the roles, in the stack whose table names them."""
    settings, table = context.settings, context.settings.delivery
    if not table:
        return None
    images = parts.find(Images)
    args = DeliveryArgs(
        table=table,
        repositories=[settings.repository_name(word) for word in settings.repositories],
        state=settings.bucket_name(table.state),
        key=context.key,
        after=[parts.of(Buckets).buckets[table.state].component, *([images.registry] if images else [])],
        **context.common,
    )
    roles = Delivery("delivery", args, context.options).roles
    return Part(exports={"delivery_roles": dict(roles)})
