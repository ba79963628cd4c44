"""What watching is made of: subjects, their metrics, alarms on these, charts that show them.

An alarm's word is also its threshold's in `settings.tables.alarms.ThresholdsTable` and its heading's in
docs/runbooks/alarms.md; tests/requirements/test_alarms.py holds the three and the charts together.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from settings.tables.alarms import AlarmsTable

View = Literal["timeSeries", "singleValue", "gauge"]


@dataclass(frozen=True)
class MetricKind:
    """What metrics are of: those of one kind have the same dimensions in CloudWatch."""

    word: str
    always: bool = False  #: it runs whether or not the environment does, so its alarms are never mute


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing that is watched: what its metrics are called in CloudWatch, and what bounds them."""

    of: MetricKind
    word: str = ""  #: what tells it from others of its kind
    namespace: str
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    #: those of the other, where two take turns in being the subject: its metrics are read of both together
    alternate: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    bounds: Mapping[str, float] = field(default_factory=dict[str, float])  #: tasks that always run, connections, bytes
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])  #: its own, by the alarms' words
    #: ARNs of what its alarms start beside telling somebody, by the alarms' words
    starts: Mapping[str, Sequence[pulumi.Input[str]]] = field(default_factory=dict[str, Sequence[pulumi.Input[str]]])
    off: frozenset[str] = frozenset()  #: words of alarms that it does not have
    resource: pulumi.Resource  #: whatever names the subject waits for it


@dataclass(frozen=True)
class Metric:
    """A metric of one kind of subject, and how its values of a period become one."""

    of: MetricKind
    name: str
    stat: str

    @property
    def together(self) -> str:
        """What makes one value of two subjects that take turns, in CloudWatch's words: counts add up."""
        return "MAX" if self.stat.startswith("p") else "SUM"


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A metric that is computed of others, by the names that the expression gives them."""

    expression: str
    parts: Mapping[str, Metric]

    @property
    def of(self) -> MetricKind:
        """What its parts are of: the same for all."""
        return next(iter(self.parts.values())).of


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One fault, however many alarms it sets off: people are paged once."""

    word: str
    meaning: str
    after: str = ""  #: the incident during which it is held back: whoever was called for that sees this too


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A metric that is above or below its threshold, or outside its band, for some periods in a row."""

    word: str
    metric: Metric | Formula
    fires: Literal["above", "below", "outside"]
    unit: float = 1  #: what one of the threshold is in CloudWatch's unit
    bound: str = ""  #: the bound of the subject of which the threshold is a percentage
    whole: str = ""  #: the bound of which the stack file may make it a percentage
    period: int = 60  #: seconds
    periods: int
    missing: Literal["breaching", "notBreaching", "missing"]  #: what a period without data counts as
    incident: Incident | None = None  #: an alarm is critical if it belongs to one, else a warning
    ends: bool = True  #: whether it is told that it is over
    severity: str = ""  #: the stack's own word; default: by its incident
    todo: str  #: what to do first

    def threshold(self, table: AlarmsTable, subject: Subject) -> float | None:
        """What the stack file says of the subject, or else of all of its kind; in CloudWatch's unit. None: no alarm."""
        row = table.adjusted.get(self.word)
        if row and row.percent is not None:
            return row.percent / 100 * subject.bounds[self.whole]
        default: float | None = getattr(table, self.word.replace("-", "_"), None)
        value = subject.thresholds.get(self.word, default)
        if value is None or self.word in (*table.off, *subject.off):
            return None
        return value / 100 * subject.bounds[self.bound] if self.bound else value * self.unit

    def adjusted(self, table: AlarmsTable) -> "Alarm":
        """As the stack file has it, beside the threshold."""
        row = table.adjusted.get(self.word)
        if not row:
            return self
        period, periods = self.period, self.periods
        if row.minutes is not None:
            period = row.period or (self.period if row.minutes * 60 % self.period == 0 else 60)
            periods = row.minutes * 60 // period
        return dataclasses.replace(self, period=period, periods=periods, severity=row.severity or self.severity)


@dataclass(frozen=True, kw_only=True)
class ChartLine:
    """A metric in a chart."""

    metric: Metric | Formula
    label: str
    right: bool = False  #: on an axis of its own


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A widget of the dashboard."""

    word: str = ""  #: what a stack file calls it, where it may name it
    title: str
    view: View = "timeSeries"
    stacked: bool = False
    most: str = ""  #: the bound that a gauge ends at
    period: int = 60  #: seconds
    lines: Sequence[ChartLine]
