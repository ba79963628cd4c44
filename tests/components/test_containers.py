"""Containers: several in a task, what each is told, its share, its volumes, its log and its target group."""

import json
from typing import Any

import pytest

from preview.recording import Recording
from tests.components.examples import only, waits_for
from tests.components.test_service import (  # pyright: ignore[reportPrivateUsage]
    PLAIN,
    SERVICE,
    TASK,
    _container,
    _policies,
    _service,
)

SIDES = {
    "proxy": {
        "image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/proxy:3"},
        "command": ["envoy", "--quiet"],
        "port": 80,
        "sysctls": {"net.ipv4.ip_unprivileged_port_start": "80"},
        "writable": ["/tmp", "/var/cache/nginx"],
        "routes": {"site": {"hosts": ["www.example.com"], "order": 5}},
        "secrets": {"TOKEN": "app/token"},
        "cpu": 128,
        "memory": 256,
    },
    "agent": {
        "image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:9"},
        "essential": False,
        "addresses": False,
        "environment": {"ONLY": "this"},
        "cpu": 64,
        "memory": 128,
    },
}


def _three(**table: Any) -> Recording:
    return _service(**{**PLAIN, "containers": SIDES, "limits": True, **table})


def test_several_containers_in_a_task():
    """The first one first, the others by name; what one says of itself the others do not have."""
    first, agent, proxy = json.loads(only(_three(), TASK)["containerDefinitions"])
    assert [each["name"] for each in (first, agent, proxy)] == ["web", "agent", "proxy"]
    assert [each["essential"] for each in (first, agent, proxy)] == [True, False, True]
    assert (proxy["command"], "command" in first) == (["envoy", "--quiet"], False)
    assert proxy["systemControls"] == [{"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "80"}]
    assert ("healthCheck" in first, "healthCheck" in agent) == (True, False)
    assert agent["environment"] == [{"name": "ONLY", "value": "this"}]
    assert [each["name"] for each in proxy["environment"]] == ["DATABASE_HOST", "ENVIRONMENT"]


def test_each_container_has_its_share():
    """Of the task's 512 units and 1024 MiB the first has what the others leave; without limits none has any."""
    shares = [(each["cpu"], each["memory"]) for each in json.loads(only(_three(), TASK)["containerDefinitions"])]
    assert shares == [(320, 640), (64, 128), (128, 256)]
    [free] = json.loads(only(_service(**PLAIN), TASK)["containerDefinitions"])
    assert not free.keys() & {"cpu", "memory"}


def test_folders_that_may_be_written():
    """A volume each, which no other container has."""
    task = only(_three(), TASK)
    first, _, proxy = json.loads(task["containerDefinitions"])
    assert (first["mountPoints"], first["readonlyRootFilesystem"], proxy["readonlyRootFilesystem"]) == ([], True, True)
    assert proxy["mountPoints"] == [
        {"containerPath": "/tmp", "readOnly": False, "sourceVolume": "proxy-tmp"},
        {"containerPath": "/var/cache/nginx", "readOnly": False, "sourceVolume": "proxy-var-cache-nginx"},
    ]
    assert task["volumes"] == [{"name": "proxy-tmp"}, {"name": "proxy-var-cache-nginx"}]


def test_a_service_stands_behind_each_of_its_target_groups():
    """And waits for whatever sends requests there."""
    recording = _three()
    service = only(recording, SERVICE)
    groups = {each.name: each.outputs["arn"] for each in recording.of("aws:lb/targetGroup:TargetGroup")}
    assert service["loadBalancers"] == [
        {"containerName": "web", "containerPort": 8080, "targetGroupArn": groups["load-balancer-target-web"]},
        {"containerName": "proxy", "containerPort": 80, "targetGroupArn": groups["load-balancer-target-web-proxy"]},
    ]
    assert {"load-balancer-https", "load-balancer-rule-web-proxy-site"} <= {*waits_for(recording, service)}


def test_the_execution_role_reads_what_all_containers_are_given():
    """Each image's repository once, each secret once."""
    policies = _policies(_three(secrets={"USER": "db/login#username"}))
    [reading] = [each for each in policies["start-secrets"] if "secretsmanager:GetSecretValue" in str(each["Action"])]
    assert len(reading["Resource"]) == 2


@pytest.mark.parametrize(("architecture", "processor"), [("arm64", "ARM64"), ("x86-64", "X86_64")])
def test_the_processors(architecture, processor):
    """As ECS calls them."""
    task = only(_service(**PLAIN, architecture=architecture), TASK)
    assert task["runtimePlatform"] == {"operatingSystemFamily": "LINUX", "cpuArchitecture": processor}


def test_how_lines_are_logged():
    """The prefix of the streams, and what begins an event; the container's name where the table says nothing."""
    log = {"prefix": "ecs", "datetime": "[%Y-%m-%d %H:%M:%S]"}
    options = _container(_service(**PLAIN, log=log))["logConfiguration"]["options"]
    assert options["awslogs-stream-prefix"] == "ecs"
    assert options["awslogs-datetime-format"] == "[%Y-%m-%d %H:%M:%S]"


def test_the_first_container_may_have_a_name_of_its_own():
    """ECS knows it by that; what is made for the service keeps the service's."""
    recording = _service(**PLAIN, container="frontend")
    assert _container(recording)["name"] == "frontend"
    assert only(recording, SERVICE)["loadBalancers"][0]["containerName"] == "frontend"
    assert only(recording, TASK)["family"] == "acme-test-ecs-task-web"
