"""How many tasks of a service there are."""

from typing import Any

from components.compute.scaling import Scaling
from settings.tables.compute import CountTable
from tests.components.examples import built, only, scaling_args, waits_for


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
