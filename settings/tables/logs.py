"""What a stack file may say about log groups that several parts of the platform write to."""

from pydantic import Field

from settings.tables.table import LogDays, Table


class SharedLogTable(Table):
    """A log group that other tables name: flow logs, the cluster's events."""

    days: LogDays = Field(default=30, description="days that it keeps what is written")
