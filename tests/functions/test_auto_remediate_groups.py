"""auto-remediate: security groups that somebody opened."""

import pytest

from functions.auto_remediate.events import OpenGroup, read
from functions.auto_remediate.handler import handle
from tests.functions.emulated import ACCOUNT
from tests.functions.remediation import (
    BALANCER,
    call_event,
    compliance_event,
    make_group,
    opened_event,
    rules_of,
    sources_of,
)


@pytest.mark.requirement("CP-AUTO-13", stacks=["shared"])
def test_an_opened_group_is_closed(account, context):
    """The rule that lets the world in goes, the others stay, and people are told which."""
    group = make_group(account, ("tcp", 22, 22, "0.0.0.0/0"), ("tcp", 5432, 5432, "10.0.0.0/16"))
    handle(opened_event(group), context)
    assert sources_of(account, group) == [("10.0.0.0/16", 5432)]
    [(subject, message)] = account.alerts()
    assert subject.startswith(f"AuthorizeSecurityGroupIngress by arn:aws:sts::{ACCOUNT}:assumed-role/developer/eve")
    assert f"closes {group} (app): revokes sgr-" in message
    assert "(0.0.0.0/0, tcp 22-22)" in message


@pytest.mark.requirement("CP-AUTO-13", stacks=["shared"])
@pytest.mark.parametrize(
    ("permission", "stays"),
    [
        (("tcp", 443, 443, "0.0.0.0/0"), True),
        (("tcp", 80, 80, "0.0.0.0/0"), True),
        (("tcp", 443, 443, "::/0"), True),
        (("tcp", 80, 443, "0.0.0.0/0"), False),
        (("udp", 443, 443, "0.0.0.0/0"), False),
        (("tcp", 8080, 8080, "0.0.0.0/0"), False),
        (("-1", -1, -1, "0.0.0.0/0"), False),
    ],
)
def test_the_load_balancer_serves_the_world_on_its_two_ports(account, context, permission, stays):
    """80 and 443 over TCP and not a port more; in any other group they are no exception."""
    balancer = make_group(account, permission, name=BALANCER)
    handle(opened_event(balancer), context)
    assert bool(sources_of(account, balancer)) is stays
    assert len(account.alerts()) == (not stays)
    other = make_group(account, permission)
    handle(opened_event(other), context)
    assert sources_of(account, other) == []


@pytest.mark.parametrize(
    ("source", "stays"),
    [("0.0.0.0/1", False), ("128.0.0.0/1", False), ("::/0", False), ("2000::/3", False), ("10.0.0.0/8", True)],
)
def test_the_world_in_pieces_is_the_world(account, context, source, stays):
    """Two halves let everybody in as well as the whole does."""
    group = make_group(account, ("tcp", 22, 22, source))
    handle(opened_event(group), context)
    assert bool(sources_of(account, group)) is stays


@pytest.mark.parametrize("port", [22, 443])
def test_groups_admit_groups(account, context, port):
    """A rule whose source is a group has no addresses to judge; egress to the world is no way in."""
    group = make_group(account)
    pair = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group}]}
    account.its("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
    before = rules_of(account, group)
    handle(opened_event(group), context)
    assert rules_of(account, group) == before
    assert any(rule.get("CidrIpv4") == "0.0.0.0/0" and rule["IsEgress"] for rule in before)
    assert account.alerts() == []


def test_every_way_to_name_the_group(account, context):
    """Modified rules, a group of the default VPC by its name, and Config's finding."""
    group = make_group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    answer = {"securityGroupRuleSet": {"items": [{"groupId": group, "cidrIpv4": "0.0.0.0/0"}]}}
    modified = {"ModifySecurityGroupRulesRequest": {"GroupId": group, "SecurityGroupRule": {}}}
    wanted = (OpenGroup(id=group),)
    for event in (
        opened_event(group),
        call_event("AuthorizeSecurityGroupIngress", {"groupName": "app"}, responseElements=answer),
        call_event("ModifySecurityGroupRules", modified),
        compliance_event("AWS::EC2::SecurityGroup", group),
    ):
        found = read(event)
        assert found
        assert found.subjects == wanted


def test_a_group_that_is_gone_is_left_alone(account, context):
    handle(opened_event("sg-0123456789abcdef0"), context)
    assert account.actions == ["ec2:DescribeSecurityGroups"]


def test_a_replay_reverts_and_tells_once(account, context):
    group = make_group(account, ("tcp", 22, 22, "0.0.0.0/0"))
    handle(opened_event(group), context)
    handle(opened_event(group), context)
    assert account.actions.count("ec2:RevokeSecurityGroupIngress") == 1
    assert len(account.alerts()) == 1
