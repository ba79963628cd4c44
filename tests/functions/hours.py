"""An environment that is stopped at night."""

import json

import pytest

CLUSTER, SERVICE, DATABASE = "dev-cluster", "dev-api", "dev-postgres"


BOUNDS = {"MinCapacity": 1, "MaxCapacity": 4}


SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


@pytest.fixture
def environment(aws, monkeypatch):
    """One service with two tasks by day, its scaling, and a database."""
    for name, value in (("CLUSTER", CLUSTER), ("SERVICES", json.dumps({SERVICE: 2})), ("DATABASE", DATABASE)):
        monkeypatch.setenv(name, value)
    ecs = aws.its("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "api", "memory": 128}])
    ecs.create_service(cluster=CLUSTER, serviceName=SERVICE, taskDefinition="api", desiredCount=2)
    aws.its("application-autoscaling").register_scalable_target(**target_of(), **BOUNDS)
    aws.its("rds").create_db_instance(
        DBInstanceIdentifier=DATABASE, DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20
    )
    return aws


def target_of():
    return {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": f"service/{CLUSTER}/{SERVICE}",
    }


def count_of(aws):
    return aws.its("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["desiredCount"]


def scaling_of(aws):
    [found] = aws.its("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[target_of()["ResourceId"]]
    )["ScalableTargets"]
    return found


def status_of(aws):
    return aws.its("rds").describe_db_instances()["DBInstances"][0]["DBInstanceStatus"]


def statuses(aws, *statuses):
    """What RDS says at each look; None is moto's own answer."""
    found = [None if each is None else {"DBInstances": [{"DBInstanceStatus": each}]} for each in statuses]
    aws.answer("rds", "DescribeDBInstances", found)
