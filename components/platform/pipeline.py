"""Who delivers to this very stack: the roles of its own workflows."""

from dataclasses import dataclass

from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.pipeline import Pipeline, PipelineArgs


@dataclass(frozen=True, kw_only=True)
class OwnPipeline(Part):
    """The pipeline that this stack has itself."""

    pipeline: Pipeline


def pipeline(context: Context, parts: Parts) -> OwnPipeline | None:
    """Build the roles. They name by ARN what is built after them, as policies of buckets and repositories name them."""
    settings, table = context.settings, context.settings.pipeline
    if not table:
        return None
    own = table.infrastructure
    args = PipelineArgs(
        table=table,
        repositories=[settings.repository_name(word) for word in table.pushes],
        services=table.deploys,
        buckets=[settings.bucket_name(word) for word in table.uploads],
        state=settings.bucket_name(own.state) if own else None,
        lock=settings.table_name(own.lock) if own and own.lock else None,
        key=context.key,
        **context.common,
    )
    built = Pipeline("pipeline", args, context.options)
    return OwnPipeline(pipeline=built, exports={"pipeline_roles": {k: v.name for k, v in built.roles.items()}})
