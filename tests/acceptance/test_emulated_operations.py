"""The acceptance tests of alarms, hours and recovery, against an emulated AWS; and that all are tried here."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance import (
    test_afric_analyzer,
    test_application,
    test_club_app,
    test_network,
    test_operations,
    test_security,
    test_staging,
    test_techcorp,
)
from tests.acceptance.deployed import Deployed
from tests.acceptance.emulated import Emulated, fails
from tests.requirements.reading import of, one


def _watched(dev: Emulated, what: str) -> None:
    recording, watch = dev.aws.recording, dev.aws.session.client("cloudwatch")
    watch.put_dashboard(
        DashboardName=dev.deployed.name("cloudwatch.Dashboard", "dashboardName"),
        DashboardBody=one(recording, "cloudwatch.Dashboard")["dashboardBody"],
    )
    for each in of(recording, "cloudwatch.MetricAlarm"):
        if "metricName" not in each.inputs:
            continue
        watch.put_metric_alarm(
            AlarmName=each["name"],
            Namespace=each["namespace"],
            MetricName=each["metricName"],
            Dimensions=[{"Name": name, "Value": value} for name, value in each.inputs.get("dimensions", {}).items()],
            ComparisonOperator=each["comparisonOperator"],
            EvaluationPeriods=1,
            Period=60,
            Statistic="Average",
            Threshold=1,
        )
    points = [] if what == "no values" else [{"Average": 1.0, "Timestamp": dev.clock}]
    dev.answers("cloudwatch", "GetMetricStatistics", {"Datapoints": points})
    summary = "Failed to execute" if what == "not published" else "Successfully executed"
    item = {"HistorySummary": f"{summary} action arn:aws:sns:us-east-1:123456789012:dev-warning-alerts"}
    dev.answers("cloudwatch", "DescribeAlarmHistory", {"AlarmHistoryItems": [item]})
    dev.answers("logs", "FilterLogEvents", {"events": [] if what == "not in Slack" else [{"message": "posted"}]})
    saved = [
        {"name": each["name"], "queryString": each["queryString"], "logGroupNames": each["logGroupNames"]}
        for each in of(recording, "cloudwatch.QueryDefinition")
    ]
    dev.answers("logs", "DescribeQueryDefinitions", {"queryDefinitions": saved[what == "a query less" :]})
    dev.answers("logs", "GetQueryResults", {"status": "Failed" if what == "a query fails" else "Complete"})


@pytest.mark.parametrize(
    "what", ["well", "no values", "not published", "not in Slack", "a query less", "a query fails"]
)
def test_alarms(dev: Emulated, what: str) -> None:
    _watched(dev, what)
    proof = test_operations.test_what_is_watched_is_seen_and_told
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


NIGHT, DAY = datetime(2026, 1, 14, 4, 0, tzinfo=UTC), datetime(2026, 1, 14, 18, 0, tzinfo=UTC)


WEEKEND, CHANGING = datetime(2026, 1, 17, 18, 0, tzinfo=UTC), datetime(2026, 1, 14, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "runs", "passes"),
    [(DAY, True, True), (DAY, False, False), (NIGHT, False, True), (NIGHT, True, False), (WEEKEND, True, False)],
)
def test_hours(dev: Emulated, clock: datetime, runs: bool, passes: bool) -> None:
    """Wednesday noon, Tuesday night and Saturday, five hours behind UTC."""
    dev.clock = clock
    if not runs:
        dev.aws.session.client("ecs").update_service(
            cluster=dev.deployed.name("ecs.Cluster"), service=dev.deployed.name("ecs.Service"), desiredCount=0
        )
        dev.aws.session.client("rds").stop_db_instance(
            DBInstanceIdentifier=dev.deployed.name("rds.Instance", "identifier")
        )
    if passes:
        test_operations.test_it_rests_at_night(dev.deployed, "dev")
    else:
        fails(test_operations.test_it_rests_at_night, dev.deployed, "dev")


def test_no_verdict_while_it_changes(dev: Emulated) -> None:
    dev.clock = CHANGING
    with pytest.raises(pytest.skip.Exception):
        test_operations.test_it_rests_at_night(dev.deployed, "dev")


def test_recovery(dev: Emulated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_operations.Drill, "wait", 0, raising=False)
    monkeypatch.setattr(test_operations, "Drill", lambda **given: DRILL(**given, wait=0))
    dev.aws.tasks()
    test_operations.test_the_database_can_be_had_back(dev.deployed, "dev")
    dev.aws.tasks(status=1)
    fails(test_operations.test_the_database_can_be_had_back, dev.deployed, "dev")


DRILL = test_operations.Drill


def test_every_acceptance_is_exercised() -> None:
    """Each test that waits for a deployed stack is called in one of the modules `test_emulated_…`."""
    files = list(Path(__file__).parent.glob("test_*.py"))
    tried = " ".join(file.read_text() for file in files if file.stem.startswith("test_emulated_"))
    names = set[str]()
    for module in (
        test_afric_analyzer,
        test_application,
        test_club_app,
        test_network,
        test_operations,
        test_security,
        test_staging,
        test_techcorp,
    ):
        names.add(module.__name__.rpartition(".")[2])
        for name in vars(module):
            if name.startswith("test_"):
                assert f"{module.__name__.rpartition('.')[2]}.{name}" in tried, name
    modules = {file.stem for file in files if not file.stem.startswith("test_emulated_")} - {"test_web"}
    assert modules == names


def test_time_is_given_to_what_comes_later(dev: Emulated) -> None:
    looks = iter([[], [], ["it"]])
    patient = Deployed(stack="dev", session=dev.aws.session, patience=5, pause=0)
    assert patient.eventually(lambda: next(looks), "it") == ["it"]
    fails(dev.deployed.eventually, list, "nothing")
