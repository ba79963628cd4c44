"""What the pipeline's roles may do. It comes late: the policies name resources built before."""

from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts
from components.platform.pipeline import OwnPipeline
from components.platform.registry import Images
from components.platform.services import Services
from components.platform.sites import Sites
from components.platform.tables import Tables
from components.security.pipeline import Delivered


def pipeline_permissions(context: Context, parts: Parts) -> Part | None:
    """Let the pipeline's roles push images, deploy services and upload files."""
    settings, table, own = context.settings, context.settings.pipeline, parts.find(OwnPipeline)
    if not table or not own:
        return None
    infrastructure = table.infrastructure
    images, services = parts.find(Images), parts.find(Services)
    buckets = [*table.uploads, *([infrastructure.state] if infrastructure else [])]
    locks = [infrastructure.lock] if infrastructure and infrastructure.lock else []
    own.roles.deliver(
        Delivered(
            repositories=[settings.repository_name(word) for word in table.pushes],
            services=table.deploys,
            buckets=[settings.bucket_name(word) for word in table.uploads],
            state=settings.bucket_name(infrastructure.state) if infrastructure else None,
            lock=settings.table_name(locks[0]) if locks else None,
            key=context.key,
            after=[
                *([images.registry] if images and table.pushes else []),
                *([services.services[word] for word in table.deploys] if services else []),
                *(parts.of(Buckets).buckets[word].component for word in buckets),
                *(parts.of(Tables).tables[word].component for word in locks),
            ],
        )
    )
    served = parts.find(Sites)
    if served and (words := [word for word in table.uploads if word in served.distributions]):
        own.roles.permit("sites", ["cloudfront:CreateInvalidation"], [served.distributions[word] for word in words])
    return None
