"""Alarms, the dashboard, topics, findings, the hours, costs: each alone."""

import dataclasses
import json

import pulumi_aws as aws
import pytest

from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.budget import Budget, BudgetArgs
from components.operations.costs import Costs
from components.operations.dashboard import Dashboard, DashboardArgs
from components.operations.findings import FINDINGS, PATTERNS, Findings, FindingsArgs
from components.operations.log_archive import LogArchive
from components.operations.log_insights import LogInsights
from components.operations.notifier import Notifier
from components.operations.report import Report
from components.operations.shutdown import Shutdown
from components.operations.topics import Topics, TopicsArgs
from components.operations.watch.incidents import INCIDENTS
from components.operations.watch.kinds import ALARMS
from components.operations.watch.model import Subject
from components.operations.watch.service import SERVICE
from settings.tables.alarms import AlarmsTable
from settings.tables.operations import AlertsTable, BudgetTable, HoursTable
from tests.components.examples import ALERTS, COMMON, KEY, TOPICS, built, counted, example, only, subjects, waits_for

ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
MUTE, RULE, TARGET = (
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
)
#: Alarms that are made where the stack file gives a threshold.
OPTIONAL = {"load-balancer-5xx-rate", "load-balancer-requests", "cache-evictions", "certificate-days"}
RULES = "acme-test-finding-rule-"  #: what the names of rules on findings begin with
POLICY = "aws:iam/rolePolicy:RolePolicy"
PERMISSION, TOPIC = "aws:lambda/permission:Permission", "aws:sns/topic:Topic"


def _alarms(kinds=None, thresholds=None, hours=None):
    """The alarms on one of each kind, or of some kinds."""

    def program():
        found = [each for each in subjects() if kinds is None or each.of.word in kinds]
        thresholds_ = AlarmsTable.model_validate(thresholds or {})
        Alarms(
            "it",
            AlarmsArgs(thresholds=thresholds_, subjects=found, alerts=ALERTS, topics=TOPICS, hours=hours, **COMMON),
        )

    return built(program)


def test_every_alarm_of_the_table_is_made():
    """One for each subject with its metric, the incidents, and two rules that mute; each waits for its subject."""
    recording = example(Alarms)
    made = [alarm.word for alarm in ALARMS if alarm.word not in OPTIONAL]
    assert counted(recording) == {TOPIC: 1, ALARM: len(made), COMPOSITE: len(INCIDENTS), MUTE: 2}
    assert all("given-subject" in waits_for(recording, each) for each in recording.of(ALARM))
    incident = only(recording, COMPOSITE, "it-service-incident")
    assert waits_for(recording, incident) == [f"it-{alarm.word}-web" for alarm in sorted(
        (each for each in ALARMS if each.incident and each.incident.word == "service-incident" and each.word in made),
        key=lambda it: it.word,
    )]  # fmt: skip


def test_an_alarm_starts_what_its_subject_says():
    """Beside telling somebody; the others of the subject start nothing."""

    def program():
        [found] = [each for each in subjects() if each.of is SERVICE]
        found = dataclasses.replace(found, starts={"service-cpu": ["arn:aws:autoscaling:policy"]})
        Alarms("it", AlarmsArgs(thresholds=AlarmsTable(), subjects=[found], alerts=ALERTS, topics=TOPICS, **COMMON))

    recording = built(program)
    warning = only(recording, ALARM, "it-service-memory-web")["alarmActions"]
    assert len(warning) == 1
    assert only(recording, ALARM, "it-service-cpu-web")["alarmActions"] == [*warning, "arn:aws:autoscaling:policy"]


def test_an_environment_that_always_runs_is_never_mute():
    assert _alarms().of(MUTE) == []


def test_what_is_not_there_has_no_alarm():
    """Neither alarm nor incident nor chart of a kind that the stack lacks."""
    recording = _alarms(kinds=["cache"])
    words = {each.name for each in recording.of(ALARM)}
    assert words == {f"it-cache-{word}-web" for word in ("cpu", "memory", "connections", "hit-rate")}
    assert recording.of(COMPOSITE) == []

    def program():
        found = [each for each in subjects() if each.of.word == "cache"]
        Dashboard("it", DashboardArgs(subjects=found, thresholds=AlarmsTable(), alarms=[], logs=[], **COMMON))

    [board] = built(program).of("aws:cloudwatch/dashboard:Dashboard")
    widgets = json.loads(board["dashboardBody"])["widgets"]
    titles = [each["properties"]["title"] for each in widgets]
    assert titles == ["Redis Hit/Miss Ratio", "Redis Memory Usage", "Redis Connections", "Redis CPU and Replica Lag"]
    assert {each["y"] for each in widgets} == {0}


def test_thresholds_come_from_the_table_in_aws_s_units():
    """Milliseconds to seconds, GB and MB to bytes, percent of what there is."""
    table = {"database-read-latency": 50, "database-storage": 7, "service-tasks": 50}
    found = {each.name: each["threshold"] for each in _alarms(thresholds=table).of(ALARM)}
    assert found["it-database-read-latency-web"] == pytest.approx(0.05)
    assert found["it-database-storage-web"] == pytest.approx(7e9)
    assert found["it-service-tasks-web"] == pytest.approx(1.5)
    assert found["it-database-connections-web"] == pytest.approx(320)


def _two_services():
    """Their CPU: one at the stack's threshold, one at its own."""
    return [
        Subject(
            of=SERVICE,
            word=word,
            namespace="AWS/ECS",
            dimensions={"ServiceName": word},
            thresholds=thresholds,
            resource=aws.sns.Topic(word),
        )
        for word, thresholds in (("api", {"service-cpu": 60}), ("web", {}))
    ]


def test_two_services_ring_at_thresholds_of_their_own():
    """Each alarm at its service's; the dashboard has a line for each, with the service's name."""

    def program():
        common = {"thresholds": AlarmsTable(), "subjects": _two_services(), **COMMON}
        Alarms("it", AlarmsArgs(alerts=ALERTS, topics=TOPICS, **common))
        Dashboard("it", DashboardArgs(alarms=[], logs=[], **common))

    recording = built(program)
    found = {each.name: each["threshold"] for each in recording.of(ALARM)}
    assert found["it-service-cpu-api"] == 60
    assert found["it-service-cpu-web"] == 80
    assert (found["it-service-memory-api"], found["it-service-memory-web"]) == (85, 85)
    [board] = recording.of("aws:cloudwatch/dashboard:Dashboard")
    charts = {each["properties"]["title"]: each["properties"] for each in json.loads(board["dashboardBody"])["widgets"]}
    assert charts["ECS CPU Utilization"]["annotations"]["horizontal"] == [
        {"label": "service-cpu-api", "value": 60, "yAxis": "left"},
        {"label": "service-cpu-web", "value": 80, "yAxis": "left"},
    ]
    assert charts["ECS Memory Usage"]["annotations"]["horizontal"] == [
        {"label": "service-memory", "value": 85, "yAxis": "left"}
    ]


def test_the_notifier_s_own_failure_ends_silently():
    """It would fail on the message that it is over, and ring again."""
    found = {each.name: each for each in example(Alarms).of(ALARM)}
    assert "okActions" not in found["it-function-errors-web"].inputs
    assert found["it-service-cpu-web"]["okActions"] == [TOPICS["info"]]


@pytest.mark.parametrize(
    ("offset", "stop", "nights", "weekends"),
    [
        (-5, "20:00", ("0 1 * * TUE-FRI", "PT12H30M"), ("0 1 * * SAT", "P2DT12H30M")),
        (0, "20:00", ("0 20 * * MON-THU", "PT12H30M"), ("0 20 * * FRI", "P2DT12H30M")),
        (5, "20:15", ("15 15 * * MON-THU", "PT12H15M"), ("15 15 * * FRI", "P2DT12H15M")),
    ],
)
def test_mute_from_each_stop_to_the_next_start(offset, stop, nights, weekends):
    hours = HoursTable(start="08:00", stop=stop, offset=offset)
    found = [each["rule"]["schedule"] for each in _alarms(hours=hours).of(MUTE)]
    assert [(each["expression"], each["duration"]) for each in found] == [
        (f"cron({expression})", duration) for expression, duration in (nights, weekends)
    ]


@pytest.mark.parametrize(
    ("start", "stop", "offset", "utc"),
    [
        ("08:00", "20:00", -5, ("0 13 ? * MON-FRI *", "0 1 ? * TUE-SAT *")),
        ("07:30", "18:00", 2, ("30 5 ? * MON-FRI *", "0 16 ? * MON-FRI *")),
        ("08:00", "20:00", 9, ("0 23 ? * SUN-THU *", "0 11 ? * MON-FRI *")),
    ],
)
def test_the_hours_in_utc(start, stop, offset, utc):
    """East of Greenwich a morning is the evening before there."""
    hours = HoursTable(start=start, stop=stop, offset=offset)
    found = [hours.utc(time, "MON", "FRI") for time in (start, stop)]
    assert tuple(f"{minute} {hour} ? * {days} *" for minute, hour, days in found) == utc


def test_the_hours_run_their_functions():
    """Two rules, each with the leave to run its function for this rule; the leave is there before the target."""
    recording = example(Shutdown)
    rules = {each["name"]: each["scheduleExpression"] for each in recording.of(RULE)}
    assert rules == {
        "test-scale-down": "cron(0 1 ? * TUE-SAT *)",
        "test-scale-up": "cron(0 13 ? * MON-FRI *)",
    }
    for target in recording.of(TARGET):
        assert any(name.endswith("-schedule") for name in waits_for(recording, target))
        assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 10}


def test_topics_let_only_whom_they_are_told_in():
    """The publishers of this account; and nobody in clear."""
    recording = example(Topics)
    assert {each["kmsMasterKeyId"] for each in recording.of(TOPIC)} == {KEY}
    policy = json.loads(only(recording, "aws:sns/topicPolicy:TopicPolicy", "it-warning")["policy"])["Statement"]
    conditions = {each["Sid"]: each.get("Condition") for each in policy}
    mine = {"StringEquals": {"aws:SourceAccount": "210987654321"}}
    assert conditions == {
        "Alarms": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:*"}, **mine},
        "Budgets": {"ArnLike": {"aws:SourceArn": "arn:aws:budgets::210987654321:*"}, **mine},
        "Costs": mine,
        "Events": None,  # under any condition EventBridge publishes nothing
        "NothingInClear": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert [each["Effect"] for each in policy] == ["Allow"] * 4 + ["Deny"]


def test_a_pager_s_url_is_secret():
    recording = example(Topics)
    pager = only(recording, "aws:sns/topicSubscription:TopicSubscription", "it-critical-pagerduty")
    assert "endpoint" in pager.secrets
    assert pager["endpointAutoConfirms"] is True
    table = AlertsTable(critical=("a@acme.com",), warning=("b@acme.com",), info=("c@acme.com",))
    args = TopicsArgs(table=table, key=KEY, publishers=("alarms",), pagers={}, **COMMON)
    mails = built(lambda: Topics("it", args)).of("aws:sns/topicSubscription:TopicSubscription")
    assert [(each["protocol"], each["endpoint"], "filterPolicy" in each.inputs) for each in mails] == [
        ("email", "a@acme.com", True),
        ("email", "c@acme.com", False),
        ("email", "b@acme.com", False),
    ]


def test_findings_are_told_and_answered():
    """A rule each, the topic of its severity, and the responder with the leave for that rule."""
    recording = example(Findings)
    assert len(recording.of(RULE)) == len(FINDINGS)
    assert len(recording.of("aws:cloudwatch/logMetricFilter:LogMetricFilter")) == len(PATTERNS)
    answered = {finding.word for finding in FINDINGS if finding.answered}
    responders = {each["rule"].removeprefix(RULES) for each in recording.of(TARGET) if each.name.endswith("-responder")}
    assert responders == answered == {each.name.removeprefix("function-renewer-") for each in recording.of(PERMISSION)}


def test_without_a_responder_only_what_is_told_has_a_rule():
    """And only of those who watch; without a trail's log nothing is counted."""
    args = FindingsArgs(watchers=("guardduty", "trail"), topics=TOPICS, responder=None, log_group=None, **COMMON)
    recording = built(lambda: Findings("it", args))
    assert counted(recording) == {RULE: 3, TARGET: 3}
    rules = {each["name"].removeprefix(RULES) for each in recording.of(RULE)}
    assert rules == {"guardduty-findings", "guardduty-suspicions", "root-use"}


def test_slack_is_subscribed_after_it_may_be_run():
    recording = example(Notifier)
    for each in recording.of("aws:sns/topicSubscription:TopicSubscription"):
        assert (each["protocol"], waits_for(recording, each)[0].startswith("function-")) == ("lambda", True)
    assert {each["sourceArn"] for each in recording.of(PERMISSION)} == {*TOPICS.values()}


def test_a_report_runs_on_its_day():
    recording = example(Report)
    assert only(recording, RULE)["scheduleExpression"] == "cron(0 8 ? * MON *)"
    assert only(recording, PERMISSION)["principal"] == "events.amazonaws.com"


def test_a_log_s_metrics_are_of_one_service_alone():
    """Two services of one environment count into namespaces of their own."""
    filters = example(LogInsights).of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
    assert {each["metricTransformation"]["namespace"] for each in filters} == {"acme-test/web"}
    assert [each["name"] for each in filters] == [f"acme-test-filter-web-{word}" for word in
                                                  ("errors", "latency", "requests")]  # fmt: skip


def test_a_budget_of_the_whole_account():
    """Where the account is the environment's own; without a forecast, if nobody wants it."""
    table = BudgetTable(monthly=50, alerts=(50,), forecast=False, counts="account")
    budget = only(
        built(lambda: Budget("it", BudgetArgs(table=table, topic=TOPICS["warning"], **COMMON))),
        "aws:budgets/budget:Budget",
    )
    assert "costFilters" not in budget.inputs
    assert [each["threshold"] for each in budget["notifications"]] == [50]


def test_costs_by_tag():
    recording = example(Costs)
    tags = recording.of("aws:costexplorer/costAllocationTag:CostAllocationTag")
    assert [each["tagKey"] for each in tags] == ["Environment", "Owner"]


def test_an_archive_is_delivered_to_one_place_by_roles_of_its_own():
    """The stream writes its own folder and the one for failures; CloudWatch Logs sends to the stream alone."""
    recording = example(LogArchive)
    stream = only(recording, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
    target = stream["extendedS3Configuration"]
    assert (target["prefix"], target["errorOutputPrefix"]) == ("archive/web/", "archive-failed/web/")
    assert (target["compressionFormat"], target["fileExtension"]) == ("UNCOMPRESSED", ".json.gz")
    policies = {each.name: json.loads(each["policy"])["Statement"] for each in recording.of(POLICY)}
    resources = {action: each["Resource"] for parts in policies.values() for each in parts for action in each["Action"]}
    bucket = "arn:aws:s3:::acme-test-logs"
    assert resources["s3:PutObject"] == [f"{bucket}/archive/web/*", f"{bucket}/archive-failed/web/*"]
    assert resources["s3:ListBucket"] == [bucket]
    sent = "arn:aws:firehose:eu-west-1:210987654321:deliverystream/acme-test-firehose-web"
    assert resources["firehose:PutRecord"] == resources["firehose:PutRecordBatch"] == [sent]
    trusts = [json.loads(each["assumeRolePolicy"])["Statement"][0] for each in recording.of("aws:iam/role:Role")]
    assert {each["Principal"]["Service"]: each["Condition"]["StringEquals"] for each in trusts} == {
        "firehose.amazonaws.com": {"sts:ExternalId": "210987654321"},
        "logs.amazonaws.com": {"aws:SourceAccount": "210987654321"},
    }
    subscription = only(recording, "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter")
    assert "it-subscription-send" in waits_for(recording, subscription)
    assert {"it-delivery-write", "it-delivery-key"} <= set(waits_for(recording, stream))
