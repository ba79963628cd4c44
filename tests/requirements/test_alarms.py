"""CP-ALARM: what rings, at what, and whom it tells."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from components.operations.alarms import AlarmsArgs
from components.operations.watch.incidents import INCIDENTS
from components.operations.watch.kinds import ALARMS, LAST_ROW, ROWS
from components.operations.watch.model import Formula
from preview.recording import Recording, Resource
from settings.tables.operations import AlarmsTable
from tests.requirements.expected import environments, requirement, stacks
from tests.requirements.options import changed
from tests.requirements.reading import arn, at, document, key, of, one, only
from tests.stacks import ROOT

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


class Row(NamedTuple):
    """One line of the ledger's alarm table."""

    namespace: str
    metric: str
    stat: str
    rings: str
    threshold: float | Mapping[str, float]
    seconds: int | None = None  #: period times periods, where the ledger says
    period: int | None = None  #: of a sum a minute


ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"
TABLE = {
    "CP-ALARM-01": Row(LOAD_BALANCER, "TargetResponseTime", "p99", ABOVE, 2),
    "CP-ALARM-02": Row(LOAD_BALANCER, "HTTPCode_Target_4XX_Count", "Sum", ABOVE, 100, period=60),
    "CP-ALARM-03": Row(LOAD_BALANCER, "HTTPCode_Target_5XX_Count", "Sum", ABOVE, 10, period=60),
    "CP-ALARM-04": Row(LOAD_BALANCER, "HealthyHostCount", "Minimum", BELOW, TASK_COUNT),
    "CP-ALARM-05": Row(LOAD_BALANCER, "UnHealthyHostCount", "Maximum", ABOVE, 0),
    "CP-ALARM-06": Row(ECS, "CPUUtilization", "Average", ABOVE, 80, seconds=300),
    "CP-ALARM-07": Row(ECS, "MemoryUtilization", "Average", ABOVE, 85, seconds=300),
    "CP-ALARM-08": Row(TASKS, "RunningTaskCount", "Minimum", BELOW, TASK_COUNT),
    "CP-ALARM-09": Row(RDS, "CPUUtilization", "Average", ABOVE, 80, seconds=600),
    "CP-ALARM-11": Row(RDS, "FreeStorageSpace", "Minimum", BELOW, 5e9),
    "CP-ALARM-12": Row(RDS, "ReadLatency", "Average", ABOVE, 0.02),
    "CP-ALARM-13": Row(RDS, "WriteLatency", "Average", ABOVE, 0.02),
    "CP-ALARM-14": Row(RDS, "FreeableMemory", "Average", BELOW, MEMORY),
}
PER_NODE = {
    "CP-ALARM-15": Row(REDIS, "CPUUtilization", "Average", ABOVE, 80),
    "CP-ALARM-16": Row(REDIS, "DatabaseMemoryUsagePercentage", "Average", ABOVE, 80),
    "CP-ALARM-17": Row(REDIS, "CurrConnections", "Average", ABOVE, 1000),
}
CRITICAL = {"load-balancer-5xx", "load-balancer-healthy", "load-balancer-unhealthy", "service-tasks-fastapi",
            "service-errors-fastapi", "database-storage", "database-connections"}  # fmt: skip


def metric_alarms(platform: Recording, namespace: str, metric: str) -> list[Resource]:
    """The alarms on one metric alone."""
    found = of(platform, "cloudwatch.MetricAlarm")
    return [
        each for each in found if (each.inputs.get("namespace"), each.inputs.get("metricName")) == (namespace, metric)
    ]


def topic(platform: Recording, severity: str) -> Resource:
    return at(platform, "sns.Topic", name=f"{platform.stack}-{severity}-alerts")


def assert_row(alarm: Resource, row: Row, stack: str) -> None:
    """The alarm is the row of the table."""
    threshold = row.threshold[stack] if isinstance(row.threshold, Mapping) else row.threshold
    stat = "extendedStatistic" if row.stat.startswith("p") else "statistic"
    assert alarm[stat] == row.stat
    assert (alarm["comparisonOperator"], alarm["threshold"]) == (row.rings, pytest.approx(threshold))
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
def test_the_table(platform: Recording, stack: str, row: Row) -> None:
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
def test_every_node_of_the_cache(platform: Recording, stack: str, row: Row) -> None:
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
        said, _, place = alarm["alarmDescription"].partition(" Runbook: docs/runbooks/alarms.md#")
        assert len(said) > 40
        assert place in anchors
    assert found.keys() >= CRITICAL


def subscribers(platform: Recording, severity: str) -> dict[str, list[Resource]]:
    """A topic's subscriptions, by protocol."""
    found: dict[str, list[Resource]] = {}
    for each in of(platform, "sns.TopicSubscription"):
        if each["topic"] == arn(topic(platform, severity)):
            found.setdefault(each["protocol"], []).append(each)
    return found


def assert_slack(platform: Recording, severity: str) -> None:
    """The topic runs the slack-notifier, which lets it."""
    notifier = only(each for each in of(platform, "lambda_.Function") if each["name"].endswith("slack-notifier"))
    assert only(subscribers(platform, severity).get("lambda", []))["endpoint"] == arn(notifier)
    leave = at(platform, "lambda_.Permission", sourceArn=arn(topic(platform, severity)))
    assert (leave["principal"], leave["function"]) == ("sns.amazonaws.com", notifier["name"])


@requirement("CP-ALARM-22")
@environments
def test_the_critical_topic(platform: Recording, stack: str) -> None:
    """E-mail and Slack, and a pager in prod alone (C-18), whose URL is kept secret."""
    found = subscribers(platform, "critical")
    assert found["email"]
    assert_slack(platform, "critical")
    assert ("https" in found) is (stack == "prod")
    for pager in found.get("https", []):
        assert pager["endpoint"].startswith("https://events.pagerduty.com/")
        assert "endpoint" in pager.secrets


@requirement("CP-ALARM-23")
@environments
def test_the_warning_topic(platform: Recording, stack: str) -> None:
    assert subscribers(platform, "warning").keys() == {"email", "lambda"}
    assert_slack(platform, "warning")


@requirement("CP-ALARM-24")
@environments
def test_the_info_topic(platform: Recording, stack: str) -> None:
    assert subscribers(platform, "info").keys() == {"lambda"}
    assert_slack(platform, "info")


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


@environments
def test_one_fault_pages_once(platform: Recording, stack: str) -> None:
    """What wakes people hears the incident and none of the alarms that it consists of; every critical alarm belongs to
    one, and the second is held back by the first."""
    incidents = {each["alarmName"]: each for each in of(platform, "cloudwatch.CompositeAlarm")}
    members = {name: re.findall(r'ALARM\("([^"]+)"\)', each["alarmRule"]) for name, each in incidents.items()}
    rings = {each["name"] for each in of(platform, "cloudwatch.MetricAlarm")
             if arn(topic(platform, "critical")) in each["alarmActions"]}  # fmt: skip
    assert rings == {alarm for names in members.values() for alarm in names}
    assert sum(map(len, members.values())) == len(rings), "an alarm in two incidents would page twice"
    for incident in incidents.values():
        assert incident["alarmActions"] == [arn(topic(platform, "critical"))]
    waking = [each for kind in ("email", "https") for each in subscribers(platform, "critical").get(kind, [])]
    for each in waking:
        assert each["filterPolicyScope"] == "MessageBody"
        [absent, others] = json.loads(each["filterPolicy"])["AlarmName"]
        assert absent == {"exists": False}
        assert all(name.startswith(others["anything-but"]["prefix"]) for name in rings)
        assert not any(name.startswith(others["anything-but"]["prefix"]) for name in incidents)
    second = incidents[f"cloudplatform-{stack}-incident-database"]["actionsSuppressor"]
    assert second["alarm"] == f"cloudplatform-{stack}-incident-service"


@stacks
def test_topics_are_encrypted_and_let_only_this_account_in(platform: Recording, stack: str) -> None:
    """With the stack's key, whose policy lets the publishers use it for topics alone."""
    topics = of(platform, "sns.Topic")
    assert [each["name"] for each in topics] == [f"{stack}-{word}-alerts" for word in ("critical", "info", "warning")]
    assert {each["kmsMasterKeyId"] for each in topics} == {arn(key(platform))}
    publishers = {("Service", "cloudwatch.amazonaws.com")}
    publishers |= {("Service", f"{word}.amazonaws.com") for word in
                   (("costalerts", "events") if stack == "shared" else ("budgets",))}  # fmt: skip
    publishers |= {("Service", "events.amazonaws.com")} if of(platform, "backup.Vault") else set()  # a failed backup
    for each in of(platform, "sns.TopicPolicy"):
        allowed = [part for part in document(each["policy"]) if part.allows]
        assert {principal for part in allowed for principal in part.principals} == publishers
        for part in allowed:
            assert part.condition["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    context = "kms:EncryptionContext:aws:sns:topicArn"
    granted = {
        principal
        for part in document(key(platform)["policy"])
        if context in str(part.condition)
        for principal in part.principals
    }
    assert granted == publishers


@pytest.mark.parametrize("stack", ["dev"])
def test_nothing_rings_while_dev_is_stopped(platform: Recording, stack: str) -> None:
    """From 20:00 EST until half an hour after 08:00, and from Friday to Monday (N-15); what runs at night is heard."""
    rules = {
        each.name.rpartition("-")[2]: each["rule"]["schedule"] for each in of(platform, "cloudwatch.AlarmMuteRule")
    }
    assert {word: (each["expression"], each["duration"], each["timezone"]) for word, each in rules.items()} == {
        "nights": ("cron(0 1 * * TUE-FRI)", "PT12H30M", "UTC"),
        "weekends": ("cron(0 1 * * SAT)", "P2DT12H30M", "UTC"),
    }
    prefix = "cloudplatform-dev-alarm-"
    every = {each["name"] for each in of(platform, "cloudwatch.MetricAlarm")}
    every |= {each["alarmName"] for each in of(platform, "cloudwatch.CompositeAlarm")}
    for rule in of(platform, "cloudwatch.AlarmMuteRule"):
        heard = every - set(rule["muteTargets"]["alarmNames"])
        assert {name.removeprefix(prefix).rpartition("-")[0] for name in heard if "scale-" in name}
        assert all(name.startswith(f"{prefix}function-") for name in heard)


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_what_always_runs_is_never_mute(platform: Recording, stack: str) -> None:
    assert of(platform, "cloudwatch.AlarmMuteRule") == []


def headings(runbook: Path) -> dict[str, str]:
    """The sections of a runbook, by heading."""
    parts = re.split(r"(?m)^## ", runbook.read_text())[1:]
    return {part.split("\n")[0]: part for part in parts}


def test_no_alarm_is_without_widget_threshold_and_heading() -> None:
    """The table itself: whatever has an alarm has a chart with its metric, a threshold in the stack file's table, and
    a section that says what it means, where to look, what to do and how to see that it is over."""
    charted = {line.metric for row in (*ROWS, LAST_ROW) for chart in row for line in chart.lines}
    sections = headings(RUNBOOK)
    for alarm in ALARMS:
        parts = set(alarm.metric.parts.values()) if isinstance(alarm.metric, Formula) else {alarm.metric}
        assert parts <= charted, alarm.word
        assert alarm.word.replace("-", "_") in AlarmsTable.model_fields, alarm.word
        assert all(f"**{word}:**" in sections[alarm.word] for word in ("Means", "Look", "Do", "Verify")), alarm.word
    words = {alarm.word for alarm in ALARMS} | {incident.word for incident in INCIDENTS}
    assert sections.keys() == words
    assert {name.replace("_", "-") for name in AlarmsTable.model_fields} == {alarm.word for alarm in ALARMS}


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


def measured(alarm: Resource) -> list[tuple[str, ...]]:
    """The metrics of an alarm as a dashboard writes them: namespace, name, and the dimensions one after the other."""
    parts = [each["metric"] for each in alarm.inputs.get("metricQueries", []) if "metric" in each] or [alarm.inputs]
    return [
        (each["namespace"], each["metricName"], *(text for pair in each.get("dimensions", {}).items() for text in pair))
        for each in parts
    ]
