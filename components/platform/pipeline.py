"""The roles of this stack's own workflows, without permissions; `pipeline_permissions` adds these."""

from dataclasses import dataclass

from components.platform.context import Context
from components.platform.part import Part, Parts
from components.security.pipeline_roles import PipelineRoles, PipelineRolesArgs


@dataclass(frozen=True, kw_only=True)
class OwnPipeline(Part):
    """The roles of the pipeline that this stack has itself."""

    roles: PipelineRoles


def pipeline(context: Context, parts: Parts) -> OwnPipeline | None:
    """Build the roles. This comes before the policies of keys and buckets, which name them."""
    table = context.settings.pipeline
    if not table:
        return None
    built = PipelineRoles("pipeline", PipelineRolesArgs(table=table, **context.common), context.options)
    return OwnPipeline(roles=built, exports={"pipeline_roles": {word: it.name for word, it in built.roles.items()}})
