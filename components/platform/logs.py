"""The log groups that several concerns write to."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.handles import NamedLog
from components.operations.shared_logs import SharedLogs, SharedLogsArgs
from components.platform.context import Context
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class Logs(Part):
    """The log groups by word."""

    logs: Mapping[str, NamedLog]


def logs(context: Context, parts: Parts) -> Logs | None:
    """Build a log group a row."""
    tables = context.settings.logs
    if not tables:
        return None
    args = SharedLogsArgs(tables=tables, key=context.key, **context.common)
    return Logs(logs=SharedLogs("logs", args, context.options).logs)
