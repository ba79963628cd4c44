"""What the pipeline's roles may do. It comes late: the policies name resources built before."""

import pulumi

from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.pipeline import OwnPipeline
from components.platform.registry import Images
from components.platform.services import Services
from components.platform.sites import Sites
from components.platform.tables import Tables
from components.security.pipeline_roles import Delivered


def pipeline_permissions(context: Context, parts: Parts) -> Part | None:
    """Let the pipeline's roles push images, deploy services and upload files."""
    settings, table, own = context.settings, context.settings.pipeline, parts.find(OwnPipeline)
    if not table or not own:
        return None
    infrastructure, buckets = table.infrastructure, parts.of(Buckets).buckets
    after: list[pulumi.Resource] = [buckets[word].component for word in table.uploads]
    after += [parts.of(Images).registry] if table.pushes else []
    after += [parts.of(Services).services[word] for word in table.deploys]
    if infrastructure:
        after.append(buckets[infrastructure.state].component)
    if infrastructure and infrastructure.lock:
        after.append(parts.of(Tables).tables[infrastructure.lock].component)
    delivered = Delivered(
        repositories=[settings.repository_name(word) for word in table.pushes],
        services=table.deploys,
        buckets=[settings.bucket_name(word) for word in table.uploads],
        state=settings.bucket_name(infrastructure.state) if infrastructure else None,
        lock=settings.table_name(infrastructure.lock) if infrastructure and infrastructure.lock else None,
        key=context.key,
        after=after,
    )
    own.roles.deliver(delivered)
    served = parts.find(Sites)
    if served and (words := [word for word in table.uploads if word in served.distributions]):
        own.roles.permit("sites", ["cloudfront:CreateInvalidation"], [served.distributions[word] for word in words])
    return None
