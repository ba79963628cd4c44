"""How many tasks of a service there are."""

from typing import Any

import pytest

from components.compute.scaling import Scaling
from preview.recording import Recording
from settings.tables.operations import MetricTable
from settings.tables.scaling import CountTable
from tests.components.examples import built, only, scaling_args, waits_for

POLICY, ALARM = "aws:appautoscaling/policy:Policy", "aws:cloudwatch/metricAlarm:MetricAlarm"
DEPTH = {"depth": MetricTable(namespace="Acme/Web", name="Depth", dimensions={"Queue": "clean"}, stat="Maximum")}


def _scaled(metrics: Any = None, **count: Any) -> Recording:
    args = {"table": CountTable.model_validate({"min": 2, "max": 6, **count}), "metrics": metrics or DEPTH}
    return built(lambda: Scaling("scaling", scaling_args(**args)))


def _named(recording: Recording, kind: str) -> dict[str, Any]:
    return {each.name.removeprefix("scaling-"): each for each in recording.of(kind)}


def _aims(**count: Any) -> dict[str, dict]:
    requests = count.pop("label", "app/x/1/targetgroup/y/2")
    args = {"table": CountTable(min=2, max=6, **count), "requests": requests}
    found = built(lambda: Scaling("scaling", scaling_args(**args))).of("aws:appautoscaling/policy:Policy")
    return {each.name: each["targetTrackingScalingPolicyConfiguration"] for each in found}


def test_scaling_by_cpu():
    """One policy, with the table's waits."""
    assert _aims(cpu=55, wait_out=30, wait_in=600) == {
        "scaling-cpu": {
            "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "targetValue": 55,
            "scaleOutCooldown": 30,
            "scaleInCooldown": 600,
        }
    }


def test_scaling_by_requests():
    """CloudWatch's name of the requests goes with it."""
    assert _aims(requests=900)["scaling-requests"]["predefinedMetricSpecification"] == {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": "app/x/1/targetgroup/y/2",
    }


def test_scaling_by_memory():
    """As by CPU, of another metric."""
    assert _aims(memory=75)["scaling-memory"] == {
        "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"},
        "targetValue": 75,
        "scaleOutCooldown": 60,
        "scaleInCooldown": 300,
    }


def test_a_step_goes_up_and_down():
    """Two alarms on the service's own CPU, each with a policy of its own that waits as the table says."""
    found = _scaled(steps={"cpu": {"metric": "cpu", "up": 70, "down": 30}})
    alarms, policies = _named(found, ALARM), _named(found, POLICY)
    own = {"ClusterName": "acme-test-ecs-cluster", "ServiceName": "acme-test-ecs-service-web"}
    rows = [("up", "GreaterThanThreshold", 70, 3), ("down", "LessThanThreshold", 30, 15)]
    for way, comparison, threshold, periods in rows:
        alarm = alarms[f"step-cpu-{way}"]
        wanted = {
            "name": f"acme-test-alarm-scale-web-cpu-{way}",
            "namespace": "AWS/ECS",
            "metricName": "CPUUtilization",
            "dimensions": own,
            "statistic": "Average",
            "comparisonOperator": comparison,
            "threshold": threshold,
            "period": 60,
            "evaluationPeriods": periods,
            "treatMissingData": "notBreaching",
            "alarmActions": [policies[f"step-cpu-{way}"].outputs["arn"]],
        }
        assert {key: alarm.inputs.get(key) for key in wanted} == wanted
        assert "okActions" not in alarm.inputs
    assert {name: each["stepScalingPolicyConfiguration"] for name, each in policies.items()} == {
        "step-cpu-up": {
            "adjustmentType": "ChangeInCapacity",
            "cooldown": 60,
            "metricAggregationType": "Average",
            "stepAdjustments": [{"scalingAdjustment": 1, "metricIntervalLowerBound": "0"}],
        },
        "step-cpu-down": {
            "adjustmentType": "ChangeInCapacity",
            "cooldown": 300,
            "metricAggregationType": "Average",
            "stepAdjustments": [{"scalingAdjustment": -1, "metricIntervalUpperBound": "0"}],
        },
    }
    assert {each["policyType"] for each in policies.values()} == {"StepScaling"}


def test_a_step_on_a_metric_of_the_stack_file():
    """Its namespace, name, dimensions and statistic, which the policy takes over; so many tasks at once."""
    found = _scaled(steps={"queue": {"metric": "depth", "up": 1000, "down": 100, "by": 2, "up-minutes": 1}})
    alarm = _named(found, ALARM)["step-queue-up"]
    assert (alarm["namespace"], alarm["metricName"], alarm["dimensions"], alarm["statistic"]) == (
        "Acme/Web",
        "Depth",
        {"Queue": "clean"},
        "Maximum",
    )
    assert (alarm["threshold"], alarm["evaluationPeriods"]) == (1000, 1)
    steps = {name: each["stepScalingPolicyConfiguration"] for name, each in _named(found, POLICY).items()}
    assert {name: each["stepAdjustments"][0]["scalingAdjustment"] for name, each in steps.items()} == {
        "step-queue-up": 2,
        "step-queue-down": -2,
    }
    assert {each["metricAggregationType"] for each in steps.values()} == {"Maximum"}


@pytest.mark.parametrize(("stat", "aggregate"), [("Sum", "Average"), ("Minimum", "Minimum")])
def test_application_auto_scaling_knows_three_aggregates(stat, aggregate):
    """A sum it refuses: of one period the average is the sum."""
    metrics = {"depth": MetricTable(namespace="Acme/Web", name="Jobs", stat=stat)}
    found = _scaled(metrics, cpu=50, steps={"jobs": {"metric": "depth", "up": 5}})
    assert only(found, ALARM)["statistic"] == stat
    assert "dimensions" not in only(found, ALARM).inputs
    policy = _named(found, POLICY)["step-jobs-up"]
    assert policy["stepScalingPolicyConfiguration"]["metricAggregationType"] == aggregate


def test_an_alarm_of_the_stack_adds_tasks():
    """Its policy's ARN is given away by the alarm's word; the alarm itself stands with the others."""
    given: list[Scaling] = []
    table = CountTable.model_validate({"min": 1, "max": 4, "cpu": 70, "alarms": {"service-cpu": 1}})
    found = built(lambda: given.append(Scaling("scaling", scaling_args(table=table))))
    policy = _named(found, POLICY)["on-service-cpu"]
    assert policy["name"] == "acme-test-ecs-service-web-on-service-cpu"
    assert policy["stepScalingPolicyConfiguration"] == {
        "adjustmentType": "ChangeInCapacity",
        "cooldown": 60,
        "metricAggregationType": "Average",
        "stepAdjustments": [{"scalingAdjustment": 1, "metricIntervalLowerBound": "0"}],
    }
    assert list(given[0].on_alarms) == ["service-cpu"]
    assert found.of(ALARM) == []


def test_a_schedule_says_both_bounds():
    """What a row leaves out is the count's own: AWS would leave it as the row before left it."""
    found = _scaled(
        min=3,
        max=9,
        schedule={
            "morning": {"cron": "0 7 ? * MON-FRI *", "zone": "Europe/Berlin", "min": 6},
            "weekend": {"cron": "0 8 ? * SAT *", "min": 2, "max": 4},
        },
    )
    actions = _named(found, "aws:appautoscaling/scheduledAction:ScheduledAction")
    assert {
        name: (each["schedule"], each["timezone"], each["scalableTargetAction"]) for name, each in actions.items()
    } == {
        "schedule-morning": ("cron(0 7 ? * MON-FRI *)", "Europe/Berlin", {"minCapacity": 6, "maxCapacity": 9}),
        "schedule-weekend": ("cron(0 8 ? * SAT *)", "UTC", {"minCapacity": 2, "maxCapacity": 4}),
    }
    target = only(found, "aws:appautoscaling/target:Target")
    assert target.options.ignore_changes == ("minCapacity", "maxCapacity")
    assert {each["resourceId"] for each in actions.values()} == {target["resourceId"]}


def test_without_a_schedule_the_bounds_are_ours():
    assert only(_scaled(cpu=50), "aws:appautoscaling/target:Target").options.ignore_changes == ()


def test_scaling_by_both():
    """A policy each; the greater number of tasks wins at AWS."""
    assert {name: aim["targetValue"] for name, aim in _aims(cpu=70, requests=100).items()} == {
        "scaling-cpu": 70,
        "scaling-requests": 100,
    }


def test_the_scalable_target():
    """Between the table's bounds, of the service by its names, which it waits for."""
    recording = built(lambda: Scaling("scaling", scaling_args(table=CountTable(min=0, max=6, cpu=50))))
    target = only(recording, "aws:appautoscaling/target:Target")
    assert (target["minCapacity"], target["maxCapacity"]) == (0, 6)
    assert target["resourceId"] == "service/acme-test-ecs-cluster/acme-test-ecs-service-web"
    assert {"service-web-service", "other-cluster"} <= set(waits_for(recording, target))
