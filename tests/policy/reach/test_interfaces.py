"""Where things sit: subnets, addresses, interfaces and ports."""

from __future__ import annotations

from typing import Any

import pytest

from guard.aws.networks import ANYWHERE, addresses
from guard.aws.nodes import DEFAULT_SUBNET, called
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Missing
from guard.reach.addressing import Asks, ranges
from guard.reach.interfaces import NetworkInterfaces
from guard.reach.listening import listening
from tests.policy.declare import DATA, OTHER, VPC, db, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.reach.sets import WORLD, WORLD_SIX
from tests.policy.rules.internet_to_data_path import paths as rows
from tests.policy.rules.internet_to_data_path.paths import group

# --- where things sit ---


def interface(*resources: Declared, name: str = "it", known: bool = False) -> Any:
    stack = graph(*resources, known=known)
    (found,) = NetworkInterfaces(stack).of(named(stack, name))
    return found


def test_what_is_in_no_network_has_no_interface() -> None:
    nowhere = [
        r("opensearch/domain:Domain"),
        r("lambda/function:Function"),
        r("ecs/service:Service"),
        r("elasticache/cluster:Cluster", replicationGroupId="group"),
        r("ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="Gateway"),
        r("s3/bucket:Bucket"),
    ]
    for one in nowhere:
        stack = graph(one)
        assert NetworkInterfaces(stack).of(named(stack, "it")) == []
        assert NetworkInterfaces(stack).things == []


def test_without_subnets_a_store_goes_into_the_default_vpc() -> None:
    assert interface(db()).subnets.outside == (DEFAULT_SUBNET,)
    assert interface(db(dbSubnetGroupName="default")).subnets.outside == (DEFAULT_SUBNET,)
    theirs = interface(db(dbSubnetGroupName="theirs")).subnets
    assert (theirs.nodes, theirs.unknown) == ((), True)


ADDRESSES: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("rds/instance:Instance", {}, False, False),
    ("rds/instance:Instance", {"publiclyAccessible": True}, True, False),
    ("rds/instance:Instance", {"publiclyAccessible": True, "networkType": "DUAL"}, True, True),
    ("rds/instance:Instance", {"networkType": "DUAL"}, False, False),
    ("rds/cluster:Cluster", {}, False, False),
    ("rds/cluster:Cluster", {"dbClusterInstanceClass": "db.r6gd.large"}, True, False),
    ("rds/cluster:Cluster", {"dbClusterInstanceClass": "db.r6gd.large", "dbSubnetGroupName": "x"}, False, False),
    ("redshift/cluster:Cluster", {"publiclyAccessible": "true"}, True, False),
    ("elasticache/serverlessCache:ServerlessCache", {"networkType": "dual_stack"}, False, True),
    ("ec2/instance:Instance", {}, Asks.AUTO, Asks.AUTO),
    ("ec2/instance:Instance", {"associatePublicIpAddress": False, "ipv6AddressCount": 0}, False, False),
    ("ec2/instance:Instance", {"associatePublicIpAddress": True, "ipv6AddressCount": 2}, True, True),
    ("ec2/instance:Instance", {"ipv6Addresses": ["2a05:d018::7"]}, Asks.AUTO, True),
    ("ecs/service:Service", {"networkConfiguration": {"subnets": ["subnet-1"]}}, False, Asks.RANGE),
    ("ecs/service:Service", {"networkConfiguration": {"assignPublicIp": True}}, True, Asks.RANGE),
    ("ecs/expressGatewayService:ExpressGatewayService", {"networkConfigurations": [{}]}, UNKNOWN, Asks.RANGE),
    ("lb/loadBalancer:LoadBalancer", {}, True, False),
    ("lb/loadBalancer:LoadBalancer", {"internal": True, "ipAddressType": "dualstack"}, False, False),
    ("lb/loadBalancer:LoadBalancer", {"internal": False, "ipAddressType": "dualstack"}, True, True),
    ("lb/loadBalancer:LoadBalancer", {"loadBalancerType": "gateway"}, False, False),
    ("elb/loadBalancer:LoadBalancer", {"internal": "true"}, False, False),
    ("lambda/function:Function", {"vpcConfig": {"subnetIds": ["subnet-1"]}}, False, False),
    ("ec2/networkInterface:NetworkInterface", {"subnetId": "subnet-1"}, False, Asks.AUTO),
]


@pytest.mark.parametrize(("token", "props", "four", "six"), ADDRESSES, ids=[f"{t}-{p}" for t, p, *_ in ADDRESSES])
def test_what_addresses_a_thing_gets(token: str, props: dict[str, Any], four: Any, six: Any) -> None:
    found = interface(r(token, **props))
    assert (found.four, found.six) == (four, six)


SUBNET = DATA.type


@pytest.mark.parametrize(
    ("subnet", "answer"),
    [
        (Declared("data", SUBNET), (False, False, False)),
        (Declared("data", SUBNET, {"mapPublicIpOnLaunch": True}), (True, False, False)),
        (Declared("data", SUBNET, {"ipv6CidrBlock": "2a05:d018:1::/64"}), (False, False, True)),
        (Declared("data", SUBNET, {"assignIpv6AddressOnCreation": True}), (False, True, True)),
        (Declared("data", SUBNET, {"ipv6Native": True}), (False, True, True)),
        (Declared("data", SUBNET, {}, unknown("mapPublicIpOnLaunch")), (UNKNOWN, False, False)),
        (Declared("data", SUBNET, {}, unknown("ipv6CidrBlock")), (False, False, True)),
        (Declared("data", "aws:ec2/defaultSubnet:DefaultSubnet"), (True, False, False)),
        (
            Declared("data", "aws:ec2/defaultSubnet:DefaultSubnet", {"mapPublicIpOnLaunch": False}),
            (False, False, False),
        ),
    ],
    ids=lambda value: str(value)[:90],
)
def test_what_a_subnet_gives(subnet: Declared, answer: tuple[Any, Any, Any]) -> None:
    machine = r("ec2/instance:Instance", refs={"subnetId": "data.id"})
    task = r("ecs/service:Service", "task", refs={"networkConfiguration.subnets[0]": "data.id"})
    stack = graph(OTHER, VPC, subnet, machine, task)
    (here,), (there,) = (NetworkInterfaces(stack).of(named(stack, name)) for name in ("it", "task"))
    where = named(stack, "data")
    assert (*here.public(where), there.public(where)[1]) == answer


def test_what_nobody_knows_of_a_subnet_elsewhere() -> None:
    machine = interface(r("ec2/instance:Instance", subnetId="subnet-1"))
    assert machine.public("subnet-1") == (UNKNOWN, UNKNOWN)
    assert machine.public(None) == (UNKNOWN, UNKNOWN)
    assert interface(r("ec2/instance:Instance")).public(DEFAULT_SUBNET) == (True, False)


def test_the_ranges_of_subnets() -> None:
    six = r("ec2/subnet:Subnet", "six", cidrBlock="10.0.7.0/24", ipv6CidrBlock="2a05:d018:1::/64")
    blank = Declared("blank", SUBNET, {"cidrBlock": "10.0.8.0/24"}, unknown("ipv6CidrBlock"))
    pooled = r("ec2/subnet:Subnet", "pooled", ipv4IpamPoolId="pool-1")
    stack = graph(OTHER, DATA, VPC, six, blank, pooled)
    assert ranges(named(stack, "data")) == addresses(["10.61.20.0/24"])
    assert ranges(named(stack, "six")) == addresses(["10.0.7.0/24", "2a05:d018:1::/64"])
    assert ranges(named(stack, "blank")) == addresses(["10.0.8.0/24"]) | WORLD_SIX
    assert ranges(named(stack, "pooled")) == WORLD
    assert ranges(DEFAULT_SUBNET) == addresses(["172.31.0.0/16"])
    assert ranges("subnet-1") == ranges(None) == ANYWHERE


def test_a_machine_is_placed_by_each_of_its_interfaces() -> None:
    nic = r("ec2/networkInterface:NetworkInterface", "nic", refs={"subnetId": "data.id"})
    plug = r(
        "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        "plug",
        refs={"instanceId": "it.id", "networkInterfaceId": "nic.id"},
    )
    stack = graph(VPC, DATA, rows.EDGE, nic, plug, r("ec2/instance:Instance", refs={"subnetId": "edge.id"}))
    interfaces = NetworkInterfaces(stack)
    found = interfaces.of(named(stack, "it"))
    assert sorted(called(node) for each in found for node in each.subnets.nodes) == ["data", "edge"]
    assert {each.holder.name for each in found} == {"it"}
    assert [thing.name for thing in interfaces.things] == ["it"]
    assert {key.rsplit("::", 1)[1]: [one.name for one in who] for key, who in interfaces.by_subnet.items()} == {
        "data": ["it"],
        "edge": ["it"],
    }


def test_what_a_template_fills_in() -> None:
    template = r(
        "ec2/launchTemplate:LaunchTemplate",
        "lt",
        networkInterfaces=[{"associatePublicIpAddress": "true", "ipv6AddressCount": 1}],
        refs={"networkInterfaces[0].subnetId": "data.id", "networkInterfaces[0].securityGroups[0]": "jump.id"},
    )
    found = interface(
        VPC, DATA, group("jump"), template, r("ec2/instance:Instance", refs={"launchTemplate.id": "lt.id"})
    )
    assert (found.four, found.six) == (True, True)
    assert [called(node) for node in found.subnets.nodes] == ["data"]
    assert [called(node) for node in found.groups.nodes] == ["jump"]
    elsewhere = interface(r("ec2/instance:Instance", launchTemplate={"id": "lt-1"}))
    assert (elsewhere.four, elsewhere.subnets.unknown, elsewhere.groups.unknown) == (UNKNOWN, True, True)
    # What the machine says itself counts.
    own = r("ec2/instance:Instance", associatePublicIpAddress=False, refs={"launchTemplate.id": "lt.id"})
    assert interface(VPC, DATA, group("jump"), template, own).four is False


def test_a_balancer_without_groups() -> None:
    def guarded(**props: Any) -> tuple[bool | Missing, bool]:
        found = interface(VPC, DATA, r("lb/loadBalancer:LoadBalancer", refs={"subnets[0]": "data.id"}, **props))
        return found.guarded, bool(found.groups.nodes)

    assert guarded(loadBalancerType="network") == (False, False)
    assert guarded() == guarded(loadBalancerType="application") == (True, True)  # the VPC's default group
    blank = r("lb/loadBalancer:LoadBalancer", refs={"subnets[0]": "data.id", **unknown("loadBalancerType")})
    assert interface(OTHER, VPC, DATA, blank).guarded is UNKNOWN


PORTS: list[tuple[str, dict[str, Any], str]] = [
    ("rds/instance:Instance", {"engine": "postgres"}, "5432"),
    ("rds/instance:Instance", {"engine": "postgres", "port": 6000}, "6000"),
    ("rds/instance:Instance", {"engine": "mysql"}, "3306"),
    ("rds/instance:Instance", {"engine": "sqlserver-ex"}, "1433"),
    ("rds/instance:Instance", {"engine": "oracle-se2"}, "1521"),
    ("rds/cluster:Cluster", {"engine": "aurora-postgresql"}, "5432"),
    ("rds/cluster:Cluster", {"engine": "aurora-mysql"}, "3306"),
    ("rds/proxy:Proxy", {"engineFamily": "MYSQL"}, "3306"),
    ("docdb/cluster:Cluster", {}, "27017"),
    ("elasticache/replicationGroup:ReplicationGroup", {}, "6379"),
    ("elasticache/cluster:Cluster", {"engine": "memcached"}, "11211-11212"),
    ("redshift/cluster:Cluster", {"port": "5440"}, "5440"),
    ("efs/mountTarget:MountTarget", {}, "2049"),
]


@pytest.mark.parametrize(("token", "props", "ports"), PORTS, ids=[f"{t}-{p}" for t, p, _ in PORTS])
def test_on_which_port_a_store_answers(token: str, props: dict[str, Any], ports: str) -> None:
    stack = graph(r(token, **props))
    found, sure = listening(named(stack, "it"))
    assert (str(found), sure) == (ports, True)


def test_the_port_of_a_store_may_be_unknown() -> None:
    everything = Spans.of((0, 65535))
    blank = graph(OTHER, db(refs=unknown("port")))
    assert listening(named(blank, "it")) == (everything, False)
    assert listening(named(graph(r("rds/instance:Instance", replicateSourceDb="x")), "it")) == (everything, False)
