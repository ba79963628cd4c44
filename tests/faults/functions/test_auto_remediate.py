"""Faults of the response to incidents: tasks that must not all be stopped, alerts that are lost, odd events."""

import json
import time

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from functions.auto_remediate import tasks
from functions.auto_remediate.handler import LONGEST_LINE, handle
from functions.auto_remediate.remedies import PRIVATE
from functions.common.entry import BadEventError
from tests.faults.functions.battery import KilledError
from tests.faults.functions.responses import (
    NAME,
    OPEN,
    all_lines,
    is_stopped,
    lines_of,
    run_service,
)
from tests.faults.table import Fault, fault, faults
from tests.functions.remediation import (
    bridge_event,
    call_event,
    finding_event,
    make_group,
    opened_event,
    sources_of,
    task_finding,
)


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
    arns = run_service(account, count)
    for arn in arns:
        handle(task_finding("cluster", arn), context)
    assert sum(is_stopped(account, arn) for arn in arns) == stopped
    told = [line for lines in all_lines(account) for line in lines]
    assert sum(line.startswith("NOT STOPPED: ") for line in told) == count - stopped


@fault(NAME, broken="findings for all tasks at the same moment", holds="none misses another; at worst people stop them")
def test_findings_at_the_same_moment(account, context):
    """All runs have written that they want to stop their task when the first of them counts."""
    arns = run_service(account, 4)
    now = [{"key": tasks.CLAIM, "value": str(int(time.time()))}]
    for arn in arns:
        account.its("ecs").tag_resource(resourceArn=arn, tags=now)
    for arn in arns:
        handle(task_finding("cluster", arn), context)
    assert not any(is_stopped(account, arn) for arn in arns)
    assert len(all_lines(account)) == 8


@faults(
    NAME,
    Fault(name="fresh", broken="another task was stopped 59 minutes ago", holds="people are called", given=(59, False)),
    Fault(name="old", broken="another task was stopped 61 minutes ago", holds="this one is stopped", given=(61, True)),
)
def test_an_hour_later(account, context, fault):
    minutes, stopped = fault.given
    task, other = run_service(account, 2)
    claim = [{"key": tasks.CLAIM, "value": str(int(time.time()) - 60 * minutes)}]
    account.its("ecs").tag_resource(resourceArn=other, tags=claim)
    handle(task_finding("cluster", task), context)
    assert is_stopped(account, task) is stopped


@fault(NAME, broken="more than 100 tasks, as many as ECS describes at once", holds="all of them are counted")
def test_many_tasks(account, context):
    task, *others = run_service(account, 120)
    claim = [{"key": tasks.CLAIM, "value": str(int(time.time()))}]
    for each in others[:40]:
        account.its("ecs").tag_resource(resourceArn=each, tags=claim)
    handle(task_finding("cluster", task), context)
    assert not is_stopped(account, task)
    assert "Of 120 tasks of service:api 40 were to be stopped" in str(lines_of(account))


@fault(NAME, broken="somebody tagged tasks with words of their own", holds="they are no claims; the task is stopped")
def test_other_tags(account, context):
    task, other = run_service(account, 2)
    tags = [{"key": tasks.CLAIM, "value": "yes"}, {"key": "name", "value": "1"}]
    account.its("ecs").tag_resource(resourceArn=other, tags=tags)
    handle(task_finding("cluster", task), context)
    assert is_stopped(account, task)


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


@fault(NAME, broken="SNS refuses the alert before the response", holds="all is done, and people are told after it")
def test_an_alert_that_is_refused_once(account, context):
    group = make_group(account, OPEN)
    account.refuse("sns", "Publish", "InternalError", times=1)
    handle(opened_event(group), context)
    assert sources_of(account, group) == []
    assert f"closes {group}" in str(lines_of(account))


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
    assert len(lines_of(account)) == 2


@fault(NAME, broken="one subject of two cannot be looked at", holds="the other is remedied; both are told")
def test_one_subject_of_two(account, context):
    for name in ("first", "second"):
        account.its("s3").create_bucket(Bucket=name)
    account.refuse("s3", "GetPublicAccessBlock", "SlowDown", times=1)
    event = finding_event({"s3BucketDetails": [{"name": "first"}, {"name": "second"}]}, kind="Policy:S3/BucketPublic")
    with pytest.raises(ClientError, match="SlowDown"):
        handle(event, context)
    [told] = lines_of(account)
    assert [line.partition(":")[0] for line in told] == [
        "FAILED on OpenBucket(name='first')",
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
    assert "FAILED on" in str(lines_of(account))
