"""What a stack file may say about boards: which charts each shows, and charts of its own metrics."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from pydantic import Field

from settings.tables.table import Complaint, Period, Table, Word, repeated

#: The built-in charts, by their words in components/operations/watch; a test holds both together.
CHARTS: Final = (
    "requests",
    "latency",
    "errors-5xx",
    "client-errors",
    "error-rate",
    "uptime",
    "answers",
    "connections",
    "requests-by-target",
    "percentiles",
    "canary",
    "service-cpu",
    "service-memory",
    "service-tasks",
    "service-health",
    "service-running",
    "service-network",
    "failed-deployments",
    "database-connections",
    "database-cpu",
    "database-storage",
    "database-latency",
    "database-lag",
    "database-operations",
    "cache-hits",
    "cache-memory",
    "cache-connections",
    "cache-cpu",
    "cache-evictions",
    "files",
    "replication",
    "refused-calls",
    "sign-ins",
    "trail-changes",
    "names",
    "certificates",
    "functions",
    "blocked-requests",
)
#: Widgets that are no charts.
OTHERS: Final = ("recent-errors", "alarms")
Expression = Annotated[str, Field(min_length=1, max_length=1024, examples=["100 * failed / asked"])]


def identifiers(expression: str) -> list[str]:
    """What an expression computes with: functions have capitals."""
    return re.findall(r"\b[a-z][a-z0-9_]*\b", expression)


def named(expression: str, words: Iterable[str]) -> list[str]:
    """The words that an expression names."""
    return [word for word in words if word.replace("-", "_") in identifiers(expression)]


class ChartTable(Table):
    """A chart of rows of `metrics`."""

    title: str = Field(min_length=1, max_length=80)
    metrics: tuple[Word, ...] = Field(default=(), description="rows of `metrics`, a line each")
    formulas: dict[Annotated[str, Field(min_length=1, max_length=80)], Expression] = Field(
        default={},
        description="further lines by what they are called: expressions of rows of `metrics`, with _ for a hyphen",
    )
    period: Period = Field(default=60, description="seconds that one value is of")
    stacked: bool = False

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("metrics",), self.metrics)
        if not self.metrics and not self.formulas:
            yield Complaint((), "it would be empty; use metrics, formulas or both")


class BoardTable(Table):
    """A dashboard: its widgets from left to right, row by row."""

    charts: tuple[Word, ...] = Field(
        min_length=1,
        description="built-in charts, rows of `charts`, recent-errors or alarms",
        examples=[["service-cpu", "alarms"]],
    )
    lines: dict[Word, float] = Field(
        default={}, description="where a chart of it has a line beside those of its alarms, in the chart's unit"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("charts",), self.charts)
        for word in self.lines:
            if word not in self.charts:
                yield Complaint(("lines", word), "the board does not show this chart; add it to charts, or remove this")
