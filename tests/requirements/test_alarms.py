"""CP-ALARM: what fires, at what, and whom it tells."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from components.operations.alarms import AlarmsArgs
from components.operations.watch.incidents import INCIDENTS
from components.operations.watch.kinds import ALARMS, CATALOGUE
from components.operations.watch.model import Formula, Metric
from preview.recording import RecordedResource, Recording
from settings.tables.alarms import AlarmsTable, ThresholdsTable
from settings.tables.boards import CHARTS
from tests.requirements.breaches import Breach, change, drop, export, noticed
from tests.requirements.expected import environments, requirement, stacks
from tests.requirements.reading import arn, of, one, only, topic
from tests.stack_files import changed, config
from tests.stacks import BLUEPRINT_STACKS, ROOT

RUNBOOK = ROOT / "docs/runbooks/alarms.md"


LOAD_BALANCER, ECS, TASKS, RDS, REDIS = (
    "AWS/ApplicationELB",
    "AWS/ECS",
    "ECS/ContainerInsights",
    "AWS/RDS",
    "AWS/ElastiCache",
)


MEMORY = {"dev": 100e6, "staging": 500e6, "prod": 500e6}  #: dev's class has 1 GiB in all (N-10)
TASK_COUNT = {"dev": 1, "staging": 2, "prod": 3}
NODES = {"dev": 1, "staging": 1, "prod": 2}


class AlarmRow(NamedTuple):
    """One line of the ledger's alarm table."""

    namespace: str
    metric: str
    stat: str
    fires: str
    threshold: float | Mapping[str, float]
    seconds: int | None = None  #: period times periods, where the ledger says
    period: int | None = None  #: of a sum a minute


ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"


TABLE = {
    "CP-ALARM-01": AlarmRow(LOAD_BALANCER, "TargetResponseTime", "p99", ABOVE, 2),
    "CP-ALARM-02": AlarmRow(LOAD_BALANCER, "HTTPCode_Target_4XX_Count", "Sum", ABOVE, 100, period=60),
    "CP-ALARM-03": AlarmRow(LOAD_BALANCER, "HTTPCode_Target_5XX_Count", "Sum", ABOVE, 10, period=60),
    "CP-ALARM-04": AlarmRow(LOAD_BALANCER, "HealthyHostCount", "Minimum", BELOW, TASK_COUNT),
    "CP-ALARM-05": AlarmRow(LOAD_BALANCER, "UnHealthyHostCount", "Maximum", ABOVE, 0),
    "CP-ALARM-06": AlarmRow(ECS, "CPUUtilization", "Average", ABOVE, 80, seconds=300),
    "CP-ALARM-07": AlarmRow(ECS, "MemoryUtilization", "Average", ABOVE, 85, seconds=300),
    "CP-ALARM-08": AlarmRow(TASKS, "RunningTaskCount", "Minimum", BELOW, TASK_COUNT),
    "CP-ALARM-09": AlarmRow(RDS, "CPUUtilization", "Average", ABOVE, 80, seconds=600),
    "CP-ALARM-11": AlarmRow(RDS, "FreeStorageSpace", "Minimum", BELOW, 5e9),
    "CP-ALARM-12": AlarmRow(RDS, "ReadLatency", "Average", ABOVE, 0.02),
    "CP-ALARM-13": AlarmRow(RDS, "WriteLatency", "Average", ABOVE, 0.02),
    "CP-ALARM-14": AlarmRow(RDS, "FreeableMemory", "Average", BELOW, MEMORY),
}


PER_NODE = {
    "CP-ALARM-15": AlarmRow(REDIS, "CPUUtilization", "Average", ABOVE, 80),
    "CP-ALARM-16": AlarmRow(REDIS, "DatabaseMemoryUsagePercentage", "Average", ABOVE, 80),
    "CP-ALARM-17": AlarmRow(REDIS, "CurrConnections", "Average", ABOVE, 1000),
}


CRITICAL = {"load-balancer-5xx", "load-balancer-healthy", "load-balancer-unhealthy", "service-tasks-fastapi",
            "service-errors-fastapi", "database-storage", "database-connections"}  # fmt: skip


def metric_alarms(platform: Recording, namespace: str, metric: str) -> list[RecordedResource]:
    """The alarms on one metric alone."""
    found = of(platform, "cloudwatch.MetricAlarm")
    return [
        each for each in found if (each.inputs.get("namespace"), each.inputs.get("metricName")) == (namespace, metric)
    ]


def assert_row(alarm: RecordedResource, row: AlarmRow, stack: str) -> None:
    """The alarm is the row of the table."""
    threshold = row.threshold[stack] if isinstance(row.threshold, Mapping) else row.threshold
    stat = "extendedStatistic" if row.stat.startswith("p") else "statistic"
    assert alarm[stat] == row.stat
    assert (alarm["comparisonOperator"], alarm["threshold"]) == (row.fires, pytest.approx(threshold))
    assert row.seconds in (None, alarm["period"] * alarm["evaluationPeriods"])
    assert row.period in (None, alarm["period"])


def dimensions(platform: Recording, namespace: str, metric: str) -> dict[str, Any]:
    """What CloudWatch calls the one thing that a metric is of."""
    balancer, target = one(platform, "lb.LoadBalancer"), one(platform, "lb.TargetGroup")
    match namespace:
        case "AWS/ApplicationELB":
            part = {"TargetGroup": target.outputs["arnSuffix"]} if "HostCount" in metric else {}
            return {"LoadBalancer": balancer.outputs["arnSuffix"], **part}
        case "AWS/RDS":
            return {"DBInstanceIdentifier": one(platform, "rds.Instance")["identifier"]}
        case _:
            service = one(platform, "ecs.Service")
            return {"ClusterName": one(platform, "ecs.Cluster")["name"], "ServiceName": service["name"]}


@environments
@pytest.mark.parametrize("row", [pytest.param(row, marks=requirement(id_), id=id_) for id_, row in TABLE.items()])
def test_the_table(platform: Recording, stack: str, row: AlarmRow) -> None:
    """One alarm a row, on the stack's own load balancer, service and database."""
    alarm = only(metric_alarms(platform, row.namespace, row.metric))
    assert_row(alarm, row, stack)
    assert alarm["dimensions"] == dimensions(platform, row.namespace, row.metric)


@requirement("CP-ALARM-10")
@environments
def test_connections(platform: Recording, stack: str) -> None:
    """CloudWatch knows no percentage: it is computed of what the parameter group allows (N-11)."""
    [parameters] = of(platform, "rds.ParameterGroup")
    most = only(int(each["value"]) for each in parameters["parameters"] if each["name"] == "max_connections")
    alarm = only(metric_alarms(platform, RDS, "DatabaseConnections"))
    assert (alarm["comparisonOperator"], alarm["threshold"]) == (ABOVE, pytest.approx(0.8 * most))
    assert alarm["dimensions"] == dimensions(platform, RDS, "DatabaseConnections")


def nodes(platform: Recording) -> list[str]:
    """What ElastiCache calls the nodes of the group."""
    group = one(platform, "elasticache.ReplicationGroup")
    return [f"{group['replicationGroupId']}-{number:03}" for number in range(1, group["numCacheClusters"] + 1)]


@environments
@pytest.mark.parametrize("row", [pytest.param(row, marks=requirement(id_), id=id_) for id_, row in PER_NODE.items()])
def test_every_node_of_the_cache(platform: Recording, stack: str, row: AlarmRow) -> None:
    alarms = metric_alarms(platform, row.namespace, row.metric)
    for alarm in alarms:
        assert_row(alarm, row, stack)
    assert [alarm["dimensions"] for alarm in alarms] == [{"CacheClusterId": each} for each in nodes(platform)]
    assert len(alarms) == NODES[stack]


@requirement("CP-ALARM-18")
@environments
def test_the_hit_rate_of_every_node(platform: Recording, stack: str) -> None:
    """Computed; of hardly any lookups it says nothing (N-14)."""
    computed = [each for each in of(platform, "cloudwatch.MetricAlarm") if "metricQueries" in each.inputs]
    seen: list[str] = []
    for alarm in computed:
        *parts, result = alarm["metricQueries"]
        assert {part["id"]: part["metric"]["metricName"] for part in parts} == {
            "hits": "CacheHits",
            "misses": "CacheMisses",
        }
        assert {part["metric"]["namespace"] for part in parts} == {REDIS}
        assert "100 * hits / (hits + misses)" in result["expression"]
        assert result["returnData"] is True
        assert (alarm["comparisonOperator"], alarm["threshold"]) == (BELOW, 80)
        assert alarm["treatMissingData"] == "notBreaching"
        seen.append(only({part["metric"]["dimensions"]["CacheClusterId"] for part in parts}))
    assert seen == nodes(platform)


@requirement("CP-ALARM-19")
@pytest.mark.parametrize("stack", ["prod"])
def test_the_lag_of_the_replica(platform: Recording, stack: str) -> None:
    """Of either node: a fail-over changes which is the replica, and the primary reports none."""
    alarms = metric_alarms(platform, REDIS, "ReplicationLag")
    for alarm in alarms:
        assert (alarm["comparisonOperator"], alarm["threshold"], alarm["treatMissingData"]) == (
            ABOVE,
            1,
            "notBreaching",
        )
    assert [alarm["dimensions"] for alarm in alarms] == [{"CacheClusterId": each} for each in nodes(platform)]


@requirement("CP-ALARM-20")
@environments
def test_error_lines(platform: Recording, stack: str) -> None:
    """On the metric that the filter counts in the application's log."""
    counted = only(
        each["metricTransformation"]
        for each in of(platform, "cloudwatch.LogMetricFilter")
        if "ERROR" in each["pattern"] and each["logGroupName"] == f"/ecs/{stack}/fastapi"
    )
    alarm = only(metric_alarms(platform, counted["namespace"], counted["name"]))
    assert (alarm["statistic"], alarm["period"], alarm["threshold"]) == ("Sum", 60, 10)
    assert alarm["comparisonOperator"] == ABOVE


@requirement("CP-ALARM-21")
@environments
def test_every_alarm_tells_somebody_what_to_do(platform: Recording, stack: str) -> None:
    """Critical or warning as N-38 has it; the description names a heading that the runbook has."""
    told = {arn(topic(platform, severity)): severity for severity in ("critical", "warning")}
    anchors = headings(RUNBOOK)
    prefix = f"cloudplatform-{stack}-alarm-"
    found = {each["name"].removeprefix(prefix): each for each in of(platform, "cloudwatch.MetricAlarm")}
    assert len(found) >= 20
    for word, alarm in found.items():
        assert [told[action] for action in alarm["alarmActions"]] == ["critical" if word in CRITICAL else "warning"]
        description, _, place = alarm["alarmDescription"].partition(" Runbook: docs/runbooks/alarms.md#")
        assert len(description) > 40
        assert place in anchors
    assert found.keys() >= CRITICAL


@requirement("CP-ALARM-25")
@environments
def test_the_component_has_the_ledger_s_inputs_and_outputs(platform: Recording, stack: str) -> None:
    """Under our names (ADR-012): the five identifiers stand in `subjects`, the environment in `names`."""
    assert {"names", "subjects", "topics", "thresholds", "tags"} <= set(AlarmsArgs.__dataclass_fields__)
    defaults = AlarmsTable()
    assert (defaults.load_balancer_latency, defaults.service_memory, defaults.cache_connections) == (2, 85, 1000)
    arns = {each.name.removeprefix("alarms-"): arn(each) for each in of(platform, "cloudwatch.MetricAlarm")}
    assert platform.outputs["alarm_arns"] == arns
    other = changed(stack, lambda config: config.update({"cloudplatform:alarms": {"load-balancer-latency": 3,
                                                                                 "database-memory": 90}}))  # fmt: skip
    assert only(metric_alarms(other, LOAD_BALANCER, "TargetResponseTime"))["threshold"] == 3


def headings(runbook: Path) -> dict[str, str]:
    """The sections of a runbook, by heading."""
    parts = re.split(r"(?m)^## ", runbook.read_text())[1:]
    return {part.split("\n")[0]: part for part in parts}


def test_no_alarm_is_without_widget_threshold_and_heading() -> None:
    """The table itself: whatever has an alarm has a chart with its metric, a threshold in the stack file's table, and
    a section that says what it means, where to look, what to do and how to see that it is over."""
    charted = {part for chart in CATALOGUE.values() for line in chart.lines for part in parts_of(line.metric)}
    sections = headings(RUNBOOK)
    for alarm in ALARMS:
        assert parts_of(alarm.metric) <= charted, alarm.word
        assert all(f"**{word}:**" in sections[alarm.word] for word in ("Means", "Look", "Do", "Verify")), alarm.word
    words = {alarm.word for alarm in ALARMS} | {incident.word for incident in INCIDENTS}
    assert sections.keys() == words | own_words()
    assert {name.replace("_", "-") for name in ThresholdsTable.model_fields} == {alarm.word for alarm in ALARMS}


def own_words() -> set[str]:
    """The words of the alarms that the systems' stack files add; each has its heading like the built-in ones."""
    files = [config(stack) for stack in BLUEPRINT_STACKS]
    words = {word for config in files for word in config.get("cloudplatform:alarms", {}).get("own", {})}
    sections = headings(RUNBOOK)
    assert all(f"**{part}:**" in sections[word] for word in words for part in ("Means", "Look", "Do", "Verify"))
    return words


def parts_of(metric: Metric | Formula) -> set[Metric]:
    """A metric, or those that a formula is of."""
    return {*metric.parts.values()} if isinstance(metric, Formula) else {metric}


def test_charts_have_the_words_that_stack_files_may_name() -> None:
    """The settings' list and the charts themselves, which a stack file's reader does not import."""
    assert {*CATALOGUE} == {*CHARTS}
    assert len(CHARTS) == len({*CHARTS})


@stacks
def test_every_alarm_of_a_stack_is_on_its_dashboard(platform: Recording, stack: str) -> None:
    """Its metric in a chart, and its state in the widget of states."""
    body = json.loads(one(platform, "cloudwatch.Dashboard")["dashboardBody"])
    charted = {tuple(metric[:-1]) for widget in body["widgets"] for metric in widget["properties"].get("metrics", [])}
    for alarm in of(platform, "cloudwatch.MetricAlarm"):
        for metric in measured(alarm):
            assert metric in charted, alarm.urn
    states = only(widget for widget in body["widgets"] if widget["type"] == "alarm")["properties"]["alarms"]
    alarms = [*of(platform, "cloudwatch.MetricAlarm"), *of(platform, "cloudwatch.CompositeAlarm")]
    assert sorted(states) == sorted(map(arn, alarms))


def measured(alarm: RecordedResource) -> list[tuple[str, ...]]:
    """The metrics of an alarm as a dashboard writes them: namespace, name, and the dimensions one after the other."""
    parts = [each["metric"] for each in alarm.inputs.get("metricQueries", []) if "metric" in each] or [alarm.inputs]
    return [
        (each["namespace"], each["metricName"], *(text for pair in each.get("dimensions", {}).items() for text in pair))
        for each in parts
    ]


ALARM = "cloudwatch.MetricAlarm"


#: The word of each row's alarm.
WORDS = {
    "CP-ALARM-01": "latency",
    "CP-ALARM-02": "4xx",
    "CP-ALARM-03": "5xx",
    "CP-ALARM-04": "balancer-healthy",
    "CP-ALARM-05": "unhealthy",
    "CP-ALARM-06": "service-cpu",
    "CP-ALARM-07": "service-memory",
    "CP-ALARM-08": "service-tasks",
    "CP-ALARM-09": "database-cpu",
    "CP-ALARM-11": "database-storage",
    "CP-ALARM-12": "read-latency",
    "CP-ALARM-13": "write-latency",
    "CP-ALARM-14": "database-memory",
}


NODE_ALARMS = {"CP-ALARM-15": "cache-cpu", "CP-ALARM-16": "cache-memory", "CP-ALARM-17": "cache-connections"}
BREACHES = [
    *(
        Breach(id_, test_the_table, change(ALARM, WORDS[id_], threshold=7000), more={"row": row})
        for id_, row in TABLE.items()
    ),
    Breach("CP-ALARM-06", test_the_table, change(ALARM, "service-cpu", evaluationPeriods=1),
           more={"row": TABLE["CP-ALARM-06"]}),
    Breach("CP-ALARM-05", test_the_table, change(ALARM, "unhealthy", dimensions={"LoadBalancer": "another"}),
           more={"row": TABLE["CP-ALARM-05"]}),
    Breach("CP-ALARM-10", test_connections, change(ALARM, "database-connections", threshold=80.5)),
    *(
        Breach(id_, test_every_node_of_the_cache, drop(ALARM, f"{NODE_ALARMS[id_]}-002"), "prod", {"row": row})
        for id_, row in PER_NODE.items()
    ),
    Breach("CP-ALARM-18", test_the_hit_rate_of_every_node,
           change(ALARM, "hit-rate", treatMissingData="breaching")),
    Breach("CP-ALARM-19", test_the_lag_of_the_replica, drop(ALARM, "cache-lag-002"), "prod"),
    Breach("CP-ALARM-20", test_error_lines, change(ALARM, "service-errors", metricName="Requests")),
    Breach("CP-ALARM-21", test_every_alarm_tells_somebody_what_to_do, change(ALARM, "cache-cpu", alarmActions=[])),
    Breach("CP-ALARM-21", test_every_alarm_tells_somebody_what_to_do,
           change(ALARM, "cache-cpu", alarmDescription="It is hot.")),
    Breach("CP-ALARM-25", test_the_component_has_the_ledger_s_inputs_and_outputs, export(alarm_arns={})),
]  # fmt: skip

test_breaches = noticed(BREACHES)
