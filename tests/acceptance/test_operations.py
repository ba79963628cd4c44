"""Alarms, hours and recovery of a deployed stack."""

import json
import time
from datetime import timedelta

import pytest

from scripts.restore_drill import Drill
from tests.acceptance.deployed import Deployed
from tests.requirements.expected import environments, requirement
from tests.requirements.reading import of, one

#: Metrics that never pause, by their namespaces: each store, the service and the load balancer.
CONSTANT = {
    ("AWS/ApplicationELB", "HealthyHostCount"),
    ("AWS/ECS", "CPUUtilization"),
    ("AWS/ElastiCache", "EngineCPUUtilization"),
    ("AWS/RDS", "CPUUtilization"),
}


@pytest.mark.deployed
@requirement("CP-ALARM-27")
@environments
def test_what_is_watched_is_seen_and_told(deployed: Deployed, stack: str) -> None:
    """The dashboard's metrics have values; an alarm that is set off is published, and Slack has it; saved queries run.
    Whoever is on call should know: it sends a warning."""
    _shows_its_metrics(deployed)
    _tells_slack(deployed)
    _queries_run(deployed)


def _shows_its_metrics(deployed: Deployed) -> None:
    watch, now = deployed.client("cloudwatch"), deployed.now()
    body = watch.get_dashboard(DashboardName=deployed.name("cloudwatch.Dashboard", "dashboardName"))["DashboardBody"]
    shown = {(metric[0], metric[1]) for widget in json.loads(body)["widgets"]
             for metric in widget["properties"].get("metrics", []) if len(metric) > 2}  # fmt: skip
    alarms = of(deployed.recording, "cloudwatch.MetricAlarm")
    constant = [each for each in alarms if (each.inputs.get("namespace"), each.inputs.get("metricName")) in CONSTANT]
    assert {(each["namespace"], each["metricName"]) for each in constant} <= shown
    for alarm in constant:
        [real] = watch.describe_alarms(AlarmNames=[alarm["name"]])["MetricAlarms"]
        points = watch.get_metric_statistics(
            Namespace=real["Namespace"],
            MetricName=real["MetricName"],
            Dimensions=real["Dimensions"],
            StartTime=now - timedelta(hours=1),
            EndTime=now,
            Period=300,
            Statistics=["Average"],
        )["Datapoints"]
        assert points, alarm["name"]


def _tells_slack(deployed: Deployed) -> None:
    watch, began = deployed.client("cloudwatch"), deployed.now()
    warning = next(each["name"] for each in of(deployed.recording, "cloudwatch.MetricAlarm")
                   if str(each.inputs.get("alarmActions")).endswith(f"{deployed.stack}-warning-alerts']"))  # fmt: skip
    watch.set_alarm_state(AlarmName=warning, StateValue="OK", StateReason="acceptance test")
    watch.set_alarm_state(AlarmName=warning, StateValue="ALARM", StateReason="acceptance test")

    def published() -> bool:
        items = watch.describe_alarm_history(
            AlarmName=warning, HistoryItemType="Action", StartDate=began, EndDate=deployed.now() + timedelta(minutes=1)
        )["AlarmHistoryItems"]
        return any("Successfully executed action arn:aws:sns" in each["HistorySummary"] for each in items)

    deployed.eventually(published, f"{warning} at its topic")
    group = next(name for name in deployed.names("cloudwatch.LogGroup") if name.endswith("slack-notifier"))
    since, logs = int(began.timestamp() * 1000), deployed.client("logs")
    deployed.eventually(
        lambda: logs.filter_log_events(logGroupName=group, startTime=since, filterPattern='"posted"')["events"],
        "the notifier's message in Slack",
    )


def _queries_run(deployed: Deployed) -> None:
    logs, now = deployed.client("logs"), int(time.time())
    wanted = set(deployed.names("cloudwatch.QueryDefinition"))
    prefix = deployed.settings.names.of("query", "")
    saved = logs.describe_query_definitions(queryDefinitionNamePrefix=prefix)["queryDefinitions"]
    assert {each["name"] for each in saved} == wanted
    for each in saved:
        id_ = logs.start_query(
            logGroupNames=each["logGroupNames"], startTime=now - 3600, endTime=now, queryString=each["queryString"]
        )["queryId"]

        def ended(id_: str = id_) -> str:
            status = logs.get_query_results(queryId=id_)["status"]
            return "" if status in ("Scheduled", "Running") else status

        assert deployed.eventually(ended, each["name"]) == "Complete", each["name"]


@pytest.mark.deployed
@requirement("CP-AUTO-17")
@pytest.mark.parametrize("stack", ["dev"])
def test_it_rests_at_night(deployed: Deployed, stack: str) -> None:
    """Whatever the hour is: by its table the environment runs or rests now, and so it does. Run it at both times."""
    hours = deployed.settings.hours
    assert hours
    local = deployed.now() + timedelta(hours=hours.offset)
    clock = f"{local:%H:%M}"
    runs = local.weekday() < 5 and hours.start <= clock < hours.stop
    earlier = f"{local - timedelta(minutes=hours.settle):%H:%M}"
    if runs != (local.weekday() < 5 and hours.start <= earlier < hours.stop):
        pytest.skip("it is just changing: ask again in half an hour")
    service, database = deployed.service(), deployed.database()
    if runs:
        assert service["desiredCount"] >= one(deployed.recording, "ecs.Service")["desiredCount"]
        assert database["DBInstanceStatus"] == "available"
    else:
        assert service["desiredCount"] == 0
        assert database["DBInstanceStatus"] in ("stopping", "stopped")


@pytest.mark.deployed
@requirement("CP-DR-03")
@environments
def test_the_database_can_be_had_back(deployed: Deployed, stack: str) -> None:
    """The drill of docs/runbooks/recovery.md. It takes an hour and costs a second database for that long."""
    result = Drill(session=deployed.session, settings=deployed.settings, source="point-in-time").run()
    assert result.complaints == (), result.text()
