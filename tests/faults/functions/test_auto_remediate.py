"""Faults of the response to incidents: what stays open, what is lost, what people are not told."""

import json
import time

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from moto.moto_api import state_manager

from functions.auto_remediate import network, tasks
from functions.auto_remediate.handler import LONGEST_LINE, handle
from functions.auto_remediate.remedies import PRIVATE
from functions.common.budget import OutOfTimeError
from functions.common.entry import BadEventError
from tests.faults.functions.battery import KilledError, each_call
from tests.faults.table import Fault, fault, faults
from tests.functions.emulated import hidden
from tests.functions.remediation import (
    QUARANTINE,
    bridge_event,
    call_event,
    finding_event,
    make_group,
    opened_event,
    quarantine_group,
    rules_of,
    run_instance,
    sources_of,
    task_finding,
)

NAME = "auto-remediate"
OPEN = ("tcp", 22, 22, "0.0.0.0/0")


@pytest.fixture(autouse=True)
def tasks_that_run():
    """In moto each look at a task brings it nearer to its end."""
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 10_000})
    yield
    state_manager.unset_transition("ecs::task")


def _on(instance, **service):
    return finding_event({"instanceDetails": {"instanceId": instance}}, **service)


def groups_of(account, instance):
    [reservation] = account.its("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return [[group["GroupId"] for group in each["Groups"]] for each in interfaces]


def _lines(account):
    """All that people were told, a list an alert."""
    return [json.loads(message)["done"] for _, message in account.alerts()]


def _records(account):
    """The groups of before, by the tag's key."""
    found = account.its("ec2").describe_tags(Filters=[{"Name": "resource-type", "Values": ["network-interface"]}])[
        "Tags"
    ]
    return {tag["Key"]: tag["Value"] for tag in found if tag["Key"].startswith(network.BEFORE)}


def _unseen(account, times=1):
    """EC2 does not show the quarantine group at the next looks for it."""
    account.answer("ec2", "DescribeSecurityGroups", [{"SecurityGroups": []}] * times + [None] * 100)


# -- the battery ------------------------------------------------------------------------------------------------------

ISOLATION = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "sns:Publish",
    "ec2:DescribeSecurityGroups",
    "ec2:CreateSecurityGroup",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:CreateTags",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:DescribeSecurityGroups",
    "ec2:CreateTags",
    "ec2:ModifyNetworkInterfaceAttribute",
]
EMPTYING = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSecurityGroupRules",
    "sns:Publish",
    "ec2:DescribeSecurityGroupRules",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
]
STOPPING = [
    "ecs:DescribeTasks",
    "sns:Publish",
    "ecs:TagResource",
    "ecs:ListTasks",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:StopTask",
]
CLOSING = ["s3:GetBucketPublicAccessBlock", "sns:Publish", "s3:PutBucketPublicAccessBlock"]
REVOKING = [
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSecurityGroupRules",
    "sns:Publish",
    "ec2:RevokeSecurityGroupIngress",
]


def _isolation(account):
    instance, groups = run_instance(account, interfaces=2)

    def holds():
        [quarantine] = quarantine_group(account)
        assert groups_of(account, instance) == [[quarantine], [quarantine]]
        assert rules_of(account, quarantine) == []
        told = str(_lines(account))
        recorded = set(_records(account).values())
        assert all(group in told for group in groups)
        assert recorded <= set(groups)

    return _on(instance, count=2), holds


def _emptying(account, context):
    instance, _ = run_instance(account)
    handle(_on(instance), context)
    [quarantine] = quarantine_group(account)
    for open_ in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        getattr(account.its("ec2"), open_)(GroupId=quarantine, IpPermissions=[permission])
    account.alerts()

    def holds():
        assert rules_of(account, quarantine) == []
        assert f"empties {quarantine}" in str(_lines(account))

    return _on(instance, count=2), holds


def _stopping(account, context):
    task, *others = _service(account, 4)

    def holds():
        assert [each for each in (task, *others) if _stopped(account, each)] == [task]
        assert f"stops {task}" in str(_lines(account))

    return task_finding("cluster", task), holds


def _closing(account, context):
    account.its("s3").create_bucket(Bucket="open")

    def holds():
        found = account.its("s3").get_public_access_block(Bucket="open")["PublicAccessBlockConfiguration"]
        assert found == PRIVATE
        assert "makes the bucket open private again" in str(_lines(account))

    return call_event("PutBucketAcl", {"bucketName": "open"}), holds


def _revoking(account, context):
    group = make_group(account, OPEN, ("tcp", 5432, 5432, "10.0.0.0/16"))

    def holds():
        assert sources_of(account, group) == [("10.0.0.0/16", 5432)]
        assert f"closes {group}" in str(_lines(account))

    return opened_event(group), holds


SCENARIOS = {
    "an isolation": (ISOLATION, lambda account, _: _isolation(account)),
    "a filled quarantine group": (EMPTYING, _emptying),
    "a task": (STOPPING, _stopping),
    "a bucket": (CLOSING, _closing),
    "a group": (REVOKING, _revoking),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_calls_of_a_scenario(account, context, scenario):
    """Each of these is broken below; the table is exact."""
    calls, prepare = SCENARIOS[scenario]
    event, holds = prepare(account, context)
    account.calls.clear()
    handle(event, context)
    assert account.actions == calls
    holds()


@faults(
    NAME,
    *(
        row
        for scenario, (calls, _) in SCENARIOS.items()
        for row in each_call(scenario, calls, "when the event comes again, all is done and people were told of all")
    ),
)
def test_each_call_may_fail(account, context, fault, breaker):
    """Whatever call does not succeed, and however: nothing is left open, nothing is left untold."""
    scenario, broken = fault.given
    event, holds = SCENARIOS[scenario][1](account, context)
    breaker.end_with(broken, lambda: handle(event, context))
    handle(event, context)
    holds()


# -- isolation --------------------------------------------------------------------------------------------------------


@faults(
    NAME,
    Fault(name="shown", broken="two instances at once, and no quarantine group yet", holds="both are isolated"),
    Fault(
        name="not-shown",
        broken="the same, and EC2 takes a while to show the group that the other run made",
        holds="both are isolated",
        given=3,
    ),
)
def test_two_instances_at_once(account, context, fault):
    """The other run makes the group between this one's look and its call."""
    first, _ = run_instance(account)
    second, _ = run_instance(account, name="other")
    handle(_on(first), context)
    _unseen(account, times=2 + (fault.given or 0))
    handle(_on(second), context)
    [quarantine] = quarantine_group(account)
    assert groups_of(account, first) == groups_of(account, second) == [[quarantine]]
    assert context.slept == [2] * (fault.given or 0)


@fault(NAME, broken="EC2 never shows the group that another run made", holds="it ends in time, is told and raised")
def test_a_group_that_is_never_shown(account, context):
    context.seconds = 120
    first, _ = run_instance(account)
    second, _ = run_instance(account, name="other")
    handle(_on(first), context)
    account.alerts()
    _unseen(account, times=100)
    with pytest.raises(OutOfTimeError, match=f"EC2 to show the group {QUARANTINE}"):
        handle(_on(second), context)
    assert context.get_remaining_time_in_millis() >= 60_000
    assert "FAILED: isolates" in str(_lines(account)[1])


@fault(NAME, broken="AWS refuses one of three interfaces", holds="the others are isolated, it is told and raised")
def test_one_refused_interface(account, context):
    instance, groups = run_instance(account, interfaces=3)
    account.refuse("ec2", "ModifyNetworkInterfaceAttribute", "OperationNotPermitted", times=1)
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        handle(_on(instance), context)
    [quarantine] = quarantine_group(account)
    assert sorted(groups_of(account, instance)) == sorted([[groups[0]], [quarantine], [quarantine]])
    before, after = _lines(account)
    assert len(before) == 3
    assert [line.partition(":")[0] for line in after] == ["FAILED"]
    handle(_on(instance), context)
    assert groups_of(account, instance) == [[quarantine]] * 3


@fault(NAME, broken="every interface is refused", holds="all refusals are raised together")
def test_all_interfaces_refused(account, context):
    instance, _ = run_instance(account, interfaces=2)
    account.refuse("ec2", "ModifyNetworkInterfaceAttribute", "OperationNotPermitted")
    with pytest.raises(ExceptionGroup, match="is not complete") as raised:
        handle(_on(instance), context)
    assert len(raised.value.exceptions) == 2


@fault(
    NAME,
    broken="a second finding on an isolated interface that somebody gave another group",
    holds="it is isolated again, and the record from before the first is kept",
)
def test_the_first_record_is_kept(account, context):
    instance, groups = run_instance(account)
    handle(_on(instance), context)
    [quarantine] = quarantine_group(account)
    other = make_group(account, name="other")
    [interface] = network.interfaces(instance)
    for given in ([quarantine, other], [other]):
        account.its("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface.id, Groups=given)
        handle(_on(instance), context)
        assert groups_of(account, instance) == [[quarantine]]
    assert _records(account) == {
        "groups-before-quarantine": groups[0],
        "groups-before-quarantine-2": f"{quarantine} {other}",
        "groups-before-quarantine-3": other,
    }


@fault(NAME, broken="an interface has 16 groups, more than a tag holds", holds="all stand in tags, and it is isolated")
def test_many_groups(account, context):
    instance, _ = run_instance(account)
    groups = [make_group(account, name=f"many-{number}") for number in range(16)]
    [interface] = network.interfaces(instance)
    account.its("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface.id, Groups=groups)
    handle(_on(instance), context)
    records = _records(account)
    assert sorted(" ".join(records[key] for key in sorted(records)).split()) == sorted(groups)
    assert sorted(map(len, records.values())) == [4 * 21 - 1, 12 * 21 - 1]
    assert groups_of(account, instance) == [quarantine_group(account)]


@fault(NAME, broken="the record cannot be written", holds="the interface is isolated, and the alert has the record")
def test_a_record_that_cannot_be_written(account, context):
    instance, groups = run_instance(account)
    account.refuse("ec2", "CreateTags", "TagLimitExceeded")
    with pytest.raises(ClientError, match="TagLimitExceeded"):
        handle(_on(instance), context)
    assert groups_of(account, instance) == [quarantine_group(account)]
    assert f"before {groups[0]}" in str(_lines(account))


@fault(NAME, broken="EC2 does not list the rule of a new group yet", holds="the quarantine group has no rule")
def test_a_rule_that_is_not_listed(account, context):
    instance, _ = run_instance(account)
    account.answer("ec2", "DescribeSecurityGroupRules", [{"SecurityGroupRules": []}] * 10)
    handle(_on(instance), context)
    [quarantine] = quarantine_group(account)
    assert rules_of(account, quarantine) == []


@fault(
    NAME,
    broken="the quarantine group cannot be emptied",
    holds="the interface is isolated in it all the same, and the next run empties it",
)
def test_a_group_that_cannot_be_emptied(account, context):
    instance, _ = run_instance(account)
    account.refuse("ec2", "RevokeSecurityGroupEgress", "RequestLimitExceeded", times=1)
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        handle(_on(instance), context)
    [quarantine] = quarantine_group(account)
    assert groups_of(account, instance) == [[quarantine]]
    assert len(rules_of(account, quarantine)) == 1
    handle(_on(instance, count=2), context)
    assert rules_of(account, quarantine) == []


# -- groups and buckets -----------------------------------------------------------------------------------------------


@faults(
    NAME,
    *(
        Fault(
            name=f"{gone}-of-{count}",
            broken=f"{gone} of {count} rules vanished since they were looked at",
            holds="the others are revoked",
            given=(gone, count),
        )
        for gone, count in ((1, 1), (1, 3), (2, 3), (3, 3))
    ),
)
def test_rules_that_vanish(account, context, fault):
    gone, count = fault.given
    group = make_group(account, *(("tcp", port, port, "0.0.0.0/0") for port in range(22, 22 + count)))
    found = [rule for rule in rules_of(account, group) if not rule["IsEgress"]]
    account.answer("ec2", "DescribeSecurityGroupRules", [{"SecurityGroupRules": found}, None])
    ids = [rule["SecurityGroupRuleId"] for rule in found[:gone]]
    account.its("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ids)
    handle(opened_event(group), context)
    assert sources_of(account, group) == []
    assert len(_lines(account)) == 1


@fault(NAME, broken="one rule vanished and AWS refuses another", holds="the third is revoked; it is told and raised")
def test_a_rule_that_vanishes_and_one_that_is_refused(account, context):
    group = make_group(account, *(("tcp", port, port, "0.0.0.0/0") for port in (22, 23, 24)))
    found = [rule for rule in rules_of(account, group) if not rule["IsEgress"]]
    account.answer("ec2", "DescribeSecurityGroupRules", [{"SecurityGroupRules": found}, None])
    account.its("ec2").revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[found[0]["SecurityGroupRuleId"]]
    )

    def refuse_second(given):
        if given["SecurityGroupRuleIds"] == [found[1]["SecurityGroupRuleId"]]:
            raise ClientError({"Error": {"Code": "RequestLimitExceeded"}}, "RevokeSecurityGroupIngress")

    account.answer("ec2", "RevokeSecurityGroupIngress", [refuse_second] * 4)
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        handle(opened_event(group), context)
    assert sources_of(account, group) == [("0.0.0.0/0", found[1]["FromPort"])]
    assert _lines(account)[1][0].startswith(f"FAILED: closes {group}")


@fault(NAME, broken="a bucket is deleted after it was looked at", holds="nothing is left to do, and nothing fails")
def test_a_bucket_that_vanishes(account, context):
    account.answer("s3", "GetPublicAccessBlock", [{"PublicAccessBlockConfiguration": {}}])
    handle(call_event("PutBucketAcl", {"bucketName": "gone"}), context)
    assert account.actions == CLOSING


# -- tasks ------------------------------------------------------------------------------------------------------------


def _service(account, count, name="api"):
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


def _stopped(account, task):
    found = account.its("ecs").describe_tasks(cluster="cluster", tasks=[task])["tasks"]
    return found[0]["desiredStatus"] == "STOPPED"


@faults(
    NAME,
    *(
        Fault(
            name=f"{count}-tasks",
            broken=f"one false finding for each of {count} tasks of a service",
            holds=f"{stopped} of them stopped, people are called for the others",
            given=(count, stopped),
        )
        for count, stopped in ((1, 1), (2, 1), (3, 1), (7, 2), (9, 2))
    ),
)
def test_a_false_finding_for_each_task(account, context, fault):
    """Of nine the third stopped one would be the third of the seven that are left; the service starts others."""
    count, stopped = fault.given
    arns = _service(account, count)
    for arn in arns:
        handle(task_finding("cluster", arn), context)
    assert sum(_stopped(account, arn) for arn in arns) == stopped
    told = [line for lines in _all(account) for line in lines]
    assert sum(line.startswith("NOT STOPPED: ") for line in told) == count - stopped


def _all(account):
    """Every alert: the queue gives ten at once."""
    found = []
    while more := _lines(account):
        found += more
    return found


@fault(NAME, broken="findings for all tasks at the same moment", holds="none misses another; at worst people stop them")
def test_findings_at_the_same_moment(account, context):
    """All runs have written that they want to stop their task when the first of them counts."""
    arns = _service(account, 4)
    now = [{"key": tasks.CLAIM, "value": str(int(time.time()))}]
    for arn in arns:
        account.its("ecs").tag_resource(resourceArn=arn, tags=now)
    for arn in arns:
        handle(task_finding("cluster", arn), context)
    assert not any(_stopped(account, arn) for arn in arns)
    assert len(_all(account)) == 8


@faults(
    NAME,
    Fault(name="fresh", broken="another task was stopped 59 minutes ago", holds="people are called", given=(59, False)),
    Fault(name="old", broken="another task was stopped 61 minutes ago", holds="this one is stopped", given=(61, True)),
)
def test_an_hour_later(account, context, fault):
    minutes, stopped = fault.given
    task, other = _service(account, 2)
    claim = [{"key": tasks.CLAIM, "value": str(int(time.time()) - 60 * minutes)}]
    account.its("ecs").tag_resource(resourceArn=other, tags=claim)
    handle(task_finding("cluster", task), context)
    assert _stopped(account, task) is stopped


@fault(NAME, broken="more than 100 tasks, as many as ECS describes at once", holds="all of them are counted")
def test_many_tasks(account, context):
    task, *others = _service(account, 120)
    claim = [{"key": tasks.CLAIM, "value": str(int(time.time()))}]
    for each in others[:40]:
        account.its("ecs").tag_resource(resourceArn=each, tags=claim)
    handle(task_finding("cluster", task), context)
    assert not _stopped(account, task)
    assert "Of 120 tasks of service:api 40 were to be stopped" in str(_lines(account))


@fault(NAME, broken="somebody tagged tasks with words of their own", holds="they are no claims; the task is stopped")
def test_other_tags(account, context):
    task, other = _service(account, 2)
    tags = [{"key": tasks.CLAIM, "value": "yes"}, {"key": "name", "value": "1"}]
    account.its("ecs").tag_resource(resourceArn=other, tags=tags)
    handle(task_finding("cluster", task), context)
    assert _stopped(account, task)


@fault(NAME, broken="a finding comes again while its task is stopping", holds="it is not stopped or told again")
def test_a_task_that_is_stopping(account, context):
    stopping = {"lastStatus": "DEACTIVATING", "desiredStatus": "STOPPED", "group": "service:api"}
    account.answer("ecs", "DescribeTasks", [{"tasks": [stopping]}])
    event = task_finding("cluster", "task")
    event["detail"]["service"]["count"] = 2
    handle(event, context)
    assert account.actions == ["ecs:DescribeTasks"]


@fault(NAME, broken="the cluster of a compromised task is gone", holds="it is told, and nothing fails")
def test_a_cluster_that_is_gone(account, context):
    handle(task_finding("gone", "task"), context)
    assert account.actions == ["ecs:DescribeTasks", "sns:Publish"]


# -- alerts and events ------------------------------------------------------------------------------------------------


@fault(NAME, broken="SNS refuses the alert before the response", holds="all is done, and people are told after it")
def test_an_alert_that_is_refused_once(account, context):
    group = make_group(account, OPEN)
    account.refuse("sns", "Publish", "InternalError", times=1)
    handle(opened_event(group), context)
    assert sources_of(account, group) == []
    assert f"closes {group}" in str(_lines(account))


@fault(NAME, broken="the run is killed between alert and response", holds="the next tells it again, and does it")
def test_killed_before_the_response(account, context, breaker):
    group = make_group(account, OPEN)
    breaker.arm_after("sns:Publish")
    with pytest.raises(KilledError):
        handle(opened_event(group), context)
    assert sources_of(account, group) == [("0.0.0.0/0", 22)]
    breaker.arm(None)
    handle(opened_event(group), context)
    assert sources_of(account, group) == []
    assert len(_lines(account)) == 2


@fault(NAME, broken="one subject of two cannot be looked at", holds="the other is remedied; both are told")
def test_one_subject_of_two(account, context):
    for name in ("first", "second"):
        account.its("s3").create_bucket(Bucket=name)
    account.refuse("s3", "GetPublicAccessBlock", "SlowDown", times=1)
    event = finding_event({"s3BucketDetails": [{"name": "first"}, {"name": "second"}]}, kind="Policy:S3/BucketPublic")
    with pytest.raises(ClientError, match="SlowDown"):
        handle(event, context)
    [told] = _lines(account)
    assert [line.partition(":")[0] for line in told] == [
        "FAILED on Bucket(name='first')",
        "makes the bucket second private again; its policy and ACL are as they were, without effect",
    ]


@faults(
    NAME,
    Fault(name="title", broken="a finding whose title has 300,000 characters", holds="people are told, cut short"),
    Fault(
        name="subjects",
        broken="a finding on 60 buckets",
        holds="all are closed; people are told of 40 and how many more",
    ),
)
def test_huge_events(account, context, fault):
    names = [f"bucket-{number}" for number in range(60 if fault.name == "subjects" else 1)]
    for name in names:
        account.its("s3").create_bucket(Bucket=name)
    event = finding_event({"s3BucketDetails": [{"name": name} for name in names]}, kind="Policy:S3/BucketPublic")
    if fault.name == "title":
        event["detail"]["title"] = "x" * 300_000
    handle(event, context)
    [(subject, message)] = account.alerts()
    alert = json.loads(message)
    assert len(subject) <= 100
    assert len(alert["incident"]) <= LONGEST_LINE
    assert len(message) < 256 * 1024
    assert len(alert["done"]) == min(len(names), 41)
    if fault.name == "subjects":
        assert alert["done"][-1] == "and 20 more, in the function's log"
    for name in names:
        assert account.its("s3").get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == PRIVATE


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event with {name}", holds="it is refused before anything is called", given=event)
        for name, event in {
            "no-detail": {"detail-type": "GuardDuty Finding", "account": "1", "region": "r"},
            "a-list-for-detail": bridge_event("GuardDuty Finding", []),
            "a-word-for-severity": finding_event({}, severity="grave"),
            "null-for-severity": finding_event({}, severity=None),
            "a-word-for-resource": finding_event("i-1"),
            "a-number-for-type": finding_event({"s3BucketDetails": []}, kind=7),
            "buckets-without-name": finding_event({"s3BucketDetails": [{}]}, kind="Policy:S3/X"),
            "an-unknown-kind": bridge_event("EC2 Spot Instance Interruption Warning", {}),
            "an-unknown-call": call_event("DeleteBucket", {"bucketName": "b"}),
            "a-call-without-parameters": call_event("PutBucketPolicy", None),
            "a-list-of-parameters": call_event("PutBucketPolicy", ["bucketName"]),
        }.items()
    ),
)
def test_malformed_events(account, context, fault):
    with pytest.raises(BadEventError):
        handle(fault.given, context)
    assert account.calls == []


@faults(
    NAME,
    *(
        Fault(
            name=name, broken=f"a subject that is {name}", holds="it is told and raised; AWS is not asked", given=event
        )
        for name, event in {
            "a number": finding_event({"instanceDetails": {"instanceId": 7}}),
            "a table": finding_event({"s3BucketDetails": [{"name": {"a": 1}}]}, kind="Policy:S3/X"),
        }.items()
    ),
)
def test_malformed_subjects(account, context, fault):
    with pytest.raises((ParamValidationError, TypeError)):
        handle(fault.given, context)
    assert "FAILED on" in str(_lines(account))
