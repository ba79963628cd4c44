"""Alarms, topics, boards and budgets, as the ledgers fix them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, at, of, one, only
from tests.requirements.systems.table import ABSENT, ClassProof, Matches, Proof, Ref, StackProof

ALARM, TOPIC, BOARD, BUDGET = "cloudwatch.MetricAlarm", "sns.Topic", "cloudwatch.Dashboard", "budgets.Budget"
POLICY, SUBSCRIPTION = "appautoscaling.Policy", "sns.TopicSubscription"
ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"
ELB, ECS, RDS, REDIS, SIEM = "AWS/ApplicationELB", "AWS/ECS", "AWS/RDS", "AWS/ElastiCache", "SIEM/Application"
PAGER = "https://events.pagerduty.com/integration/your-integration-key/enqueue"


def subscribed(stack: Recording, topic: RecordedResource) -> list[tuple[str, Any]]:
    """Protocol and endpoint of a topic's subscriptions."""
    found = [each for each in of(stack, SUBSCRIPTION) if each["topic"] == arn(topic)]
    return sorted((each["protocol"], each["endpoint"]) for each in found)


def tells(stack: Recording, alarm: RecordedResource, protocol: str) -> bool:
    """Whether an alarm has the action of a topic with a subscription of a protocol."""
    topics = [each for each in of(stack, TOPIC) if arn(each) in alarm["alarmActions"]]
    return any(kind == protocol for topic in topics for kind, _ in subscribed(stack, topic))


def alarm(stack: Recording, where: Mapping[str, Any], seconds: int, tells_by: str, adds_to: str = "") -> None:
    """One alarm with these values that lasts so many seconds, tells by a protocol, and adds tasks to a service."""
    found = only(each for each in of(stack, ALARM) if all(each.inputs.get(key) == where[key] for key in where))
    assert found["period"] * found["evaluationPeriods"] == seconds
    assert tells(stack, found, tells_by)
    outs = [
        each["resourceId"]
        for each in of(stack, POLICY)
        if arn(each) in found["alarmActions"]
        and each["policyType"] == "StepScaling"
        and each["stepScalingPolicyConfiguration"]["stepAdjustments"][0]["scalingAdjustment"] > 0
    ]
    assert [each.rpartition("/")[2] for each in outs] == ([adds_to] if adds_to else [])


def error_rate(stack: Recording, percent: float, seconds: int, tells_by: str) -> None:
    """Errors of the balancer and of its targets, of all requests, in percent; what was not counted is 0."""
    found = only(each for each in of(stack, ALARM) if "5xx-rate" in each["name"])
    *parts, whole = found["metricQueries"]
    of_balancer = {"LoadBalancer": one(stack, "lb.LoadBalancer").outputs["arnSuffix"]}
    assert all((each["metric"]["namespace"], each["metric"]["stat"]) == (ELB, "Sum") for each in parts)
    assert all(each["metric"]["dimensions"] == of_balancer for each in parts)
    ids = {each["metric"]["metricName"]: each["id"] for each in parts}
    failed, refused = ids["HTTPCode_Target_5XX_Count"], ids["HTTPCode_ELB_5XX_Count"]
    assert whole["expression"] == f"100 * (FILL({failed}, 0) + FILL({refused}, 0)) / {ids['RequestCount']}"
    assert [each.get("returnData") for each in found["metricQueries"]].count(True) == 1
    assert (found["comparisonOperator"], found["threshold"]) == (ABOVE, percent)
    assert {each["metric"]["period"] * found["evaluationPeriods"] for each in parts} == {seconds}
    assert tells(stack, found, tells_by)


def conditions(stack: Recording, metrics: Sequence[str], least: int) -> None:
    """Each condition has an alarm on its metric that tells a topic; so many at least tell the one that pages."""
    topics = {arn(each) for each in of(stack, TOPIC)}
    heard: dict[str, list[RecordedResource]] = {}
    for each in of(stack, ALARM):
        parts = [part["metric"] for part in each.inputs.get("metricQueries") or [] if part.get("metric")]
        if topics & {*(each.inputs.get("alarmActions") or [])}:
            for metric in {part["metricName"] for part in parts or [each.inputs]}:
                heard.setdefault(metric, []).append(each)
    assert [each for each in metrics if each not in heard] == []
    critical = {each["name"] for each in of(stack, ALARM) if tells(stack, each, "https")}
    assert len(critical) >= least, critical


def whole_topic(stack: Recording) -> None:
    """One topic hears of every metric alarm; another one, with PagerDuty, of exactly two."""
    alarms = of(stack, ALARM)
    assert alarms
    everything = only(each for each in of(stack, TOPIC) if each["name"] == "clubapp-dev-alerts")
    assert all(arn(everything) in each["alarmActions"] for each in alarms)
    assert subscribed(stack, everything) == [("email", "ops@desh.co")]


def pages_two(stack: Recording, names: Sequence[str]) -> None:
    """The paging topic is used by exactly these alarms, of either kind, and has PagerDuty without a filter."""
    pager = only(each for each in of(stack, TOPIC) if ("https", PAGER) in subscribed(stack, each))
    used = [
        each.inputs.get("name") or each["alarmName"]
        for kind in (ALARM, "cloudwatch.CompositeAlarm")
        for each in of(stack, kind)
        for actions in ("alarmActions", "okActions", "insufficientDataActions")
        if arn(pager) in (each.inputs.get(actions) or [])
    ]
    assert sorted(used) == sorted(names)
    assert [each["targetArn"] for each in of(stack, "cloudwatch.EventTarget") if each.inputs.get("targetArn")] == []
    assert not [each for each in of(stack, "cloudwatch.EventTarget") if each["arn"] == arn(pager)]
    assert "filterPolicy" not in at(stack, SUBSCRIPTION, protocol="https").inputs


def severities(stack: Recording, routes: Mapping[str, str | None]) -> None:
    """Each alarm that starts no scaling alone has a severity, whose topic it tells; of none it tells nobody."""
    topics = {each["name"]: arn(each) for each in of(stack, TOPIC)}
    scaling = {arn(each) for each in of(stack, POLICY)}
    found = [each for each in of(stack, ALARM) if not {*(each.inputs.get("alarmActions") or ["?"])} <= scaling]
    assert found
    for each in found:
        end = routes[each["tags"]["severity"]]
        wanted = {arn_ for name, arn_ in topics.items() if end is not None and name.endswith(end)}
        assert len(wanted) == (end is not None), end
        assert {*(each.inputs.get("alarmActions") or [])} - scaling == wanted, each["name"]


def widgets(stack: Recording, board: str) -> list[dict[str, Any]]:
    """The widgets of the one board whose name ends in a word."""
    found = only(each for each in of(stack, BOARD) if each["dashboardName"].endswith(f"-{board}"))
    return [each["properties"] | {"kind": each["type"]} for each in json.loads(found["dashboardBody"])["widgets"]]


def boards(stack: Recording, names: Iterable[str]) -> None:
    """These boards and no others."""
    assert sorted(each["dashboardName"] for each in of(stack, BOARD)) == sorted(names)


def shows(
    stack: Recording, board: str, lines: Sequence[tuple[str, ...]], line: float | None = None, **wanted: Any
) -> None:
    """One widget of a board has lines with these words in this order (dimensions too), and what else is wanted."""

    def has(widget: Mapping[str, Any], words: Sequence[str]) -> bool:
        rows = [" ".join(str(part) for part in [*row[:-1], *row[-1].values()]) for row in widget.get("metrics", [])]
        return any(all(word in row for word in words) for row in rows)

    found = [each for each in widgets(stack, board) if all(has(each, words) for words in lines)]
    found = [each for each in found if all(each[key] == value for key, value in wanted.items())]
    values = [[a["value"] for a in each.get("annotations", {}).get("horizontal", [])] for each in found]
    assert any(line is None or line in each for each in values), (board, lines, values)


def every_service_and_target(stack: Recording, board: str) -> None:
    """The requests of each target group, in one widget."""
    groups = [each.outputs["arnSuffix"] for each in of(stack, "lb.TargetGroup")]
    assert groups
    shows(stack, board, [("RequestCount", "Sum", group) for group in groups])


def failed_deployments(stack: Recording, board: str) -> None:
    """A widget counts a rule on ECS's event of a failed deployment of this cluster's services."""
    rule = only(
        each for each in of(stack, "cloudwatch.EventRule") if "SERVICE_DEPLOYMENT_FAILED" in each["eventPattern"]
    )
    pattern = json.loads(rule["eventPattern"])
    assert pattern["detail-type"] == ["ECS Deployment State Change"]
    assert pattern["resources"] == [{"wildcard": "arn:aws:ecs:us-east-1:425687053209:service/clubapp-dev-ecs/*"}]
    shows(stack, board, [("AWS/Events", "TriggeredRules", rule["name"], "Sum")])


def alarms_shown(stack: Recording, board: str, severity: str) -> None:
    """A widget of states has every alarm of a severity, and there is one."""
    states = only(each for each in widgets(stack, board) if each["kind"] == "alarm")["alarms"]
    meant = [arn(each) for each in of(stack, ALARM) if each["tags"].get("severity") == severity]
    assert meant
    assert {*meant} <= {*states}


def paged(id_: str, where: Mapping[str, Any], seconds: int, by: str, *more: Any, stacks: Sequence[str] = ()) -> Proof:
    return StackProof(id_, alarm, (where, seconds, by, *more), (ALARM, SUBSCRIPTION), tuple(stacks))


QUEUE = {"namespace": SIEM, "metricName": "QueueDepth", "dimensions": {"QueueName": "clean", "TenantId": "default"}}
BACKUP = {**QUEUE, "statistic": "Maximum", "comparisonOperator": ABOVE, "threshold": 5000}
LETTERS = {"namespace": SIEM, "metricName": "DeadLetters", "statistic": "Sum", "comparisonOperator": ABOVE, "threshold": 100}  # fmt: skip
NOTHING = {"namespace": SIEM, "metricName": "LogsProcessed", "statistic": "Sum", "comparisonOperator": BELOW, "threshold": 1, "treatMissingData": "breaching"}  # fmt: skip
NINE = (
    "CPUUtilization", "MemoryUtilization", "QueueDepth", "HTTPCode_Target_5XX_Count", "DatabaseConnections",
    "DatabaseMemoryUsagePercentage", "DeadLetters", "LogsProcessed", "DaysToExpiry",
)  # fmt: skip
SMALL, PROD = ("staging", "starter"), ("prod",)


def _siem() -> Iterable[Proof]:
    """Prod pages by PagerDuty; the others by the e-mail addresses of the paging topic, since nobody is on call."""
    for stacks, by in ((PROD, "https"), (SMALL, "email")):
        yield paged("AA-ALARM-03", BACKUP, 600, by, "repo2-consumer", stacks=stacks)
        yield StackProof("AA-ALARM-04", error_rate, (5, 180, by), (ALARM, SUBSCRIPTION), stacks)
        yield paged("AA-ALARM-08", NOTHING, 900, by, stacks=stacks)
    yield paged("AA-ALARM-07", LETTERS, 3600, "email")
    yield StackProof("AA-ALARM-13", conditions, (NINE, 5), (ALARM, SUBSCRIPTION), PROD)


SERVICE = ("repo1-api", "repo2-api", "repo2-consumer")
INFRASTRUCTURE: dict[str, tuple[Any, ...]] = {
    "AA-DASH-02": ([(ECS, "CPUUtilization", each) for each in SERVICE],),
    "AA-DASH-03": ([(ECS, "MemoryUtilization", each) for each in SERVICE],),
    "AA-DASH-04": ([("ECS/ContainerInsights", "RunningTaskCount", each) for each in SERVICE],),
    "AA-DASH-07": ([(ELB, "TargetResponseTime", "p99")], 0.5),
    "AA-DASH-08": ([(RDS, "CPUUtilization")], 80),
    "AA-DASH-09": ([(RDS, "DatabaseConnections")], 180),
    "AA-DASH-10": ([(RDS, "ReadIOPS"), (RDS, "WriteIOPS")],),
    "AA-DASH-11": ([(REDIS, "CPUUtilization")], 70),
    "AA-DASH-12": ([(REDIS, "DatabaseMemoryUsagePercentage")], 80),
    "AA-DASH-13": ([(REDIS, "Evictions")], 0),
}
APPLICATION: dict[str, tuple[Any, ...]] = {
    "AA-DASH-16": ([(SIEM, "QueueDepth", "QueueName clean", "TenantId default")],),
    "AA-DASH-17": ([(SIEM, "AlertsGenerated", f"Severity {each}") for each in ("critical", "high", "medium", "low")],),
    "AA-DASH-19": ([(SIEM, "ProcessingLatency", "Average")],),
    "AA-DASH-20": ([(ELB, "TargetResponseTime", each) for each in ("p50", "p95", "p99")],),
    "AA-DASH-21": ([("100 * (FILL(failed0, 0) + FILL(refused0, 0)) / requests0",)], 1),
    "AA-DASH-22": ([(SIEM, "ActiveTenants")],),
}


def a_minute(stack: Recording, id_: str) -> None:
    """A sum a minute of what the application counts."""
    shows(stack, "application", [(SIEM, id_, "Sum")], period=60)


def an_hour_of_dead_letters(stack: Recording) -> None:
    """A sum an hour, and beside it one percent of what was processed."""
    shows(
        stack,
        "application",
        [(SIEM, "DeadLetters", "Sum"), (SIEM, "LogsProcessed", "Sum"), ("0.01 * logs_processed1",)],
        period=3600,
    )


AFRIC: list[Proof] = [
    *_siem(),
    *(StackProof("AA-DASH-01", boards, ([f"siem-{each}-dashboard-{board}" for board in ("infrastructure", "application")],), (BOARD,), (each,)) for each in (*SMALL, *PROD)),
    *(StackProof(id_, shows, ("infrastructure", *row), (BOARD,)) for id_, row in INFRASTRUCTURE.items()),
    StackProof("AA-DASH-05", every_service_and_target, ("infrastructure",), (BOARD, "lb.TargetGroup")),
    StackProof("AA-DASH-06", shows, ("infrastructure", [(ELB, "HTTPCode_Target_4XX_Count")]), (BOARD,)),
    StackProof("AA-DASH-06", shows, ("infrastructure", [(ELB, "HTTPCode_Target_5XX_Count")]), (BOARD,)),
    StackProof("AA-DASH-14", a_minute, ("LogsIngested",), (BOARD,)),
    StackProof("AA-DASH-15", a_minute, ("LogsProcessed",), (BOARD,)),
    StackProof("AA-DASH-18", an_hour_of_dead_letters, (), (BOARD,)),
    *(StackProof(id_, shows, ("application", *row), (BOARD,)) for id_, row in APPLICATION.items()),
    ClassProof("AA-COST-01", BUDGET, {"budgetType": "COST", "timeUnit": "MONTHLY", **{f"notifications.{n}.{key}": value for n, dollars in enumerate((50, 100, 200)) for key, value in (("threshold", dollars), ("thresholdType", "ABSOLUTE_VALUE"), ("notificationType", "ACTUAL"), ("subscriberSnsTopicArns", Ref(TOPIC, {"name": Matches("-warning$")}, "arn")))}}, count=1),
]  # fmt: skip
WEB = {"ClusterName": "clubapp-dev-ecs", "ServiceName": "clubapp-dev-svc"}
CLUB: list[Proof] = [
    paged("CA-ALARM-01", {"name": "ECS-High-CPU", "namespace": ECS, "metricName": "CPUUtilization", "threshold": 80, "comparisonOperator": ABOVE, "dimensions": WEB}, 300, "email", "clubapp-dev-svc"),
    *(paged("CA-ALARM-02", {"name": "ALB-Unhealthy-Targets", "namespace": ELB, "metricName": "UnHealthyHostCount", "threshold": 0, "comparisonOperator": ABOVE}, 120, by) for by in ("email", "https")),
    ClassProof("CA-ALARM-02", ALARM, {"dimensions.LoadBalancer": Ref("lb.LoadBalancer", output="arnSuffix"), "dimensions.TargetGroup": Ref("lb.TargetGroup", output="arnSuffix")}, {"name": "ALB-Unhealthy-Targets"}, 1),
    paged("CA-ALARM-03", {"name": "RDS-Low-Storage", "namespace": RDS, "metricName": "FreeStorageSpace", "threshold": 10737418240, "comparisonOperator": BELOW, "dimensions": {"DBInstanceIdentifier": "clubapp-dev-postgres"}}, 600, "email"),
    *(paged("CA-ALARM-04", {"name": f"Redis-High-Eviction-{node}", "namespace": REDIS, "metricName": "Evictions", "statistic": "Sum", "threshold": 0, "comparisonOperator": ABOVE, "dimensions": {"CacheClusterId": f"clubapp-dev-redis-{node}"}}, 300, "email") for node in ("001", "002")),
    *(paged("CA-ALARM-05", {"name": "ALB-HTTP-5XX-Errors", "namespace": ELB, "metricName": "HTTPCode_Target_5XX_Count", "statistic": "Sum", "period": 300, "threshold": 10, "comparisonOperator": ABOVE}, 300, by) for by in ("email", "https")),
    ClassProof("CA-ALARM-05", ALARM, {"dimensions.LoadBalancer": Ref("lb.LoadBalancer", output="arnSuffix"), "dimensions.TargetGroup": ABSENT}, {"name": "ALB-HTTP-5XX-Errors"}, 1),
    StackProof("CA-ALARM-07", whole_topic, (), (ALARM, TOPIC, SUBSCRIPTION)),
    StackProof("CA-ALARM-08", pages_two, (("ALB-Unhealthy-Targets", "ALB-HTTP-5XX-Errors"),), (ALARM, TOPIC, SUBSCRIPTION)),
    StackProof("CA-DASH-01", boards, (["clubapp-dev-overview"],), (BOARD,)),
    StackProof("CA-DASH-02", shows, ("overview", [(ECS, "CPUUtilization", "clubapp-dev-svc", "SampleCount")], 1), (BOARD,)),
    *(StackProof("CA-DASH-02", shows, ("overview", [(ECS, metric, "clubapp-dev-svc", "Average")]), (BOARD,)) for metric in ("CPUUtilization", "MemoryUtilization")),
    StackProof("CA-DASH-02", failed_deployments, ("overview",), (BOARD, "cloudwatch.EventRule")),
    *(StackProof("CA-DASH-03", shows, ("overview", [(RDS, metric)]), (BOARD,)) for metric in ("DatabaseConnections", "ReadLatency", "WriteLatency", "FreeStorageSpace")),
    *(StackProof("CA-DASH-04", shows, ("overview", [(ELB, metric)]), (BOARD,)) for metric in ("RequestCount", "HealthyHostCount", "UnHealthyHostCount", "TargetResponseTime")),
    StackProof("CA-DASH-04", shows, ("overview", [(ELB, f"HTTPCode_Target_{kind}XX_Count") for kind in (2, 3, 4, 5)]), (BOARD,)),
    *(StackProof("CA-DASH-05", shows, ("overview", [(REDIS, metric)]), (BOARD,)) for metric in ("CacheHits", "CacheMisses", "Evictions", "CPUUtilization", "DatabaseMemoryUsagePercentage")),
    StackProof("CA-DASH-06", shows, ("overview", [("100 * (FILL(failed0, 0) + FILL(refused0, 0)) / requests0",), (ELB, "HTTPCode_Target_5XX_Count"), (ELB, "RequestCount")]), (BOARD,)),
    *(StackProof("CA-DASH-06", shows, ("overview", [(ELB, metric)]), (BOARD,)) for metric in ("TargetResponseTime", "ActiveConnectionCount")),
]  # fmt: skip
WORDS = ("critical", "warning", "info")
WEB_PLATFORM: list[Proof] = [
    StackProof("WP-ALARM-07", severities, ({word: f"-{word}" for word in WORDS},), (ALARM, TOPIC)),
    *(StackProof("WP-LOG-07", shows, ("overview", [row]), (BOARD,)) for row in ((ECS, "CPUUtilization"), (ECS, "MemoryUtilization"), ("ECS/ContainerInsights", "NetworkRxBytes"), ("ECS/ContainerInsights", "NetworkTxBytes"), (RDS, "FreeStorageSpace"))),
    ClassProof("WP-LOG-07", "ecs.Cluster", {"settings": [{"name": "containerInsights", "value": "enabled"}]}, count=1),
]  # fmt: skip
ROUTES = {"critical": "-critical", "high": "-high", "medium": "-medium", "low": None}


def subscriptions(stack: Recording, severity: str, wanted: Sequence[str]) -> None:
    """The topic of a severity has subscriptions of exactly these protocols."""
    topic = only(each for each in of(stack, TOPIC) if each["name"].endswith(f"-{severity}"))
    assert sorted(kind for kind, _ in subscribed(stack, topic)) == sorted(wanted)


def unusual(stack: Recording) -> None:
    """An alarm on what CloudWatch has learned to expect, and not on a number."""
    found = only(each for each in of(stack, ALARM) if each.inputs.get("thresholdMetricId"))
    seen, usual = found["metricQueries"]
    assert usual["expression"] == f"ANOMALY_DETECTION_BAND({seen['id']}, 3)"
    assert (found["thresholdMetricId"], "threshold" in found.inputs) == (usual["id"], False)
    assert (seen["returnData"], usual["returnData"]) == (True, True)
    assert found["comparisonOperator"] == "LessThanLowerOrGreaterThanUpperThreshold"
    assert found["alarmActions"]


TECHCORP: list[Proof] = [
    StackProof("TC-ALARM-02", subscriptions, ("critical", ("https", "sms")), (SUBSCRIPTION, TOPIC)),
    StackProof("TC-ALARM-04", subscriptions, ("medium", ("email",)), (SUBSCRIPTION, TOPIC)),
    StackProof("TC-ALARM-05", severities, (ROUTES,), (ALARM,)),
    StackProof("TC-ALARM-05", alarms_shown, ("operations", "low"), (ALARM, BOARD), ("production",)),
    StackProof("TC-ALARM-05", alarms_shown, ("dashboard", "low"), (ALARM, BOARD), ("production-dr", "production-eu", "staging", "development")),
    StackProof("TC-ALARM-06", severities, (ROUTES,), (ALARM, TOPIC)),
    StackProof("TC-DETECT-07", unusual, (), (ALARM,)),
]  # fmt: skip
ROWS: list[Proof] = [*AFRIC, *CLUB, *WEB_PLATFORM, *TECHCORP]
