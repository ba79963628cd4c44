"""CP-CMP: one cluster, one service on Fargate, its container, and the registry of its image."""

import json
import re
from typing import Any

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, containers, export, merged, noticed
from tests.requirements.expected import ENVIRONMENTS, environments, requirement, shared
from tests.requirements.options import COPY, with_options
from tests.requirements.reading import arn, container, ids, of, one, only, secret, secret_text, subnets
from tests.stacks import recorded

SIZES = {"dev": ("256", "512"), "staging": ("512", "1024"), "prod": ("1024", "2048")}
COUNTS = {"dev": 1, "staging": 2, "prod": 3}


@requirement("CP-CMP-01")
@environments
def test_one_cluster(platform: Recording, stack: str) -> None:
    cluster = one(platform, "ecs.Cluster")
    assert one(platform, "ecs.Service")["cluster"] in (cluster.id, arn(cluster))


@requirement("CP-CMP-02")
@environments
def test_container_insights(platform: Recording, stack: str) -> None:
    settings = {each["name"]: each["value"] for each in one(platform, "ecs.Cluster")["settings"]}
    assert settings.get("containerInsights") in ("enabled", "enhanced")


@requirement("CP-CMP-03")
@environments
def test_the_cluster_runs_on_fargate(platform: Recording, stack: str) -> None:
    providers = one(platform, "ecs.ClusterCapacityProviders")
    assert providers["clusterName"] == one(platform, "ecs.Cluster")["name"]
    assert "FARGATE" in providers["capacityProviders"]


@requirement("CP-CMP-04")
@environments
def test_task_size(platform: Recording, stack: str) -> None:
    task = one(platform, "ecs.TaskDefinition")
    assert (task["cpu"], task["memory"]) == SIZES[stack]


@requirement("CP-CMP-05")
@environments
def test_desired_count(platform: Recording, stack: str) -> None:
    assert one(platform, "ecs.Service")["desiredCount"] == COUNTS[stack]


@requirement("CP-CMP-06")
@environments
def test_one_service_runs_the_task_on_fargate(platform: Recording, stack: str) -> None:
    service, task = one(platform, "ecs.Service"), one(platform, "ecs.TaskDefinition")
    assert service["launchType"] == "FARGATE"
    assert service["taskDefinition"] == arn(task)
    assert (task["requiresCompatibilities"], task["networkMode"]) == (["FARGATE"], "awsvpc")


@requirement("CP-CMP-07")
@environments
def test_tasks_run_in_the_private_subnets(platform: Recording, stack: str) -> None:
    network = one(platform, "ecs.Service")["networkConfiguration"]
    assert sorted(network["subnets"]) == sorted(ids(subnets(platform, stack, "private")))
    group = only(each for each in of(platform, "ec2.SecurityGroup") if each["name"] == f"cloudplatform-{stack}-sg-app")
    assert network["securityGroups"] == [group.id]
    assert network.get("assignPublicIp", False) is False


@requirement("CP-CMP-08")
@environments
def test_deployments_roll(platform: Recording, stack: str) -> None:
    service = one(platform, "ecs.Service")
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (50, 200)
    assert service.inputs.get("deploymentController", {}).get("type", "ECS") == "ECS"


@requirement("CP-CMP-09")
@environments
def test_grace_period(platform: Recording, stack: str) -> None:
    assert one(platform, "ecs.Service")["healthCheckGracePeriodSeconds"] == 60


@requirement("CP-CMP-10")
@environments
def test_failed_deployments_roll_back(platform: Recording, stack: str) -> None:
    """Proves the request; ECS does the rolling back."""
    breaker = one(platform, "ecs.Service").inputs.get("deploymentCircuitBreaker", {})
    assert breaker == {"enable": True, "rollback": True}


@requirement("CP-CMP-11")
@environments
def test_the_container_is_registered_with_the_target_group(platform: Recording, stack: str) -> None:
    target = only(one(platform, "ecs.Service")["loadBalancers"])
    assert target["targetGroupArn"] == arn(one(platform, "lb.TargetGroup"))
    assert (target["containerName"], target["containerPort"]) == (container(platform)["name"], 8000)


@requirement("CP-CMP-12")
@environments
def test_logs_go_to_the_application_group(platform: Recording, stack: str) -> None:
    logs = container(platform)["logConfiguration"]
    assert logs["logDriver"] == "awslogs"
    assert logs["options"]["awslogs-group"] == f"/ecs/{stack}/fastapi"
    assert logs["options"]["awslogs-region"] == "us-east-1"


@requirement("CP-CMP-13")
@environments
def test_secrets_come_by_reference(platform: Recording, stack: str) -> None:
    """ARNs of the environment's secrets, one with a key each for user and password; no value of a secret in clear."""
    referred = [each["valueFrom"] for each in container(platform)["secrets"]]
    names = {arn(each): each["name"] for each in of(platform, "secretsmanager.Secret")}
    found = {names[re.sub(r":[a-z]+::$", "", reference)] for reference in referred}
    paths = ("database/credentials", "redis/auth-token", "app/jwt-secret", "app/external-api-keys")
    assert found == {f"/{stack}/{path}" for path in paths}
    credentials = arn(secret(platform, f"/{stack}/database/credentials"))
    assert {f"{credentials}:username::", f"{credentials}:password::"} <= set(referred)
    plain = json.dumps(container(platform)["environment"])
    hidden = [json.loads(secret_text(platform, f"/{stack}/database/credentials"))["password"]]
    hidden += [secret_text(platform, f"/{stack}/{path}") for path in ("redis/auth-token", "app/jwt-secret")]
    assert not any(value in plain for value in hidden)
    assert not re.search(
        r"(?i)password|token|secret|api_?key", " ".join(each["name"] for each in container(platform)["environment"])
    )


@requirement("CP-CMP-14")
@environments
def test_configuration_comes_as_environment(platform: Recording, stack: str) -> None:
    environment = {each["name"]: each["value"] for each in container(platform)["environment"]}
    assert environment["ENVIRONMENT"] == stack


@requirement("CP-CMP-15")
@environments
def test_the_container_has_a_health_check(platform: Recording, stack: str) -> None:
    kind, *command = container(platform).get("healthCheck", {}).get("command", [""])
    assert kind in ("CMD", "CMD-SHELL")
    assert command


@requirement("CP-CMP-16")
@environments
def test_the_container_listens_on_8000(platform: Recording, stack: str) -> None:
    assert (8000, "tcp") in [(each["containerPort"], each["protocol"]) for each in container(platform)["portMappings"]]


@requirement("CP-CMP-17")
@shared
def test_one_repository_in_the_shared_stack(platform: Recording, stack: str) -> None:
    """Private: ECR's public repositories are another class. The environments' image lies in it."""
    assert of(platform, "ecrpublic.Repository") == []
    url = one(platform, "ecr.Repository").outputs["repositoryUrl"]
    for environment in ENVIRONMENTS:
        assert of(recorded(environment, True), "ecr.Repository") == []
        assert container(recorded(environment, True))["image"].startswith(f"{url}:")


@requirement("CP-CMP-18")
@shared
def test_images_are_scanned_on_push(platform: Recording, stack: str) -> None:
    """The repository's part; the registry's enhanced scanning is CP-DETECT-09."""
    assert one(platform, "ecr.Repository")["imageScanningConfiguration"]["scanOnPush"] is True


def _rules(platform: Recording) -> list[dict[str, Any]]:
    policy = one(platform, "ecr.LifecyclePolicy")
    assert policy["repository"] == one(platform, "ecr.Repository")["name"]
    return sorted(json.loads(policy["policy"])["rules"], key=lambda rule: rule["rulePriority"])


@requirement("CP-CMP-19")
@shared
def test_old_images_go(platform: Recording, stack: str) -> None:
    """The last ten stay and untagged ones go after a week; first of all what runs and what passed is kept (N-20).

    By whole tags and by `<environment>-*`: the prefix `prod`, which stood here, took each release for what prod runs.
    """
    *kept, untagged, last = (each["selection"] for each in _rules(platform))
    assert all(each["action"] == {"type": "expire"} for each in _rules(platform))
    assert [(each["tagPatternList"], each["countNumber"]) for each in kept] == [
        *(([name], 1) for name in ("prod", "staging", "dev")),
        *(([f"{name}-*"], 10) for name in ("prod", "staging", "dev")),
    ]
    assert {(each["tagStatus"], each["countType"]) for each in kept} == {("tagged", "imageCountMoreThan")}
    assert untagged == {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7}
    assert last == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}


@requirement("CP-CMP-20")
@shared
def test_the_repository_url_is_an_output(platform: Recording, stack: str) -> None:
    assert platform.outputs["repository_urls"]["fastapi"] == one(platform, "ecr.Repository").outputs["repositoryUrl"]


@requirement("CP-CMP-21")
@shared
def test_images_can_be_copied_to_another_region(platform: Recording, stack: str) -> None:
    assert of(platform, "ecr.ReplicationConfiguration") == []
    rules = one(with_options(stack), "ecr.ReplicationConfiguration")["replicationConfiguration"]["rules"]
    assert [each["region"] for rule in rules for each in rule["destinations"]] == [COPY]


@requirement("CP-CMP-22", stacks=["dev", "staging"], kind="recorded")
def test_spare_capacity_outside_prod() -> None:
    for environment in ENVIRONMENTS:
        assert one(recorded(environment, True), "ecs.ClusterCapacityProviders")["capacityProviders"] == ["FARGATE"]
    for environment in ("dev", "staging"):
        platform = with_options(environment)
        assert "FARGATE_SPOT" in one(platform, "ecs.ClusterCapacityProviders")["capacityProviders"]
        strategy = only(one(platform, "ecs.Service")["capacityProviderStrategies"])
        assert strategy["capacityProvider"] == "FARGATE_SPOT"
    assert one(with_options("prod"), "ecs.ClusterCapacityProviders")["capacityProviders"] == ["FARGATE"]


@environments
def test_the_service_waits_for_what_its_tasks_need(first_preview: Recording, stack: str) -> None:
    """What the recording shows of CP-CMP-24: the service follows its listener, its capacity and its roles'
    permissions, so that its first tasks can start. That they do is for a deployed stack."""
    service = one(first_preview, "ecs.Service")
    needed = [*of(first_preview, "ecs.ClusterCapacityProviders"), *of(first_preview, "ecs.TaskDefinition")]
    needed += [each for each in of(first_preview, "lb.Listener") if each["port"] == 443]
    needed += [each for each in of(first_preview, "iam.RolePolicy") if "ecs-task" in each["role"]]
    assert len(needed) == 8
    assert {each.urn for each in needed} <= set(service.dependencies)


BREACHES = [
    Breach("CP-CMP-01", test_one_cluster, add("ecs.Cluster", name="second")),
    Breach(
        "CP-CMP-02",
        test_container_insights,
        change("ecs.Cluster", settings=[{"name": "containerInsights", "value": "disabled"}]),
    ),
    Breach(
        "CP-CMP-03",
        test_the_cluster_runs_on_fargate,
        change("ecs.ClusterCapacityProviders", capacityProviders=["FARGATE_SPOT"]),
    ),
    Breach("CP-CMP-04", test_task_size, change("ecs.TaskDefinition", memory="1024")),
    Breach("CP-CMP-05", test_desired_count, change("ecs.Service", desiredCount=2), "prod"),
    Breach("CP-CMP-06", test_one_service_runs_the_task_on_fargate, change("ecs.Service", launchType="EC2")),
    Breach(
        "CP-CMP-07",
        test_tasks_run_in_the_private_subnets,
        change("ecs.Service", networkConfiguration=merged(assignPublicIp=True)),
    ),
    Breach("CP-CMP-08", test_deployments_roll, change("ecs.Service", deploymentController={"type": "CODE_DEPLOY"})),
    Breach("CP-CMP-09", test_grace_period, change("ecs.Service", healthCheckGracePeriodSeconds=0)),
    Breach(
        "CP-CMP-10",
        test_failed_deployments_roll_back,
        change("ecs.Service", deploymentCircuitBreaker=merged(rollback=False)),
    ),
    Breach(
        "CP-CMP-11",
        test_the_container_is_registered_with_the_target_group,
        change("ecs.Service", loadBalancers=[]),
    ),
    Breach(
        "CP-CMP-12",
        test_logs_go_to_the_application_group,
        change(
            "ecs.TaskDefinition",
            containerDefinitions=containers(logConfiguration={"logDriver": "json-file", "options": {}}),
        ),
    ),
    Breach(
        "CP-CMP-13",
        test_secrets_come_by_reference,
        lambda s: change(
            "ecs.TaskDefinition",
            containerDefinitions=containers(
                environment=lambda old: [*old, {"name": "DSN", "value": one(s, "rds.Instance")["password"]}]
            ),
        )(s),
    ),
    Breach(
        "CP-CMP-13",
        test_secrets_come_by_reference,
        change("ecs.TaskDefinition", containerDefinitions=containers(secrets=[])),
    ),
    Breach(
        "CP-CMP-14",
        test_configuration_comes_as_environment,
        change(
            "ecs.TaskDefinition",
            containerDefinitions=containers(environment=[{"name": "ENVIRONMENT", "value": "prod"}]),
        ),
    ),
    Breach(
        "CP-CMP-15",
        test_the_container_has_a_health_check,
        change("ecs.TaskDefinition", containerDefinitions=containers(healthCheck={"command": ["NONE"]})),
    ),
    Breach(
        "CP-CMP-16",
        test_the_container_listens_on_8000,
        change(
            "ecs.TaskDefinition",
            containerDefinitions=containers(portMappings=[{"containerPort": 80, "protocol": "tcp"}]),
        ),
    ),
    Breach("CP-CMP-17", test_one_repository_in_the_shared_stack, add("ecr.Repository", name="second"), "shared"),
    Breach(
        "CP-CMP-18",
        test_images_are_scanned_on_push,
        change("ecr.Repository", imageScanningConfiguration={"scanOnPush": False}),
        "shared",
    ),
    Breach(
        "CP-CMP-19",
        test_old_images_go,
        change("ecr.LifecyclePolicy", policy=lambda old: old.replace('"countNumber": 10', '"countNumber": 100')),
        "shared",
    ),
    Breach(
        "CP-CMP-20",
        test_the_repository_url_is_an_output,
        export(repository_urls={"fastapi": "elsewhere"}),
        "shared",
    ),
    Breach(
        "CP-CMP-21",
        test_images_can_be_copied_to_another_region,
        add("ecr.ReplicationConfiguration"),
        "shared",
    ),
]

test_breaches = noticed(BREACHES)
