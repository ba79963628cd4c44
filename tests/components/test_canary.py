"""Canary deployments: what ECS is told of a service, and of whom the test asks."""

import json

import pytest

from components.compute.canary import CanaryDeployment, deployment_arguments, url_to_test
from components.compute.load_balancer import LoadBalancer
from components.compute.service import Service
from settings.tables.deployment import CanaryTable
from tests.components.examples import built, load_balancer_args, only, service_args, service_table

RULE, GROUP, SERVICE = "aws:lb/listenerRule:ListenerRule", "aws:lb/targetGroup:TargetGroup", "aws:ecs/service:Service"
CANARY = {"kind": "canary", "owner": "pipeline"}


def _target(**changes):
    [target] = service_table(deployment=CANARY, **changes).task_containers("web")
    return target


@pytest.mark.parametrize(
    ("routes", "test", "wanted"),
    [
        ({"hosts": ["web.example.com"]}, None, "https://web.example.com/health"),
        ({"hosts": ["web.example.com", "b.example.com"], "paths": ["/shop/*"], "order": 5}, None,
         "https://web.example.com/shop/health"),
        ({"hosts": ["web.example.com"], "paths": ["/shop*"], "order": 5}, "/shop/ready",
         "https://web.example.com/shop/ready"),
    ],
)  # fmt: skip
def test_the_test_asks_the_service_s_own_route(routes, test, wanted):
    assert url_to_test(_target(routes={"site": routes}), CanaryTable(test=test)) == wanted


def _services(known=True):
    """A service by canary behind its load balancer."""

    def build():
        table = service_table(deployment=CANARY)
        balancer = LoadBalancer("lb", load_balancer_args(services={"web": table}, canaries=["web"]))
        canary = CanaryDeployment(
            table=CanaryTable(percent=5, minutes=15, keep_minutes=60),
            role="arn:shift",
            hook_role="arn:run",
            function="arn:test",
            asks={"url": "https://web.example.com/health"},
            alarms=["bad"],
            after=[],
        )
        Service("service", service_args(table=table, load_balancer=balancer, canary=canary))

    return built(build, known)


def test_what_ecs_is_told():
    """Times are texts; the hook comes after the test traffic has moved."""
    recording = _services()
    service = only(recording, SERVICE)
    told = service["deploymentConfiguration"]
    [hook] = told.pop("lifecycleHooks")
    assert told == {
        "strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": 5, "canaryBakeTimeInMinutes": "15"},
        "bakeTimeInMinutes": "60",
    }
    details = json.loads(hook.pop("hookDetails"))
    assert (hook, details) == (
        {"hookTargetArn": "arn:test", "roleArn": "arn:run", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]},
        {"url": "https://web.example.com/health"},
    )
    assert service["alarms"] == {"enable": True, "rollback": True, "alarmNames": ["bad"]}
    [entry] = service["loadBalancers"]
    by_name = {each.name: each.outputs["arn"] for kind in (RULE, GROUP) for each in recording.of(kind)}
    assert entry["targetGroupArn"] == by_name["lb-target-web"]
    assert entry["advancedConfiguration"] == {
        "alternateTargetGroupArn": by_name["lb-target-web-alternate"],
        "productionListenerRule": by_name["lb-rule-web-rest"],
        "testListenerRule": by_name["lb-test-web"],
        "roleArn": "arn:shift",
    }


def test_requests_that_no_route_takes_have_a_rule():
    """ECS shifts rules, and knows none that is a listener's default; nothing is left for that but 404."""
    recording = _services()
    [listener] = [each for each in recording.of("aws:lb/listener:Listener") if each["port"] == 443]
    [action] = listener["defaultActions"]
    assert (action["type"], action["fixedResponse"]["statusCode"]) == ("fixed-response", "404")
    rest, test = only(recording, RULE, "lb-rule-web-rest"), only(recording, RULE, "lb-test-web")
    assert (rest["priority"], rest["conditions"]) == (50_000, [{"pathPattern": {"values": ["/*"]}}])
    assert test["priority"] == 49_999
    assert [[*each] for each in test["conditions"]] == [["hostHeader"], ["httpHeader"]]


def test_task_by_task_nothing_is_told():
    assert deployment_arguments(None) == {}
