"""Metrics that count lines of the trail's log or the flow logs."""

import pulumi

from components.operations.counted_metrics import CountedMetrics, CountedMetricsArgs
from components.platform.account import Account
from components.platform.context import Context
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from settings.tables.operations import CountedLog


def counted_metrics(context: Context, parts: Parts) -> Part | None:
    """Build a metric filter for each row of `metrics` that counts lines."""
    tables = {word: table for word, table in context.settings.metrics.items() if table.counts}
    if not tables:
        return None
    vpc, logs = parts.find(Vpc), dict[CountedLog, pulumi.Input[str]]()
    if (trail := parts.of(Account).trail_log) is not None:
        logs["trail"] = trail
    if vpc and vpc.flow_logs is not None:
        logs["flow-logs"] = vpc.flow_logs
    CountedMetrics("counted", CountedMetricsArgs(tables=tables, logs=logs, **context.common), context.options)
    return Part()
