"""The acceptance tests of the application, against an emulated AWS."""

import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.acceptance import test_application
from tests.acceptance.deployed import HttpResponse
from tests.acceptance.emulated import INSIDE, Emulated, Pretended, fails, well


def _instead(url_part: str, found: HttpResponse) -> Callable[[str], HttpResponse]:
    return lambda url: found if url_part in url else well(url)


def _targets(dev: Emulated, state: str = "healthy") -> None:
    dev.answers("elbv2", "DescribeTargetGroups", {"TargetGroups": [{"TargetGroupArn": "arn:aws:tg"}]})
    dev.answers("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}}]})


def test_through_the_load_balancer(dev: Emulated) -> None:
    proof = test_application.test_it_answers_through_the_load_balancer
    _targets(dev)
    proof(dev.deployed, "dev")
    for found in (_instead("https://", HttpResponse(503, {}, b"")), _instead("http://", HttpResponse(200, {}, b""))):
        dev.web.answers = found
        fails(proof, dev.deployed, "dev")
    dev.web.answers = well
    _targets(dev, "unhealthy")
    fails(proof, dev.deployed, "dev")


def _stable(dev: Emulated, state: str = "COMPLETED") -> None:
    service = dev.deployed.service()
    service["deployments"] = [{"rolloutState": state}]
    service["runningCount"] = service["desiredCount"]
    dev.answers("ecs", "DescribeServices", {"services": [service]})


def test_the_image(dev: Emulated) -> None:
    proof = test_application.test_the_image_runs_and_answers
    _stable(dev)
    dev.answers("ecr", "DescribeImages", {"imageDetails": [{"imageTags": ["bootstrap"]}]})
    proof(dev.deployed, "dev")
    dev.web.answers = _instead("/items", HttpResponse(200, {}, b"{}"))
    fails(proof, dev.deployed, "dev")
    dev.web.answers = well
    dev.answers("ecr", "DescribeImages", {"imageDetails": []})
    fails(proof, dev.deployed, "dev")


def test_a_deployment_that_is_not_complete(dev: Emulated) -> None:
    _stable(dev, "IN_PROGRESS")
    fails(test_application.test_the_image_runs_and_answers, dev.deployed, "dev")


def test_scaling(dev: Emulated) -> None:
    """The load is put on the tasks of one subnet by a task that carries the load balancer's group beside its own."""
    proof = test_application.test_load_makes_it_scale_out
    place = dev.deployed.service()["networkConfiguration"]["awsvpcConfiguration"]
    details = [{"name": "subnetId", "value": place["subnets"][0]}, {"name": "privateIPv4Address", "value": INSIDE}]
    task = {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/c/1", "attachments": [{"details": details}]}
    dev.answers("ecs", "ListTasks", {"taskArns": [task["taskArn"]]})
    dev.answers("ecs", "DescribeTasks", {"tasks": [task]})
    asked: list[dict[str, Any]] = []

    def run(params: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(dict(params))
        return {"tasks": [], "failures": [{"reason": "one is enough"}]}

    dev.answers("ecs", "RunTask", run)
    fails(proof, dev.deployed, "dev")
    started = time.monotonic()
    while not asked:
        assert time.monotonic() < started + 10
    network = asked[0]["networkConfiguration"]["awsvpcConfiguration"]
    assert network["subnets"] == [place["subnets"][0]]
    assert len(network["securityGroups"]) == 2
    assert asked[0]["overrides"]["containerOverrides"][0]["command"][-1] == INSIDE
    service, looks = dev.deployed.service(), [1, 1, 1, 2]
    dev.answers(
        "ecs",
        "DescribeServices",
        lambda _: {"services": [{**service, "desiredCount": looks.pop(0) if len(looks) > 1 else looks[0]}]},
    )
    patient = dev.deployed.__class__(**{**vars(dev.deployed), "patience": 5})
    proof(patient, "dev")


def test_malicious_requests(dev: Emulated) -> None:
    proof = test_application.test_a_malicious_request_is_blocked
    proof(dev.deployed, "dev")
    for path in test_application.MALICIOUS:
        dev.web.answers = _instead(path, HttpResponse(200, {}, b"[]"))
        fails(proof, dev.deployed, "dev")
    dev.web.answers = lambda _: HttpResponse(403, {}, b"")  # who refuses everybody protects nobody
    fails(proof, dev.deployed, "dev")


def test_penetration_and_load(dev: Emulated) -> None:
    proof = test_application.test_it_stands_penetration_and_load
    proof(dev.deployed)
    for change in ({"open": frozenset({443, 5432})}, {"versions": frozenset(ssl.TLSVersion)}, {"versions": frozenset()},
                   {"answers": _instead("limit=10", HttpResponse(502, {}, b""))},
                   {"answers": _instead("limit=1", HttpResponse(200, {"server": "x"}, b"[]"))}):  # fmt: skip
        broken = Emulated(dev.aws, Pretended(**change))
        fails(proof, broken.deployed)
