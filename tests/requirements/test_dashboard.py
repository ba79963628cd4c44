"""CP-DASH: the dashboard of each environment."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, Mutation, add, change, noticed, text
from tests.requirements.expected import REGION, environments, requirement
from tests.requirements.reading import of, one, only

LOAD_BALANCER, ECS, TASKS, RDS, REDIS = (
    "AWS/ApplicationELB",
    "AWS/ECS",
    "ECS/ContainerInsights",
    "AWS/RDS",
    "AWS/ElastiCache",
)


class ExpectedChart(NamedTuple):
    """A widget of the ledger's layout."""

    title: str
    namespace: str
    metrics: tuple[tuple[str, str], ...]  #: name and statistic
    view: str = "timeSeries"
    stacked: bool = False


CHARTS = {
    "CP-DASH-02": ExpectedChart("Request Rate", LOAD_BALANCER, (("RequestCount", "Sum"),), stacked=True),
    "CP-DASH-03": ExpectedChart(
        "Latency (p50/p99)", LOAD_BALANCER, (("TargetResponseTime", "p50"), ("TargetResponseTime", "p99"))
    ),
    "CP-DASH-04": ExpectedChart("Error Rate (5xx)", LOAD_BALANCER, (("HTTPCode_Target_5XX_Count", "Sum"),)),
    "CP-DASH-05": ExpectedChart("ECS CPU Utilization", ECS, (("CPUUtilization", "Average"),)),
    "CP-DASH-06": ExpectedChart("ECS Memory Usage", ECS, (("MemoryUtilization", "Average"),)),
    "CP-DASH-07": ExpectedChart("Running Tasks", TASKS, (("RunningTaskCount", "Minimum"),), view="singleValue"),
    "CP-DASH-08": ExpectedChart("RDS Connections", RDS, (("DatabaseConnections", "Average"),)),
    "CP-DASH-09": ExpectedChart("RDS CPU Utilization", RDS, (("CPUUtilization", "Average"),)),
    "CP-DASH-10": ExpectedChart("RDS Storage", RDS, (("FreeStorageSpace", "Minimum"),), view="gauge"),
    "CP-DASH-11": ExpectedChart(
        "Redis Hit/Miss Ratio", REDIS, (("CacheHits", "Sum"), ("CacheMisses", "Sum")), stacked=True
    ),
    "CP-DASH-12": ExpectedChart("Redis Memory Usage", REDIS, (("DatabaseMemoryUsagePercentage", "Average"),)),
    "CP-DASH-13": ExpectedChart("Redis Connections", REDIS, (("CurrConnections", "Average"),), view="singleValue"),
}
ERRORS = ["fields @timestamp, @message", "filter @message like /ERROR/", "sort @timestamp desc", "limit 20"]
STORAGE = {"dev": 20, "staging": 50, "prod": 100}  #: GB of the database's disk


def widgets(platform: Recording) -> list[dict[str, Any]]:
    return json.loads(one(platform, "cloudwatch.Dashboard")["dashboardBody"])["widgets"]


def titled(platform: Recording, title: str) -> dict[str, Any]:
    """The properties of the one widget with a title."""
    return only(each["properties"] for each in widgets(platform) if each["properties"]["title"] == title)


def lines(widget: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Namespace, name and statistic of what a chart shows, each once however many nodes it is of."""
    found = [(metric[0], metric[1], metric[-1]["stat"]) for metric in widget.get("metrics", [])]
    return list(dict.fromkeys(found))


@requirement("CP-DASH-01")
@environments
def test_thirteen_widgets_in_five_rows(platform: Recording, stack: str) -> None:
    """Four rows with the ledger's three charts first, and the errors below; no widget lies over another, and none
    ends outside the grid."""
    every = widgets(platform)
    charts = [each for each in every if each["type"] in ("metric", "log")]
    rows = {each["y"]: [other for other in every if other["y"] == each["y"]] for each in every}
    assert len(charts) >= 13
    assert len(rows) == 5
    titles = [[each["properties"]["title"] for each in sorted(row, key=lambda it: it["x"])][:3]
              for _, row in sorted(rows.items())]  # fmt: skip
    wanted = [chart.title for chart in CHARTS.values()]
    assert titles[:4] == [wanted[index : index + 3] for index in range(0, 12, 3)]
    assert titles[4][0] == "Recent Errors"
    for y, row in rows.items():
        taken = [column for each in row for column in range(each["x"], each["x"] + each["width"])]
        assert sorted(taken) == list(range(24))
        assert {each["height"] for each in row} == {6}
        assert y % 6 == 0


@environments
@pytest.mark.parametrize("chart", [pytest.param(row, marks=requirement(id_), id=id_) for id_, row in CHARTS.items()])
def test_a_chart(platform: Recording, stack: str, chart: ExpectedChart) -> None:
    widget = titled(platform, chart.title)
    assert lines(widget) == [(chart.namespace, *metric) for metric in chart.metrics]
    assert (widget["view"], widget["stacked"], widget["region"]) == (chart.view, chart.stacked, REGION)
    if chart.view == "gauge":
        assert widget["yAxis"] == {"left": {"min": 0, "max": STORAGE[stack] * 2**30}}


@requirement("CP-DASH-14")
@environments
def test_the_recent_errors(platform: Recording, stack: str) -> None:
    log = only(each for each in widgets(platform) if each["type"] == "log")
    source, *clauses = [part.strip() for part in log["properties"]["query"].split("|")]
    assert source == f"SOURCE '/ecs/{stack}/fastapi'"
    assert clauses == ERRORS
    assert log["y"] == max(each["y"] for each in widgets(platform))


SHOWN = {
    (LOAD_BALANCER, "RequestCount"), (LOAD_BALANCER, "TargetResponseTime"),
    (LOAD_BALANCER, "HTTPCode_Target_5XX_Count"), (ECS, "CPUUtilization"), (ECS, "MemoryUtilization"),
    (RDS, "CPUUtilization"), (RDS, "DatabaseConnections"), (RDS, "FreeStorageSpace"),
    (REDIS, "CacheHits"), (REDIS, "CacheMisses"), (REDIS, "CurrConnections"),
}  # fmt: skip


@requirement("CP-DASH-15")
@environments
def test_what_is_shown_and_what_has_no_alarm(platform: Recording, stack: str) -> None:
    shown = {line[:2] for widget in widgets(platform) for line in lines(widget["properties"])}
    assert shown >= SHOWN
    alarmed = {each.inputs.get("metricName") for each in of(platform, "cloudwatch.MetricAlarm")}
    assert not alarmed & {"RequestCount", "HTTPCode_Target_2XX_Count"}


@environments
def test_a_line_shows_where_an_alarm_fires(platform: Recording, stack: str) -> None:
    """At the alarm's own threshold, in the unit of the chart."""
    alarms = {each["metricName"]: each["threshold"] for each in of(platform, "cloudwatch.MetricAlarm")
              if each.inputs.get("namespace") == RDS}  # fmt: skip
    [line] = titled(platform, "RDS Connections")["annotations"]["horizontal"]
    assert (line["label"], line["value"]) == ("database-connections", alarms["DatabaseConnections"])


def _board(edit: Callable[[list[dict[str, Any]]], object]) -> Mutation:
    """A dashboard whose widgets somebody edited."""

    def edited(body: dict[str, Any]) -> dict[str, Any]:
        edit(body["widgets"])
        return body

    return change("cloudwatch.Dashboard", dashboardBody=text(edited))


def _titled(title: str, **properties: Any) -> Mutation:
    def edit(widgets: list[dict[str, Any]]) -> None:
        next(each for each in widgets if each["properties"]["title"] == title)["properties"].update(properties)

    return _board(edit)


BREACHES = [
    Breach("CP-DASH-01", test_thirteen_widgets_in_five_rows, add("cloudwatch.Dashboard", dashboardBody="{}")),
    Breach("CP-DASH-01", test_thirteen_widgets_in_five_rows, _board(lambda widgets: widgets[0].update(width=7))),
    *(
        Breach(id_, test_a_chart, _titled(chart.title, stacked=not chart.stacked), more={"chart": chart})
        for id_, chart in CHARTS.items()
    ),
    Breach("CP-DASH-03", test_a_chart, _titled("Latency (p50/p99)", metrics=[]),
           more={"chart": CHARTS["CP-DASH-03"]}),
    Breach("CP-DASH-10", test_a_chart, _titled("RDS Storage", yAxis={}),
           more={"chart": CHARTS["CP-DASH-10"]}),
    Breach("CP-DASH-14", test_the_recent_errors,
           _titled("Recent Errors", query="SOURCE '/ecs/dev/fastapi' | fields @timestamp, @message")),
    Breach("CP-DASH-15", test_what_is_shown_and_what_has_no_alarm,
           change("cloudwatch.MetricAlarm", "4xx", metricName="RequestCount")),
    Breach("CP-DASH-15", test_what_is_shown_and_what_has_no_alarm, _titled("Redis Connections", metrics=[])),
]  # fmt: skip

test_breaches = noticed(BREACHES)
