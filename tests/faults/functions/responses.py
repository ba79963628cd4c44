"""What the faults of auto-remediate have in common: its subjects, and what people were told."""

import json

from functions.auto_remediate import network
from tests.functions.emulated import hidden
from tests.functions.remediation import (
    finding_event,
)

NAME = "auto-remediate"


OPEN = ("tcp", 22, 22, "0.0.0.0/0")


def finding_on(instance, **service):
    return finding_event({"instanceDetails": {"instanceId": instance}}, **service)


def groups_of(account, instance):
    [reservation] = account.its("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return [[group["GroupId"] for group in each["Groups"]] for each in interfaces]


def lines_of(account):
    """All that people were told, a list an alert."""
    return [json.loads(message)["done"] for _, message in account.alerts()]


def records_of(account):
    """The groups of before, by the tag's key."""
    found = account.its("ec2").describe_tags(Filters=[{"Name": "resource-type", "Values": ["network-interface"]}])[
        "Tags"
    ]
    return {tag["Key"]: tag["Value"] for tag in found if tag["Key"].startswith(network.BEFORE)}


def hide_group(account, times=1):
    """EC2 does not show the quarantine group at the next looks for it."""
    account.answer("ec2", "DescribeSecurityGroups", [{"SecurityGroups": []}] * times + [None] * 100)


def run_service(account, count, name="api"):
    """So many tasks of a service."""
    ecs, ec2 = account.its("ecs"), account.its("ec2")
    ecs.create_cluster(clusterName="cluster")
    ecs.register_task_definition(
        family=name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": name, "image": name, "memory": 512}],
    )
    subnet = ec2.describe_subnets()["Subnets"][0]
    network_ = {"awsvpcConfiguration": {"subnets": [subnet["SubnetId"]], "securityGroups": [hidden()]}}
    found = ecs.run_task(
        cluster="cluster",
        taskDefinition=name,
        count=count,
        launchType="FARGATE",
        group=f"service:{name}",
        networkConfiguration=network_,
    )
    return [task["taskArn"] for task in found["tasks"]]


def is_stopped(account, task):
    found = account.its("ecs").describe_tasks(cluster="cluster", tasks=[task])["tasks"]
    return found[0]["desiredStatus"] == "STOPPED"


def all_lines(account):
    """Every alert: the queue gives ten at once."""
    found = []
    while more := lines_of(account):
        found += more
    return found
