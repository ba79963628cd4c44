"""The dashboard: how the environment is, at a glance."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.operations.watch.kinds import LAST_ROW, ROWS, joined, watched
from components.operations.watch.model import Alarm, Chart, ChartLine, Formula, Metric, Subject
from settings.tables.alarms import AlarmsTable
from settings.tables.boards import BoardTable

WHOLE = 24  #: columns of the grid
WIDTH, HEIGHT = 6, 6  #: of a chart
#: The newest error lines (requirement CP-DASH-14).
RECENT_ERRORS: Final = (
    "fields @timestamp, @message",
    "filter @message like /ERROR/",
    "sort @timestamp desc",
    "limit 20",
)


@dataclass(frozen=True, kw_only=True)
class DashboardArgs(Args):
    """What is watched, the alarms and their thresholds, and the logs of the services."""

    subjects: Sequence[Subject]
    thresholds: AlarmsTable
    alarms: Sequence[pulumi.Input[str]]  #: ARNs
    logs: Sequence[pulumi.Input[str]]  #: names of their groups
    own: Sequence[Alarm] = ()  #: alarms beside those that are built in
    word: str = ""  #: the board's key in the stack file, if it has one
    board: BoardTable | None = None  #: which charts it has; default: all that is watched
    charts: Mapping[str, Chart] = field(default_factory=dict[str, Chart])  #: those that it may name, by word

    @cached_property
    def thresholds_shown(self) -> Sequence[tuple[Alarm, Subject]]:
        """The alarms that a line in a chart may stand for; each chart asks."""
        return [each for each in watched(self.thresholds, self.subjects, self.own) if each[0].fires != "outside"]


class Dashboard(Component):
    """The charts of a board of the stack file; or requests, services, database and cache, a row each, and below them
    recent errors, functions and the alarms' states.

    Creates the dashboard.
    """

    name: str  #: physical

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name = args.names.of("dashboard", *([args.word] if args.word else []))
        body = {
            "start": "-PT3H",
            "periodOverride": "inherit",  # a sum a minute stays one when somebody zooms out
            "widgets": _board(args, args.board) if args.board else _built_in(args),
        }
        aws.cloudwatch.Dashboard(
            self.child("board"),
            dashboard_name=self.name,
            dashboard_body=pulumi.Output.json_dumps(body, sort_keys=True),
            opts=self.owned(depends_on=[subject.resource for subject in args.subjects]),
        )
        self.register_outputs({"name": self.name})


def _built_in(args: DashboardArgs) -> list[dict[str, Any]]:
    """The widgets of the built-in dashboard, row by row. Charts without metrics in this stack are left out."""
    rows = [[chart for chart in row if _metrics(args, chart)] for row in ROWS]
    rows = [row for row in rows if row]
    charts = [
        _placed("metric", x * WIDTH, y * HEIGHT, WIDTH, _chart(args, chart))
        for y, row in enumerate(rows)
        for x, chart in enumerate(row)
    ]
    return [*charts, *_last_row(args, len(rows) * HEIGHT)]


def _board(args: DashboardArgs, board: BoardTable) -> list[dict[str, Any]]:
    """The widgets of a board of the stack file, from left to right. One that does not fit begins a new row."""
    widgets: list[dict[str, Any]] = []
    x = y = 0
    for word in board.charts:
        kind, properties = _widget(args, board, word)
        width = WIDTH if kind == "metric" else 2 * WIDTH
        if x + width > WHOLE:
            x, y = 0, y + HEIGHT
        widgets.append(_placed(kind, x, y, width, properties))
        x += width
    return widgets


def _widget(args: DashboardArgs, board: BoardTable, word: str) -> tuple[str, dict[str, Any]]:
    """A widget that the board names, and its kind."""
    if word == "recent-errors":
        return "log", _recent_errors(args)
    if word == "alarms":
        return "alarm", _states(args)
    properties = _chart(args, args.charts[word])
    if word in board.lines:
        lines = properties.setdefault("annotations", {}).setdefault("horizontal", [])
        lines.append({"label": "target", "value": board.lines[word], "yAxis": "left"})
    return "metric", properties


def _states(args: DashboardArgs) -> dict[str, Any]:
    return {"title": "Alarms", "alarms": list(args.alarms), "sortBy": "stateUpdatedTimestamp"}


def _last_row(args: DashboardArgs, y: int) -> Iterator[dict[str, Any]]:
    """The last row. The recent errors take the width that the others leave."""
    last = [("metric", _chart(args, chart)) for chart in LAST_ROW if _metrics(args, chart)]
    if args.alarms:
        last.append(("alarm", _states(args)))
    free = WHOLE - len(last) * WIDTH
    if args.logs:
        yield _placed("log", 0, y, free, _recent_errors(args))
    for index, (kind, properties) in enumerate(last):
        yield _placed(kind, (free if args.logs else 0) + index * WIDTH, y, WIDTH, properties)


def _placed(kind: str, x: int, y: int, width: int, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "x": x, "y": y, "width": width, "height": HEIGHT, "properties": properties}


def _chart(args: DashboardArgs, chart: Chart) -> dict[str, Any]:
    thresholds = _thresholds(args, chart) if chart.view != "singleValue" else []
    properties: dict[str, Any] = {
        "title": chart.title,
        "region": args.facts.region,
        "view": chart.view,
        "stacked": chart.stacked,
        "period": chart.period,
        "metrics": _metrics(args, chart),
    }
    if thresholds:
        properties["annotations"] = {"horizontal": thresholds}
    if chart.view == "timeSeries":
        properties["yAxis"] = {"left": {"min": 0}}
    if chart.most:
        most = max(subject.bounds[chart.most] for _, subject in _lines(args, chart))
        properties["yAxis"] = {"left": {"min": 0, "max": most}}
    return properties


def _lines(args: DashboardArgs, chart: Chart) -> list[tuple[ChartLine, Subject]]:
    return [(line, subject) for line in chart.lines for subject in args.subjects if subject.of == line.metric.of]


def _metrics(args: DashboardArgs, chart: Chart) -> list[list[Any]]:
    metrics: list[list[Any]] = []
    for number, (line, subject) in enumerate(_lines(args, chart)):
        shown = {"label": f"{subject.word} {line.label}".strip(), "yAxis": "right" if line.right else "left"}
        if isinstance(line.metric, Formula):
            metrics += _computed(args, line.metric, subject, number, shown)
        else:
            metrics.append(_drawn(line.metric, subject, {"stat": line.metric.stat, **shown}))
            if subject.alternate:
                other = dataclasses.replace(subject, dimensions=subject.alternate)
                shown["label"] += ", other target group"
                metrics.append(_drawn(line.metric, other, {"stat": line.metric.stat, **shown}))
    return metrics


def _drawn(metric: Metric, subject: Subject, shown: Mapping[str, Any]) -> list[Any]:
    named = (part for dimension in subject.dimensions.items() for part in dimension)
    return [subject.namespace, metric.name, *named, shown]


def _computed(
    args: DashboardArgs, formula: Formula, subject: Subject, number: int, shown: Mapping[str, Any]
) -> Iterator[list[Any]]:
    """A formula with its parts, which are not drawn. `number` makes their ids unique on the dashboard."""
    expression = formula.expression
    for word, part in formula.parts.items():
        of = subject if part.of == subject.of else next(each for each in args.subjects if each.of == part.of)
        yield _drawn(part, of, {"id": f"{word}{number}", "stat": part.stat, "visible": False})
        expression = re.sub(rf"\b{word}\b", f"{word}{number}", expression)
    yield [{"id": f"result{number}", "expression": expression, **shown}]


def _thresholds(args: DashboardArgs, chart: Chart) -> list[dict[str, Any]]:
    """Lines at the thresholds of alarms: one line if all subjects have the same threshold, else one for each."""
    found: dict[tuple[str, bool], dict[str, float]] = {}  # by alarm and axis: the thresholds by subject
    for line, subject in _lines(args, chart):
        for alarm, of in args.thresholds_shown:
            threshold = alarm.threshold(args.thresholds, subject) if of is subject else None
            if alarm.metric == line.metric and threshold is not None:
                found.setdefault((alarm.word, line.right), {})[subject.word] = threshold
    lines: list[dict[str, Any]] = []
    for (word, right), thresholds in sorted(found.items()):
        alike = len(set(thresholds.values())) == 1
        labelled = {"": next(iter(thresholds.values()))} if alike else thresholds
        axis = "right" if right else "left"
        lines += [{"label": joined(word, of), "value": value, "yAxis": axis} for of, value in labelled.items()]
    return lines


def _recent_errors(args: DashboardArgs) -> dict[str, Any]:
    sources = pulumi.Output.all(*args.logs).apply(lambda names: [f"SOURCE '{name}'" for name in names])
    query = sources.apply(lambda words: " | ".join([*words, "\n| ".join(RECENT_ERRORS)]))
    return {"title": "Recent Errors", "region": args.facts.region, "view": "table", "query": query}
