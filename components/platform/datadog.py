"""Datadog's access to the account."""

from components.operations.datadog import Datadog, DatadogArgs
from components.platform.context import Context
from components.platform.part import Part, Parts


def datadog(context: Context, parts: Parts) -> Part | None:
    """Build the role that Datadog's integration assumes."""
    table = context.settings.datadog
    if not table:
        return None
    built = Datadog("datadog", DatadogArgs(table=table, **context.common), context.options)
    return Part(exports={"datadog_role": built.role_arn})
