"""Calls of the response to incidents that fail one after the other: nothing stays open, nothing is left untold."""

import pytest

from functions.auto_remediate.handler import handle
from functions.auto_remediate.remedies import PRIVATE
from tests.faults.functions.battery import each_call
from tests.faults.functions.responses import (
    NAME,
    OPEN,
    finding_on,
    groups_of,
    is_stopped,
    lines_of,
    records_of,
    run_service,
)
from tests.faults.table import faults
from tests.functions.remediation import (
    call_event,
    make_group,
    opened_event,
    quarantine_group,
    rules_of,
    run_instance,
    sources_of,
    task_finding,
)

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
        told = str(lines_of(account))
        recorded = set(records_of(account).values())
        assert all(group in told for group in groups)
        assert recorded <= set(groups)

    return finding_on(instance, count=2), holds


def _emptying(account, context):
    instance, _ = run_instance(account)
    handle(finding_on(instance), context)
    [quarantine] = quarantine_group(account)
    for open_ in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        getattr(account.its("ec2"), open_)(GroupId=quarantine, IpPermissions=[permission])
    account.alerts()

    def holds():
        assert rules_of(account, quarantine) == []
        assert f"empties {quarantine}" in str(lines_of(account))

    return finding_on(instance, count=2), holds


def _stopping(account, context):
    task, *others = run_service(account, 4)

    def holds():
        assert [each for each in (task, *others) if is_stopped(account, each)] == [task]
        assert f"stops {task}" in str(lines_of(account))

    return task_finding("cluster", task), holds


def _closing(account, context):
    account.its("s3").create_bucket(Bucket="open")

    def holds():
        found = account.its("s3").get_public_access_block(Bucket="open")["PublicAccessBlockConfiguration"]
        assert found == PRIVATE
        assert "makes the bucket open private again" in str(lines_of(account))

    return call_event("PutBucketAcl", {"bucketName": "open"}), holds


def _revoking(account, context):
    group = make_group(account, OPEN, ("tcp", 5432, 5432, "10.0.0.0/16"))

    def holds():
        assert sources_of(account, group) == [("10.0.0.0/16", 5432)]
        assert f"closes {group}" in str(lines_of(account))

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
