"""Who carries a security group is found however it says so."""

from __future__ import annotations

import pytest

from guard.aws.nodes import called
from guard.reach.groups import Groups
from tests.policy.declare import DATA, GROUP, OTHER, SG, STORE, VPC, db, ingress, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named

# --- who carries a group ---


def holders(*resources: Declared, known: bool = False, group: str = "vault") -> list[str]:
    stack = graph(*resources, known=known)
    return sorted(holder.name for holder in Groups(stack).holders.get(named(stack, group).urn, []))


NIC = r("ec2/networkInterface:NetworkInterface", "nic", subnetId="subnet-1", refs={"securityGroups[0]": "vault.id"})
BOX = r("ec2/instance:Instance", "box", ami="ami-1")
BARE = r("ec2/networkInterface:NetworkInterface", "nic", subnetId="subnet-1", securityGroups=["sg-1"])
CLIP = "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    ("carrier", "found"),
    [
        ((STORE,), ["store"]),
        ((NIC,), ["nic"]),
        (
            (NIC, r("ec2/instance:Instance", "box", refs={"networkInterfaces[0].networkInterfaceId": "nic.id"})),
            ["box", "nic"],
        ),
        (
            (
                NIC,
                BOX,
                r(
                    "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
                    "plug",
                    deviceIndex=1,
                    refs={"networkInterfaceId": "nic.id", "instanceId": "box.id"},
                ),
            ),
            ["box", "nic"],
        ),
        ((BARE, r(CLIP, "clip", refs={"securityGroupId": "vault.id", "networkInterfaceId": "nic.id"})), ["nic"]),
        (
            (
                BOX,
                r(
                    CLIP,
                    "clip",
                    refs={"securityGroupId": "vault.id", "networkInterfaceId": "box.primaryNetworkInterfaceId"},
                ),
            ),
            ["box"],
        ),
        ((r(CLIP, "clip", networkInterfaceId="eni-1", refs={"securityGroupId": "vault.id"}),), ["clip"]),
    ],
    ids=[
        "a store",
        "an interface",
        "its machine",
        "its machine, attached",
        "attached to an interface",
        "attached to a machine",
        "attached elsewhere",
    ],
)
def test_holders(carrier: tuple[Declared, ...], found: list[str], known: bool) -> None:
    assert holders(VPC, SG, *carrier, known=known) == found


LOBBY = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "vault", refs={"vpcId": "net.id"})
SECOND = r("ec2/vpc:Vpc", "second", cidrBlock="10.62.0.0/16")
ELSEWHERE = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "vault", refs={"vpcId": "second.id"})
LOST = db("store", refs={"dbSubnetGroupName": "grp.name"})


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_who_names_no_group_joins_the_default_group_of_its_vpc(known: bool) -> None:
    assert holders(VPC, DATA, GROUP, LOBBY, LOST, known=known) == ["store"]
    assert holders(VPC, DATA, GROUP, SECOND, ELSEWHERE, LOST, known=known) == []
    assert holders(VPC, DATA, GROUP, LOST, known=known, group="net") == ["store"]


def test_who_names_neither_group_nor_subnet_is_in_the_default_vpc() -> None:
    home = r("ec2/defaultVpc:DefaultVpc", "home")
    own = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "own")
    assert holders(home, own, VPC, LOBBY, db("store"), group="own") == ["store"]


def test_who_stands_in_subnets_elsewhere_may_be_in_any_default_group() -> None:
    mount = r("efs/mountTarget:MountTarget", "mount", fileSystemId="fs-1", subnetId="subnet-1")
    reach = Groups(graph(VPC, LOBBY, mount))
    assert reach.holders == {}
    assert [[holder.name for holder in found] for found in reach.maybe_holders.values()] == [["mount"]]


def test_groups_that_nobody_can_name_yet_may_be_any() -> None:
    reach = Groups(graph(OTHER, VPC, SG, db("store", refs=unknown("vpcSecurityGroupIds"))))
    assert ([holder.name for holder in reach.unresolved_holders], reach.holders) == (["store"], {})


def test_a_group_of_a_component_is_one_of_its_groups() -> None:
    """A value that came out of a component may be any of the groups in it."""
    home = Declared("home", "acme:index:Network", {}, {})
    inside = [
        Declared(name, "aws:ec2/securityGroup:SecurityGroup", {}, {}, parent="home") for name in ("left", "right")
    ]
    rule = ingress(cidrIpv4="10.0.0.0/8", refs={"securityGroupId": "home.groupId"})
    store = db("store", refs={"vpcSecurityGroupIds[0]": "home.groupId"})
    reach = Groups(graph(home, *inside, rule, store))
    assert [(called(permit.group), permit.sure) for permit in reach.permits] == [("left", False), ("right", False)]
    assert [[holder.name for holder in found] for found in reach.maybe_holders.values()] == [["store"], ["store"]]
