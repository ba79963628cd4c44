"""Breaches of CP-DASH."""

from collections.abc import Callable
from typing import Any

from tests.requirements import test_dashboard as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, plant, text


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
    Breach("CP-DASH-01", AREA.test_thirteen_widgets_in_five_rows, plant("cloudwatch.Dashboard", dashboardBody="{}")),
    Breach("CP-DASH-01", AREA.test_thirteen_widgets_in_five_rows, _board(lambda widgets: widgets[0].update(width=7))),
    *(
        Breach(id_, AREA.test_a_chart, _titled(chart.title, stacked=not chart.stacked), more={"chart": chart})
        for id_, chart in AREA.CHARTS.items()
    ),
    Breach("CP-DASH-03", AREA.test_a_chart, _titled("Latency (p50/p99)", metrics=[]),
           more={"chart": AREA.CHARTS["CP-DASH-03"]}),
    Breach("CP-DASH-10", AREA.test_a_chart, _titled("RDS Storage", yAxis={}),
           more={"chart": AREA.CHARTS["CP-DASH-10"]}),
    Breach("CP-DASH-14", AREA.test_the_recent_errors,
           _titled("Recent Errors", query="SOURCE '/ecs/dev/fastapi' | fields @timestamp, @message")),
    Breach("CP-DASH-15", AREA.test_what_is_shown_and_what_has_no_alarm,
           change("cloudwatch.MetricAlarm", "4xx", metricName="RequestCount")),
    Breach("CP-DASH-15", AREA.test_what_is_shown_and_what_has_no_alarm, _titled("Redis Connections", metrics=[])),
]  # fmt: skip
