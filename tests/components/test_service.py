"""A service: its container, its permissions, its task definition how it is deployed; and the cluster."""

import json
from typing import Any

import pytest

from components.compute.cluster import Cluster
from components.compute.containers import ContainerInputs, definition
from components.compute.service import Service, repository_of
from preview.recording import Recording
from settings.tables.compute import ClusterTable, ServiceTable
from tests.components.examples import (
    KEY,
    SUBNETS,
    built,
    cluster_args,
    counted,
    only,
    service_args,
    service_table,
    waits_for,
)

SERVICE, TASK, POLICY = (
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:iam/rolePolicy:RolePolicy",
)
PLAIN = {"secrets": {}, "buckets": {}, "metrics": None, "environment": {}}


def _service(known: bool = True, others: dict[str, Any] | None = None, **table: Any) -> Recording:
    return built(lambda: Service("service", service_args(table=service_table(**table), **(others or {}))), known)


def _container(recording: Recording) -> dict[str, Any]:
    [container] = json.loads(only(recording, TASK)["containerDefinitions"])
    return container


def _defined(table: ServiceTable, **changes: Any) -> dict[str, Any]:
    """The definition of a service's first container."""
    given = {"image": "i", "environment": {}, "secrets": {}, "log_group": "g", "region": "r"}
    return definition(table.task_containers("w")[0], table, ContainerInputs(**(given | changes)))


def _policies(recording: Recording) -> dict[str, list]:
    return {
        each.name.removeprefix("service-"): json.loads(each["policy"])["Statement"]
        for each in recording.of(POLICY)
        if each.name.startswith("service-")
    }


def test_the_whole_container():
    """Complete and in one order: what ECS would add is written, what it may not do is dropped."""
    recording = _service()
    secrets = {each.name: each.outputs["arn"] for each in recording.of("aws:secretsmanager/secret:Secret")}
    assert _container(recording) == {
        "name": "web",
        "image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.2",
        "essential": True,
        "user": "10001:10001",
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
        "environment": [
            {"name": "DATABASE_HOST", "value": "db.internal"},
            {"name": "ENVIRONMENT", "value": "test"},
            {"name": "LEVEL", "value": "info"},
        ],
        "secrets": [
            {"name": "PASSWORD", "valueFrom": f"{secrets['given-db/login']}:password::"},
            {"name": "TOKEN", "valueFrom": secrets["given-app/token"]},
            {"name": "USER", "valueFrom": f"{secrets['given-db/login']}:username::"},
        ],
        "healthCheck": {"command": ["CMD", "check"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 60},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/test/web",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "web",
            },
        },
        "stopTimeout": 30,
        "mountPoints": [],
        "systemControls": [],
        "volumesFrom": [],
    }


@pytest.mark.parametrize(("drain", "stop"), [(0, 0), (120, 120), (3600, 120)])
def test_a_task_has_at_most_two_minutes_to_stop(drain, stop):
    """More than 120 s ECS refuses on Fargate."""
    assert _defined(service_table(drain=drain))["stopTimeout"] == stop


def test_a_container_without_a_port():
    """Its list is written, and empty; so are those of a service with no settings."""
    it = _defined(service_table(port=None, routes={}))
    assert (it["portMappings"], it["environment"], it["secrets"]) == ([], [], [])


def test_variables_are_sorted():
    """Whatever the order they come in."""
    one, two = (
        _defined(service_table(), environment=given, secrets=given)
        for given in ({"B": "1", "A": "2"}, {"A": "2", "B": "1"})
    )
    assert json.dumps(one) == json.dumps(two)


def test_the_task_definition():
    """Fargate's, for Linux on x86, with both roles; sizes are text, as ECS has them."""
    recording = _service()
    task = only(recording, TASK)
    wanted = {
        "family": "acme-test-ecs-task-web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "512",
        "memory": "1024",
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "executionRoleArn": "arn:aws:iam::210987654321:role/acme-test-role-start",
        "taskRoleArn": "arn:aws:iam::210987654321:role/acme-test-role-task",
    }
    assert {name: task[name] for name in wanted} == wanted
    assert "service-log" in waits_for(recording, task)


def test_permissions():
    """What starting needs, and what the code may do, each on what it names and nothing else."""
    recording = _service()
    secrets = sorted(each.outputs["arn"] for each in recording.of("aws:secretsmanager/secret:Secret"))
    found = _policies(recording)
    assert sorted(found) == ["start", "start-secrets", "task-metrics", "task-objects", "task-secrets"]
    group = "arn:aws:logs:eu-west-1:210987654321:log-group:/ecs/test/web:*"
    assert [(each["Action"], each["Resource"]) for each in found["start"]] == [
        (["ecr:GetAuthorizationToken"], ["*"]),
        (
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            ["arn:aws:ecr:eu-west-1:210987654321:repository/shop/web"],
        ),
        (["logs:CreateLogStream", "logs:PutLogEvents"], [group]),
    ]
    for name in ("start-secrets", "task-secrets"):
        read, decrypt = found[name]
        assert (read["Action"], sorted(read["Resource"])) == (["secretsmanager:GetSecretValue"], secrets)
        assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [KEY])
    assert found["task-objects"] == [
        {
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Effect": "Allow",
            "Resource": ["arn:aws:s3:::acme-test-media/app/*"],
        }
    ]
    assert found["task-metrics"][0]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "acme/web"}}


def test_permissions_go_to_the_right_role():
    """Starting is the execution role's, everything else the task's; a policy has its role's name first."""
    roles = {each["name"]: each["role"] for each in _service().of(POLICY)}
    start, task = "acme-test-role-start", "acme-test-role-task"
    assert roles == {
        f"{start}-start": start,
        f"{start}-secrets": start,
        f"{task}-secrets": task,
        f"{task}-objects": task,
        f"{task}-metrics": task,
    }


def test_a_service_that_needs_nothing_may_do_nothing():
    """No secrets, buckets and metrics: only what starting needs."""
    recording = _service(**PLAIN)
    assert sorted(_policies(recording)) == ["start"]
    assert _container(recording)["secrets"] == []


def test_known_documents_are_known_at_the_first_preview():
    """Those with secrets' ARNs stand alone, so that the others can be read."""
    from preview.wire import UNKNOWN

    unknown = {each.name for each in _service(known=False).of(POLICY) if each["policy"] == UNKNOWN}
    assert unknown == {"service-start-secrets", "service-task-secrets"}


def test_behind_a_load_balancer():
    """Its target group, its container and port, and time to start before checks count."""
    recording = _service()
    service = only(recording, SERVICE)
    target = only(recording, "aws:lb/targetGroup:TargetGroup")
    assert service["loadBalancers"] == [
        {"targetGroupArn": target.outputs["arn"], "containerName": "web", "containerPort": 8080}
    ]
    assert service["healthCheckGracePeriodSeconds"] == 60
    assert "load-balancer-https" in waits_for(recording, service)


def test_behind_a_load_balancer_the_port_has_a_default():
    """8000, for a service with routes that names none (ledger CP-CMP-23); without routes it listens nowhere."""
    routed = _service(port=None, routes={"main": {"hosts": ["www.acme.com"]}})
    assert _container(routed)["portMappings"] == [{"containerPort": 8000, "hostPort": 8000, "protocol": "tcp"}]
    assert only(routed, SERVICE)["loadBalancers"][0]["containerPort"] == 8000
    assert only(routed, "aws:lb/targetGroup:TargetGroup")["port"] == 8000


def test_without_one():
    """A service that only calls others."""
    service = only(_service(others={"load_balancer": None}, port=None), SERVICE)
    assert service.inputs.keys() & {"loadBalancers", "healthCheckGracePeriodSeconds"} == set()


@pytest.mark.parametrize(
    ("owner", "ignored", "kept"),
    [("pipeline", ("desiredCount", "taskDefinition"), True), ("program", ("desiredCount",), False)],
)
def test_who_deploys(owner, ignored, kept):
    """The pipeline's running revision is not this program's to change, nor the old ones its to remove."""
    recording = _service(deployment={"owner": owner, "min": 40, "max": 150})
    service = only(recording, SERVICE)
    assert service.options.ignore_changes == ignored
    assert only(recording, TASK)["skipDestroy"] is kept
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (40, 150)
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


MIXED = [{"capacityProvider": "FARGATE", "base": 2, "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]


@pytest.mark.parametrize(
    ("table", "launch", "strategy"),
    [
        ({"capacity": "on-demand"}, "FARGATE", None),
        ({"capacity": "spot"}, None, [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]),
        ({"capacity": "mixed", "mix": {"base": 2, "spot": 3}}, None, MIXED),
    ],
)
def test_capacity(table, launch, strategy):
    """A launch type or a strategy: ECS refuses both. A strategy changes only by a new deployment."""
    service = only(_service(**table), SERVICE)
    assert (service.inputs.get("launchType"), service.inputs.get("capacityProviderStrategies")) == (launch, strategy)
    assert service.inputs.get("forceNewDeployment") == (True if strategy else None)


def test_a_fixed_count_is_the_programs():
    """Nothing scales it, so a change in the stack file is one of the service."""
    service = only(_service(count={"min": 3}, deployment={"owner": "program"}), SERVICE)
    assert (service["desiredCount"], service.options.ignore_changes) == (3, ())


def test_the_service_itself():
    """In the given subnets behind the given group, without public addresses, as many tasks as at least."""
    recording = _service()
    service = only(recording, SERVICE)
    assert service["networkConfiguration"] == {
        "subnets": SUBNETS,
        "securityGroups": ["sg-web"],
        "assignPublicIp": False,
    }
    assert (service["name"], service["desiredCount"]) == ("acme-test-ecs-service-web", 2)
    assert (service["propagateTags"], service["enableEcsManagedTags"]) == ("SERVICE", True)
    waits = set(waits_for(recording, service))
    assert {each.name for each in recording.of(POLICY)} <= waits
    assert {"cluster-capacity", "writer-db/login", "writer-app/token"} <= waits


def test_a_shell_has_where_to_write_and_nothing_more():
    """The root stays read-only: the agent's three folders are volumes of the task, gone with it."""
    recording = _service(**PLAIN, shell=True)
    container = _container(recording)
    assert container["readonlyRootFilesystem"] is True
    assert {each["containerPath"]: each["readOnly"] for each in container["mountPoints"]} == {
        "/managed-agents": False,
        "/var/lib/amazon/ssm": False,
        "/var/log/amazon/ssm": False,
    }
    mounted = [each["sourceVolume"] for each in container["mountPoints"]]
    assert [each["name"] for each in only(recording, TASK)["volumes"]] == mounted
    assert only(recording, SERVICE)["enableExecuteCommand"] is True
    assert {each.name for each in recording.of(POLICY)} == {
        "service-start",
        "service-task-shell",
        "service-task-shell-key",
    }


def test_without_a_shell_nothing_of_it_is_there():
    recording = _service(**PLAIN)
    assert _container(recording)["mountPoints"] == []
    assert "volumes" not in only(recording, TASK).inputs
    assert "enableExecuteCommand" not in only(recording, SERVICE).inputs


def test_repositories_from_images():
    """The ARN follows from the address; what is not in ECR is refused."""
    uri = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/a/b@sha256:0"
    assert repository_of(uri) == "arn:aws:ecr:eu-west-1:210987654321:repository/a/b"
    with pytest.raises(ValueError, match="'nginx' does not lie in ECR"):
        repository_of("nginx")


@pytest.mark.parametrize(("spot", "capacities"), [(False, ["FARGATE"]), (True, ["FARGATE", "FARGATE_SPOT"])])
@pytest.mark.parametrize("insights", ["enabled", "enhanced", "disabled"])
def test_the_cluster(spot, capacities, insights):
    """Spot is offered only where a service wants it; the default is on demand."""
    args = cluster_args(table=ClusterTable(insights=insights), spot=spot)
    recording = built(lambda: Cluster("cluster", args))
    assert counted(recording) == {
        "aws:ecs/cluster:Cluster": 1,
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": 1,
    }
    cluster = only(recording, "aws:ecs/cluster:Cluster")
    assert (cluster["name"], cluster["settings"]) == (
        "acme-test-ecs-cluster",
        [{"name": "containerInsights", "value": insights}],
    )
    capacity = only(recording, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders")
    assert capacity["capacityProviders"] == capacities
    assert capacity["defaultCapacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "weight": 1}]


def test_a_cluster_may_offer_what_no_service_uses_yet():
    """What the table names is there beside what services want."""
    args = cluster_args(table=ClusterTable(capacities=("on-demand", "spot")))
    capacity = only(
        built(lambda: Cluster("cluster", args)), "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
    )
    assert capacity["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
