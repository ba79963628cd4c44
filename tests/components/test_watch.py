"""What a stack file says about watching: alarms of its own, boards, severities, budgets; each alone."""

import dataclasses
import json

import pulumi_aws as aws

from components.compute.deployment_failures import DeploymentFailures
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.topics import Topics, TopicsArgs
from components.operations.watch.own import own_alarms, own_chart, own_subjects
from settings.tables.alarms import AlarmsTable, OwnAlarmTable
from settings.tables.boards import BoardTable, ChartTable
from settings.tables.operations import AlertsTable, BudgetTable, MetricTable
from tests.components.examples import ALERTS, COMMON, KEY, TOPICS, built, example, only, subjects

ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
TOPIC = "aws:sns/topic:Topic"
OWN = {"orders-wait": OwnAlarmTable(metric="orders", above=5, minutes=10, severity="critical", todo="x" * 40)}
METRICS = {"orders": MetricTable(namespace="Shop/Orders", name="Open", dimensions={"Queue": "new"}, stat="Maximum")}


def _alarms(table):
    """The alarms on one of each kind."""
    args = {"thresholds": AlarmsTable.model_validate(table), "alerts": ALERTS, "topics": TOPICS, **COMMON}
    return built(lambda: Alarms("it", AlarmsArgs(subjects=subjects(), **args)))


def _own(table, starts=None):
    """The stack file's own alarm on its own metric, with the alarms' table."""

    def program():
        found = own_subjects(OWN, METRICS, starts or {}, aws.sns.Topic("given-topic"))
        alarms = own_alarms(OWN, METRICS)
        args = {"thresholds": AlarmsTable.model_validate(table), "subjects": found, "own": alarms, **COMMON}
        Alarms("it", AlarmsArgs(alerts=ALERTS, topics=TOPICS, **args))
        chart = own_chart(
            "orders", ChartTable(title="Orders", metrics=("orders",), formulas={"half": "orders / 2"}), METRICS
        )
        board = BoardTable(charts=("orders", "alarms"), lines={"orders": 9})
        Dashboard(
            "it-shop", DashboardArgs(word="shop", board=board, charts={"orders": chart}, alarms=[], logs=[], **args)
        )

    return built(program)


def test_an_alarm_of_one_s_own():
    """Its metric, threshold and minutes; it tells its severity, starts what it scales, and says its severity."""
    alarm = only(_own({"tag": "severity"}, {"orders-wait": ["arn:aws:autoscaling:policy"]}), ALARM)
    assert (alarm["namespace"], alarm["metricName"], alarm["statistic"]) == ("Shop/Orders", "Open", "Maximum")
    assert (alarm["threshold"], alarm["period"], alarm["evaluationPeriods"]) == (5, 60, 10)
    assert (alarm["dimensions"], alarm["tags"]["severity"]) == ({"Queue": "new"}, "critical")
    assert alarm["alarmActions"] == [TOPICS["critical"], "arn:aws:autoscaling:policy"]
    assert alarm["alarmDescription"].endswith("docs/runbooks/alarms.md#orders-wait")


def test_a_board_of_one_s_own():
    """A line a metric; a formula with its parts hidden; lines where the alarm fires and where the board wants one."""
    [board] = _own({}).of("aws:cloudwatch/dashboard:Dashboard")
    chart, states = json.loads(board["dashboardBody"])["widgets"]
    assert board["dashboardName"] == "acme-test-dashboard-shop"
    drawn, hidden, half = chart["properties"]["metrics"]
    assert drawn[:-1] == hidden[:-1] == ["Shop/Orders", "Open", "Queue", "new"]
    assert (hidden[-1], half[0]["expression"]) == (
        {"id": "orders1", "stat": "Maximum", "visible": False},
        "orders1 / 2",
    )
    assert [each["value"] for each in chart["properties"]["annotations"]["horizontal"]] == [5, 9]
    assert (states["type"], states["x"], states["width"]) == ("alarm", 6, 12)


def test_what_is_off_adjusted_or_outside_a_band():
    """Off: none. Adjusted: other minutes, another severity, and so no incident. A band: what is learned, no number."""
    table = {"off": ["service-memory"], "load-balancer-requests": 3, "tag": "severity",
             "adjusted": {"load-balancer-unhealthy": {"minutes": 2, "severity": "warning"},
                          "database-storage": {"percent": 10, "minutes": 10}}}  # fmt: skip
    recording = _alarms(table)
    found = {each.name.removeprefix("it-").removesuffix("-web"): each for each in recording.of(ALARM)}
    assert "service-memory" not in found
    unhealthy, storage = found["load-balancer-unhealthy"], found["database-storage"]
    assert (unhealthy["period"], unhealthy["evaluationPeriods"]) == (60, 2)
    assert (unhealthy["alarmActions"], unhealthy["tags"]["severity"]) == ([TOPICS["warning"]], "warning")
    assert unhealthy["name"] not in only(recording, COMPOSITE, "it-service-incident")["alarmRule"]
    assert (storage["threshold"], storage["evaluationPeriods"]) == (10 * 2**30, 2)
    seen, usual = found["load-balancer-requests"]["metricQueries"]
    assert usual["expression"] == "ANOMALY_DETECTION_BAND(seen, 3)"
    assert (seen["returnData"], "threshold" in found["load-balancer-requests"].inputs) == (True, False)
    assert _alarms({"incidents": False}).of(COMPOSITE) == []


def test_severities_by_the_stack_file_s_words():
    """A topic for each that notifies somebody; one tells another's too; an incident's alarms are filtered."""
    page = {"pagerduty": "config", "sms": ["+15555550100"], "also": ["mail"]}
    given = {"severities": {"page": page, "mail": {"email": ["a@acme.com"]}, "board": {}},
             "grades": {"critical": "page", "warning": "mail", "info": "mail"}}  # fmt: skip
    table = AlertsTable.model_validate(given)
    assert (table.route("page"), table.route("board"), table.topics) == (("page", "mail"), (), ("page", "mail"))
    args = TopicsArgs(
        table=table, key=KEY, publishers=("alarms",), pagers={"page": "https://x"}, alone=["it"], **COMMON
    )
    recording = built(lambda: Topics("it", args))
    assert [each["name"] for each in recording.of(TOPIC)] == ["test-mail-alerts", "test-page-alerts"]
    found = {each["protocol"]: each for each in recording.of("aws:sns/topicSubscription:TopicSubscription")}
    assert sorted(found) == ["email", "https", "sms"]
    assert "filterPolicy" not in found["email"].inputs
    assert json.loads(found["sms"]["filterPolicy"])["AlarmName"][2:] == [{"prefix": "it"}]
    plain = dataclasses.replace(args, incidents=False)
    assert all("filterPolicy" not in each.inputs for each in built(lambda: Topics("it", plain)).of(
        "aws:sns/topicSubscription:TopicSubscription"))  # fmt: skip


def test_a_budget_in_dollars():
    """At each sum of dollars, beside the percentages."""
    table = BudgetTable(monthly=420, at=(50, 100), alerts=(100,), forecast=False)
    budget = only(
        built(lambda: Budget("it", BudgetArgs(table=table, topic=TOPICS["warning"], **COMMON))),
        "aws:budgets/budget:Budget",
    )
    assert [(each["threshold"], each["thresholdType"]) for each in budget["notifications"]] == [
        (50, "ABSOLUTE_VALUE"), (100, "ABSOLUTE_VALUE"), (100, "PERCENTAGE"),
    ]  # fmt: skip


def test_a_failed_deployment_is_told():
    """Of the services of this cluster alone, which the event names by their ARNs."""
    recording = example(DeploymentFailures)
    pattern = json.loads(only(recording, RULE)["eventPattern"])
    assert pattern["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}
    assert len(pattern["resources"]) == 1
    assert pattern["resources"][0]["wildcard"].endswith("/*")
    assert only(recording, TARGET)["arn"] == TOPICS["warning"]
