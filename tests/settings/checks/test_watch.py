"""What the tables of severities, alarms of one's own, charts and boards refuse, and what they advise."""

from pathlib import Path
from typing import Any

import pytest

from tests.settings.changed import problems, update

OWN = {"metric": "orders", "above": 5, "todo": "Look at the orders that wait, and at whoever should take them."}


def _rows(**tables: Any):
    """Tables of the stack file, each in place of what is there."""

    def change(config: dict[str, Any]) -> None:
        config.update({f"cloudplatform:{word.replace('_', '-')}": table for word, table in tables.items()})

    return change


def _own(**changes: Any):
    metrics = {"orders": {"namespace": "Shop/Orders", "name": "Open"}}
    return _rows(metrics=metrics, alarms={"own": {"orders-wait": {**OWN, **changes}}})


def _board(chart: dict[str, Any] | None = None, **board: Any):
    charts = {"orders": chart} if chart else {}
    metrics = {"open-orders": {"namespace": "Shop/Orders", "name": "Open"}}
    return _rows(metrics=metrics, charts=charts, dashboards={"shop": {"charts": ["requests"], **board}})


def _severities(grades: dict[str, str] | None = None, **rows: Any):
    return _rows(alerts={"severities": rows, "grades": grades or {}})


ADDRESS = {"email": ["ops@acme.com"]}
ALL = dict.fromkeys(("critical", "warning", "info"), "page")
CASES = [
    (update("alarms", off=["service-cpuu"]),
     "alarms.off[0]: there is no alarm 'service-cpuu'; did you mean service-cpu?"),
    (update("alarms", adjusted={"cache-lags": {"minutes": 2}}),
     "alarms.adjusted.cache-lags: there is no alarm 'cache-lags'; did you mean cache-lag?"),
    (update("alarms", off=["cache-lag", "cache-lag"]), "alarms.off[1]: cache-lag is named twice; name it once"),
    (update("alarms", off=["cache-lag"], adjusted={"cache-lag": {"minutes": 2}}),
     "alarms.adjusted.cache-lag: it is off; remove this, or take it out of off"),
    (update("alarms", adjusted={"cache-lag": {"percent": 10}}),
     "alarms.adjusted.cache-lag.percent: there is no whole that it could be a part of; use database-storage, or remove "
     "this"),
    (update("alarms", adjusted={"cache-lag": {"period": 300}}),
     "alarms.adjusted.cache-lag.period: nothing says how many periods; add minutes"),
    (update("alarms", adjusted={"cache-lag": {"period": 300, "minutes": 7}}),
     "alarms.adjusted.cache-lag.period: 7 minutes are no whole number of periods; use 420 or 60"),
    (update("alarms", adjusted={"cache-lag": {"severity": "page"}}),
     "alarms.adjusted.cache-lag.severity: there is no severity 'page'; use critical, warning or info"),
    (_own(above=None), "alarms.own.orders-wait: an alarm has one threshold; use one of above, below and band"),
    (_own(below=2), "alarms.own.orders-wait.below: an alarm has one threshold; use one of above, below and band"),
    (_own(minutes=5, period=240),
     "alarms.own.orders-wait.period: 5 minutes are no whole number of periods; use 300 or 60"),
    (_own(metric="order"), "alarms.own.orders-wait.metric: there is no metric 'order'; did you mean orders?"),
    (_rows(alarms={"own": {"orders-wait": OWN}}),
     "alarms.own.orders-wait.metric: there is no metric 'orders'; add it to cloudplatform:metrics"),
    (_own(severity="page"),
     "alarms.own.orders-wait.severity: there is no severity 'page'; use critical, warning or info"),
    (_rows(alarms={"own": {"cache-lag": OWN}}), "alarms.own.cache-lag: a built-in alarm has this word; use another"),
    (_rows(alerts={"warning": ["a@acme.com"]}),
     "alerts.critical: nobody would be told; add e-mail addresses, or severities"),
    (_rows(alerts={"critical": ["a@acme.com"], "warning": ["a@acme.com"], "grades": {"info": "low"}}),
     "alerts.grades.info: there are no other severities; remove this, or add severities"),
    (_rows(alerts={"critical": ["a@acme.com"], "severities": {"page": ADDRESS}, "grades": ALL}),
     "alerts.critical: the table severities says whom alerts notify; write this there"),
    (_severities(page=ADDRESS), "alerts.grades.critical: no severity 'critical' notifies anybody; use page"),
    (_severities(ALL | {"info": "low"}, page=ADDRESS, low={}),
     "alerts.grades.info: no severity 'low' notifies anybody; use page"),
    (_severities(ALL, page={**ADDRESS, "also": ["low"]}, low={}, high=ADDRESS),
     "alerts.severities.page.also[0]: no other severity 'low' notifies anybody; use high"),
    (_severities(ALL, page={"email": ["a@acme.com", "a@acme.com"]}),
     "alerts.severities.page.email[1]: a@acme.com is named twice; name it once"),
    (_severities(ALL, page={"pagerduty": "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"}),
     "alerts.severities.page.pagerduty: whoever has this URL can page; use config, give the URL with "
     "`pulumi config set --secret secret:pagerduty`, and renew it where this file was committed"),
    (_severities(ALL, page={"pagerduty": "config"}),
     "alerts.severities.page.pagerduty: no value is configured; run `pulumi config set --secret secret:pagerduty`, or "
     "remove this"),
    (_board(charts=["request"]), "dashboards.shop.charts[0]: there is no chart 'request'; did you mean requests?"),
    (_board(lines={"latency": 1}),
     "dashboards.shop.lines.latency: the board does not show this chart; add it to charts, or remove this"),
    (_board({"title": "Orders", "metrics": ["open-orders"]}),
     "charts.orders: no board shows it; add it to the charts of one, or remove it"),
    (_board({"title": "Orders"}, charts=["orders"]), "charts.orders: it would be empty; use metrics, formulas or both"),
    (_board({"title": "Orders", "metrics": ["open-order"]}, charts=["orders"]),
     "charts.orders.metrics[0]: there is no metric 'open-order'; did you mean open-orders?"),
    (_board({"title": "Orders", "formulas": {"half": "open_order / 2"}}, charts=["orders"]),
     "charts.orders.formulas.half: there is no metric 'open_order'; did you mean open_orders?"),
    (_rows(charts={"latency": {"title": "x", "metrics": ["a"]}}),
     "charts.latency: a built-in chart has this word; use another"),
    (_rows(names={"patterns": {"dashboard": "{project}-{environment}-board"}},
           dashboards={"one": {"charts": ["alarms"]}, "two": {"charts": ["alarms"]}}),
     "dashboards.two: one has the same name; add {id} to names.patterns.dashboard"),
    (lambda it: [it.pop("cloudplatform:alerts"), _board()(it)],
     "dashboards: boards come with the alarms; add cloudplatform:alerts"),
    (lambda it: [it["cloudplatform:services"]["fastapi"]["count"].update(alarms={"service-cpu": 1}),
                 it.update({"cloudplatform:alarms": {"off": ["service-cpu"]}})],
     "services.fastapi.count.alarms.service-cpu: this alarm is off; take it out of off, or remove this"),
    (update("budget", at=[10, 20, 30]), "budget.at: AWS allows 5 warnings a budget, and these are 6; remove some"),
    (update("budget", alerts=[], forecast=False),
     "budget: nobody would ever be warned; use alerts, at or forecast"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES, ids=[wanted.split(":")[0] for _, wanted in CASES])
def test_it_is_refused(tmp_path: Path, change: Any, wanted: str) -> None:
    """The place in the file, what is wrong, and what would be right."""
    assert wanted in problems(tmp_path, "dev", change)
