"""The dashboard: how the environment is, at a glance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.operations.watch.kinds import ALARMS, LAST_ROW, ROWS, joined
from components.operations.watch.model import Chart, ChartLine, Subject
from settings.tables.operations import AlarmsTable

WHOLE = 24  #: columns of the grid
WIDTH, HEIGHT = 6, 6  #: of a chart
PERIOD: Final = 60  #: seconds
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


class Dashboard(Component):
    """Requests, services, database and cache, a row each; below them recent errors, functions and the alarms' states.

    Creates the dashboard.
    """

    name: str  #: physical

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name = args.names.of("dashboard")
        body = {
            "start": "-PT3H",
            "periodOverride": "inherit",  # a sum a minute stays one when somebody zooms out
            "widgets": _widgets(args),
        }
        aws.cloudwatch.Dashboard(
            self.child("board"),
            dashboard_name=self.name,
            dashboard_body=pulumi.Output.json_dumps(body, sort_keys=True),
            opts=self.owned(depends_on=[subject.resource for subject in args.subjects]),
        )
        self.register_outputs({"name": self.name})


def _widgets(args: DashboardArgs) -> list[dict[str, Any]]:
    """Row by row. What a stack does not have is left out."""
    rows = [[chart for chart in row if _metrics(args, chart)] for row in ROWS]
    rows = [row for row in rows if row]
    charts = [
        _placed("metric", x * WIDTH, y * HEIGHT, WIDTH, _chart(args, chart))
        for y, row in enumerate(rows)
        for x, chart in enumerate(row)
    ]
    return [*charts, *_last_row(args, len(rows) * HEIGHT)]


def _last_row(args: DashboardArgs, y: int) -> Iterator[dict[str, Any]]:
    """The recent errors take what the others leave."""
    last = [("metric", _chart(args, chart)) for chart in LAST_ROW if _metrics(args, chart)]
    if args.alarms:
        states = {"title": "Alarms", "alarms": list(args.alarms), "sortBy": "stateUpdatedTimestamp"}
        last.append(("alarm", states))
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
        "period": PERIOD,
        "metrics": _metrics(args, chart),
    }
    if thresholds:
        properties["annotations"] = {"horizontal": thresholds}
    if chart.view == "timeSeries":
        properties["yAxis"] = {"left": {"min": 0}}
    if chart.most:
        [most] = {subject.bounds[chart.most] for _, subject in _lines(args, chart)}
        properties["yAxis"] = {"left": {"min": 0, "max": most}}
    return properties


def _lines(args: DashboardArgs, chart: Chart) -> list[tuple[ChartLine, Subject]]:
    return [(line, subject) for line in chart.lines for subject in args.subjects if subject.of == line.metric.of]


def _metrics(args: DashboardArgs, chart: Chart) -> list[list[Any]]:
    return [
        [
            subject.namespace,
            line.metric.name,
            *(part for dimension in subject.dimensions.items() for part in dimension),
            {
                "stat": line.metric.stat,
                "label": f"{subject.word} {line.label}".strip(),
                "yAxis": "right" if line.right else "left",
            },
        ]
        for line, subject in _lines(args, chart)
    ]


def _thresholds(args: DashboardArgs, chart: Chart) -> list[dict[str, Any]]:
    """A line where an alarm fires: one for subjects that are alike, else one for each."""
    found: dict[tuple[str, bool], dict[str, float]] = {}  # by alarm and axis: the thresholds by subject
    for line, subject in _lines(args, chart):
        for alarm in ALARMS:
            if alarm.metric == line.metric:
                thresholds = found.setdefault((alarm.word, line.right), {})
                thresholds[subject.word] = alarm.threshold(args.thresholds, subject)
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
