"""Traces of requests."""

from components.operations.tracing import Tracing, TracingArgs
from components.platform.context import Context
from components.platform.part import Part, Parts


def tracing(context: Context, parts: Parts) -> Part | None:
    """Build X-Ray's sampling rule, if the stack traces requests."""
    table = context.settings.tracing
    if not table:
        return None
    built = Tracing("tracing", TracingArgs(table=table, **context.common), context.options)
    return Part(exports={"sampling_rule_name": built.rule_name})
