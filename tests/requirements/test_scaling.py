"""CP-SCALE: how many tasks run."""

from typing import Any

from preview.recording import Recording
from tests.requirements.breaches import Breach, change, merged, noticed
from tests.requirements.expected import environments, requirement
from tests.requirements.options import REQUESTS, with_options
from tests.requirements.reading import arn, of, one

MINIMUM = {"dev": 1, "staging": 2, "prod": 3}
CPU, BY_REQUESTS = "ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"


@requirement("CP-SCALE-01")
@environments
def test_the_services_count_scales(platform: Recording, stack: str) -> None:
    target = one(platform, "appautoscaling.Target")
    assert (target["serviceNamespace"], target["scalableDimension"]) == ("ecs", "ecs:service:DesiredCount")
    cluster, service = one(platform, "ecs.Cluster")["name"], one(platform, "ecs.Service")["name"]
    assert target["resourceId"] == f"service/{cluster}/{service}"


@requirement("CP-SCALE-02")
@environments
def test_the_bounds(platform: Recording, stack: str) -> None:
    target = one(platform, "appautoscaling.Target")
    assert target["minCapacity"] == MINIMUM[stack]
    assert target["maxCapacity"] > target["minCapacity"]


def _aims(platform: Recording) -> dict[str, dict[str, Any]]:
    """The target-tracking policies' configurations, by metric."""
    found: dict[str, dict[str, Any]] = {}
    for policy in of(platform, "appautoscaling.Policy"):
        assert policy["policyType"] == "TargetTrackingScaling"
        assert policy["resourceId"] == one(platform, "appautoscaling.Target")["resourceId"]
        aim = policy["targetTrackingScalingPolicyConfiguration"]
        found[aim["predefinedMetricSpecification"]["predefinedMetricType"]] = aim
    return found


@requirement("CP-SCALE-03")
@environments
def test_cpu_scales_before_the_alarm(platform: Recording, stack: str) -> None:
    """The alarm is at 80 % (CP-ALARM-06)."""
    assert 0 < _aims(platform)[CPU]["targetValue"] < 80


@requirement("CP-SCALE-04")
@environments
def test_requests_can_scale(platform: Recording, stack: str) -> None:
    """Not by default. The label is how CloudWatch names the load balancer and its target group."""
    assert BY_REQUESTS not in _aims(platform)
    scaling = with_options(stack)
    aim = _aims(scaling)[BY_REQUESTS]
    assert aim["targetValue"] == REQUESTS
    balancer = arn(one(scaling, "lb.LoadBalancer")).partition(":loadbalancer/")[2]  # app/<name>/<hex>
    target = arn(one(scaling, "lb.TargetGroup")).rpartition(":")[2]  # targetgroup/<name>/<hex>
    assert aim["predefinedMetricSpecification"]["resourceLabel"] == f"{balancer}/{target}"


@environments
def test_a_deployment_leaves_the_count_alone(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-SCALE-05: an update of the program does not undo scaling out."""
    assert "desiredCount" in one(platform, "ecs.Service").options.ignore_changes


BREACHES = [
    Breach(
        "CP-SCALE-01",
        test_the_services_count_scales,
        change("appautoscaling.Target", resourceId="service/other/other"),
    ),
    Breach("CP-SCALE-02", test_the_bounds, change("appautoscaling.Target", minCapacity=2), "prod"),
    Breach("CP-SCALE-02", test_the_bounds, change("appautoscaling.Target", maxCapacity=1)),
    Breach(
        "CP-SCALE-03",
        test_cpu_scales_before_the_alarm,
        change("appautoscaling.Policy", targetTrackingScalingPolicyConfiguration=merged(targetValue=85)),
    ),
    Breach(
        "CP-SCALE-04",
        test_requests_can_scale,
        change(
            "appautoscaling.Policy",
            targetTrackingScalingPolicyConfiguration=merged(
                predefinedMetricSpecification={"predefinedMetricType": BY_REQUESTS}
            ),
        ),
    ),
]

test_breaches = noticed(BREACHES)
