"""auto-remediate: compromised instances and tasks."""

import json

import pytest

from functions.auto_remediate.handler import handle
from tests.functions.remediation import (
    QUARANTINE,
    WHERE,
    finding_event,
    quarantine_group,
    rules_of,
    run_instance,
    run_task,
    task_finding,
)


def _groups(aws, instance):
    [reservation] = aws.its("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return [[group["GroupId"] for group in each["Groups"]] for each in interfaces]


@pytest.mark.requirement("CP-AUTO-10", stacks=["shared"])
def test_a_compromised_instance_is_isolated(account, context):
    """Every interface has one group without any rule, its former ones stand in a tag, and people are told."""
    instance, groups = run_instance(account, interfaces=2)
    handle(finding_event({"resourceType": "Instance", "instanceDetails": {"instanceId": instance}}), context)
    [quarantine] = quarantine_group(account)
    assert _groups(account, instance) == [[quarantine], [quarantine]]
    assert rules_of(account, quarantine) == []
    tags = account.its("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["groups-before-quarantine"]}])["Tags"]
    assert sorted(tag["Value"] for tag in tags) == sorted(groups)
    [(subject, message)] = account.alerts()
    assert (
        subject
        == "GuardDuty, severity 8: It talks to a known command and control server. (Backdoor:Runtime/C&CActiv..."
    )
    assert len(subject) == 100
    alert = json.loads(message)
    assert alert["incident"].endswith("(Backdoor:Runtime/C&CActivity.B, f1)")
    assert (alert["where"], alert["next"]) == (WHERE, "docs/runbooks/incident-response.md")
    assert [line.partition(":")[0] for line in alert["done"]] == [f"isolates {instance}"] * 2
    assert f"gets only the group {QUARANTINE}, before {groups[0]}" in alert["done"][0]


def test_a_second_finding_on_an_isolated_instance_is_told_only(account, context):
    """Nothing is changed again, and the tag keeps the groups of before."""
    instance, groups = run_instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(finding_event(resource), context)
    account.calls.clear()
    handle(finding_event(resource), context)
    assert not {"ec2:CreateTags", "ec2:ModifyNetworkInterfaceAttribute", "ec2:CreateSecurityGroup"} & set(
        account.actions
    )
    tags = account.its("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["groups-before-quarantine"]}])["Tags"]
    assert [tag["Value"] for tag in tags] == groups
    assert "Nothing was done automatically." in account.alerts()[1][1]


def test_the_same_finding_counted_again_tells_nobody(account, context):
    """GuardDuty sends a finding again when it goes on; what was isolated stays so."""
    instance, _ = run_instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(finding_event(resource), context)
    handle(finding_event(resource, count=2), context)
    assert len(account.alerts()) == 1


def test_a_quarantine_group_that_was_filled_is_emptied(account, context):
    """Rules in it would let an isolated machine talk."""
    instance, _ = run_instance(account)
    resource = {"instanceDetails": {"instanceId": instance}}
    handle(finding_event(resource), context)
    [quarantine] = quarantine_group(account)
    for open_ in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        getattr(account.its("ec2"), open_)(GroupId=quarantine, IpPermissions=[permission])
    assert len(rules_of(account, quarantine)) == 2
    handle(finding_event(resource), context)
    assert rules_of(account, quarantine) == []
    assert quarantine_group(account) == [quarantine]


@pytest.mark.requirement("CP-AUTO-10", stacks=["shared"])
def test_a_compromised_task_is_stopped(account, context, log):
    """After what is known of it was logged; its overrides are not, for they may carry secrets (N-19)."""
    cluster, task, secret = run_task(account)
    handle(task_finding(cluster, task), context)
    assert account.its("ecs").describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"
    assert account.actions == ["ecs:DescribeTasks", "sns:Publish", "ecs:StopTask"]
    [(_, message)] = account.alerts()
    assert f"stops {task}; its service starts another, and the function's log has what was known of it" in message
    [evidence] = [record["evidence"] for record in log.records if "evidence" in record]
    assert evidence["taskArn"] == task
    assert evidence["taskDefinitionArn"].endswith(":task-definition/api:1")
    assert secret not in log.text


def test_evidence_names_images_and_no_environment(account, context, log):
    """What ECS says of containers, less what does not help."""
    container = {"name": "api", "image": "api:1", "imageDigest": "sha256:1", "lastStatus": "RUNNING", "cpu": "256"}
    task = {"lastStatus": "RUNNING", "taskArn": "task", "group": "family:api", "containers": [container]}
    account.answer("ecs", "DescribeTasks", [{"tasks": [task]}])
    account.answer("ecs", "StopTask", [{}])
    handle(task_finding("cluster", "task"), context)
    [evidence] = [record["evidence"] for record in log.records if "evidence" in record]
    del container["cpu"]
    assert evidence == {"lastStatus": "RUNNING", "taskArn": "task", "group": "family:api", "containers": [container]}


@pytest.mark.parametrize(
    "found", [[], [{"lastStatus": "STOPPED"}], [{"lastStatus": "DEACTIVATING", "desiredStatus": "STOPPED"}]]
)
def test_a_task_that_is_gone_is_told_only(account, context, found):
    account.answer("ecs", "DescribeTasks", [{"tasks": found}])
    handle(task_finding("cluster", "task"), context)
    assert account.actions == ["ecs:DescribeTasks", "sns:Publish"]


def test_an_instance_that_is_gone_is_told_only(account, context):
    handle(finding_event({"instanceDetails": {"instanceId": "i-0123456789abcdef0"}}), context)
    assert account.actions == ["ec2:DescribeNetworkInterfaces", "sns:Publish"]
