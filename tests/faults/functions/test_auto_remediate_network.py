"""Faults of isolation and revocation: interfaces, security groups and buckets that are not as they were."""

import pytest
from botocore.exceptions import ClientError

from functions.auto_remediate import network
from functions.auto_remediate.handler import handle
from functions.common.budget import OutOfTimeError
from tests.faults.functions.responses import NAME, finding_on, groups_of, hide_group, lines_of, records_of
from tests.faults.table import Fault, fault, faults
from tests.functions.remediation import (
    QUARANTINE,
    call_event,
    make_group,
    opened_event,
    quarantine_group,
    rules_of,
    run_instance,
    sources_of,
)


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
    handle(finding_on(first), context)
    hide_group(account, times=2 + (fault.given or 0))
    handle(finding_on(second), context)
    [quarantine] = quarantine_group(account)
    assert groups_of(account, first) == groups_of(account, second) == [[quarantine]]
    assert context.slept == [2] * (fault.given or 0)


@fault(NAME, broken="EC2 never shows the group that another run made", holds="it ends in time, is told and raised")
def test_a_group_that_is_never_shown(account, context):
    context.seconds = 120
    first, _ = run_instance(account)
    second, _ = run_instance(account, name="other")
    handle(finding_on(first), context)
    account.alerts()
    hide_group(account, times=100)
    with pytest.raises(OutOfTimeError, match=f"EC2 to show the group {QUARANTINE}"):
        handle(finding_on(second), context)
    assert context.get_remaining_time_in_millis() >= 60_000
    assert "FAILED: isolates" in str(lines_of(account)[1])


@fault(NAME, broken="AWS refuses one of three interfaces", holds="the others are isolated, it is told and raised")
def test_one_refused_interface(account, context):
    instance, groups = run_instance(account, interfaces=3)
    account.refuse("ec2", "ModifyNetworkInterfaceAttribute", "OperationNotPermitted", times=1)
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        handle(finding_on(instance), context)
    [quarantine] = quarantine_group(account)
    assert sorted(groups_of(account, instance)) == sorted([[groups[0]], [quarantine], [quarantine]])
    before, after = lines_of(account)
    assert len(before) == 3
    assert [line.partition(":")[0] for line in after] == ["FAILED"]
    handle(finding_on(instance), context)
    assert groups_of(account, instance) == [[quarantine]] * 3


@fault(NAME, broken="every interface is refused", holds="all refusals are raised together")
def test_all_interfaces_refused(account, context):
    instance, _ = run_instance(account, interfaces=2)
    account.refuse("ec2", "ModifyNetworkInterfaceAttribute", "OperationNotPermitted")
    with pytest.raises(ExceptionGroup, match="is not complete") as raised:
        handle(finding_on(instance), context)
    assert len(raised.value.exceptions) == 2


@fault(
    NAME,
    broken="a second finding on an isolated interface that somebody gave another group",
    holds="it is isolated again, and the record from before the first is kept",
)
def test_the_first_record_is_kept(account, context):
    instance, groups = run_instance(account)
    handle(finding_on(instance), context)
    [quarantine] = quarantine_group(account)
    other = make_group(account, name="other")
    [interface] = network.interfaces(instance)
    for given in ([quarantine, other], [other]):
        account.its("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface.id, Groups=given)
        handle(finding_on(instance), context)
        assert groups_of(account, instance) == [[quarantine]]
    assert records_of(account) == {
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
    handle(finding_on(instance), context)
    records = records_of(account)
    assert sorted(" ".join(records[key] for key in sorted(records)).split()) == sorted(groups)
    assert sorted(map(len, records.values())) == [4 * 21 - 1, 12 * 21 - 1]
    assert groups_of(account, instance) == [quarantine_group(account)]


@fault(NAME, broken="the record cannot be written", holds="the interface is isolated, and the alert has the record")
def test_a_record_that_cannot_be_written(account, context):
    instance, groups = run_instance(account)
    account.refuse("ec2", "CreateTags", "TagLimitExceeded")
    with pytest.raises(ClientError, match="TagLimitExceeded"):
        handle(finding_on(instance), context)
    assert groups_of(account, instance) == [quarantine_group(account)]
    assert f"before {groups[0]}" in str(lines_of(account))


@fault(NAME, broken="EC2 does not list the rule of a new group yet", holds="the quarantine group has no rule")
def test_a_rule_that_is_not_listed(account, context):
    instance, _ = run_instance(account)
    account.answer("ec2", "DescribeSecurityGroupRules", [{"SecurityGroupRules": []}] * 10)
    handle(finding_on(instance), context)
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
        handle(finding_on(instance), context)
    [quarantine] = quarantine_group(account)
    assert groups_of(account, instance) == [[quarantine]]
    assert len(rules_of(account, quarantine)) == 1
    handle(finding_on(instance, count=2), context)
    assert rules_of(account, quarantine) == []


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
    assert len(lines_of(account)) == 1


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
    assert lines_of(account)[1][0].startswith(f"FAILED: closes {group}")


@fault(NAME, broken="a bucket is deleted after it was looked at", holds="nothing is left to do, and nothing fails")
def test_a_bucket_that_vanishes(account, context):
    account.answer("s3", "GetPublicAccessBlock", [{"PublicAccessBlockConfiguration": {}}])
    handle(call_event("PutBucketAcl", {"bucketName": "gone"}), context)
    assert account.actions == ["s3:GetBucketPublicAccessBlock", "sns:Publish", "s3:PutBucketPublicAccessBlock"]
