"""The network component: tiers, gateways, route tables."""

import pytest

from components.network.network import Network, NetworkArgs
from preview.recording import Recording
from tests.components.examples import COMMON, built, counted, network_table, only, waits_for
from tests.contracts.recordings import referred


def _network(**changes) -> Recording:
    return built(lambda: Network("net", NetworkArgs(table=network_table(**changes), **COMMON)))


def _routes(recording: Recording) -> dict[str, set[str]]:
    """By route: where it leads."""
    gateways = ("gatewayId", "natGatewayId")
    return {
        each.name: {name for way in gateways for name in referred(recording, each, way)}
        for each in recording.of("aws:ec2/route:Route")
    }


def test_a_nat_gateway_in_each_zone():
    """One gateway, address and private route table a zone; the other tiers have one table each."""
    recording = _network()
    assert counted(recording) == {
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": 1,
        "aws:ec2/defaultRouteTable:DefaultRouteTable": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        "aws:ec2/eip:Eip": 2,
        "aws:ec2/internetGateway:InternetGateway": 1,
        "aws:ec2/natGateway:NatGateway": 2,
        "aws:ec2/route:Route": 3,
        "aws:ec2/routeTable:RouteTable": 4,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
        "aws:ec2/subnet:Subnet": 6,
        "aws:ec2/vpc:Vpc": 1,
    }
    assert _routes(recording) == {
        "net-route-public": {"net-internet-gateway"},
        "net-route-private-eu-west-1a": {"net-nat-eu-west-1a"},
        "net-route-private-eu-west-1b": {"net-nat-eu-west-1b"},
    }


def test_each_private_subnet_leaves_by_its_own_zone():
    """The loss of one zone cuts off no other."""
    recording = _network()
    for each in recording.of("aws:ec2/routeTableAssociation:RouteTableAssociation"):
        [subnet], [table] = referred(recording, each, "subnetId"), referred(recording, each, "routeTableId")
        tier, zone = subnet.removeprefix("net-subnet-").split("-", 1)
        assert table == (f"net-routes-private-{zone}" if tier == "private" else f"net-routes-{tier}")
    for each in recording.of("aws:ec2/natGateway:NatGateway"):
        assert referred(recording, each, "subnetId") == {each.name.replace("nat", "subnet-public")}


def test_a_single_nat_gateway():
    """In the first zone; both private subnets share one table."""
    recording = _network(nat="single")
    assert [each.name for each in recording.of("aws:ec2/natGateway:NatGateway")] == ["net-nat-eu-west-1a"]
    assert len(recording.of("aws:ec2/eip:Eip")) == 1
    assert _routes(recording) == {
        "net-route-public": {"net-internet-gateway"},
        "net-route-private": {"net-nat-eu-west-1a"},
    }
    assert len(recording.of("aws:ec2/routeTable:RouteTable")) == 3


def test_no_nat_gateway():
    """Where no tier routes through one."""
    tiers = {
        "public": {"route": "internet", "cidrs": ["10.9.1.0/24", "10.9.2.0/24"]},
        "data": {"route": "none", "cidrs": ["10.9.21.0/24", "10.9.22.0/24"]},
    }
    recording = _network(nat="none", tiers=tiers)
    assert recording.of("aws:ec2/natGateway:NatGateway") == recording.of("aws:ec2/eip:Eip") == []
    assert _routes(recording) == {"net-route-public": {"net-internet-gateway"}}


def test_a_network_without_any_way_out():
    """No tier routes to the internet, so there is no gateway and no route."""
    tiers = {"data": {"route": "none", "cidrs": ["10.9.21.0/24", "10.9.22.0/24"]}}
    recording = _network(nat="none", tiers=tiers)
    assert recording.of("aws:ec2/internetGateway:InternetGateway") == []
    assert recording.of("aws:ec2/route:Route") == []


def test_the_default_acl_is_adopted_only_beside_our_own():
    """Without ACLs of ours the subnets live in the default one, which must stay open."""
    assert _network(acls=False).of("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl") == []
    adopted = only(_network(), "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
    assert adopted.options.ignore_changes == ("subnetIds",)
    assert adopted.inputs.keys() & {"ingress", "egress"} == set()


def test_what_aws_makes_is_adopted_and_emptied():
    """The default group and table permit and route nothing."""
    recording = _network()
    group = only(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert (group["ingress"], group["egress"]) == ([], [])
    assert only(recording, "aws:ec2/defaultRouteTable:DefaultRouteTable")["routes"] == []


@pytest.mark.parametrize("tier", ["public", "private", "data"])
def test_subnets_stand_in_their_zones(tier):
    """Addresses in the order of the zones; names say tier and zone."""
    recording = _network()
    found = {
        each["availabilityZone"]: (each["cidrBlock"], each["tags"]["Name"])
        for each in recording.of("aws:ec2/subnet:Subnet")
        if each["tags"]["Tier"] == tier
    }
    third = {"public": 1, "private": 11, "data": 21}[tier]
    assert found == {
        "eu-west-1a": (f"10.9.{third}.0/24", f"acme-test-subnet-{tier}-a"),
        "eu-west-1b": (f"10.9.{third + 1}.0/24", f"acme-test-subnet-{tier}-b"),
    }


def test_the_vpc_resolves_names():
    """Private DNS of endpoints needs both; where there are none the table may say otherwise."""
    vpc = only(_network(), "aws:ec2/vpc:Vpc")
    assert (vpc["cidrBlock"], vpc["enableDnsSupport"], vpc["enableDnsHostnames"]) == ("10.9.0.0/16", True, True)
    silent = only(_network(**{"dns-support": False, "dns-hostnames": False}), "aws:ec2/vpc:Vpc")
    assert (silent["enableDnsSupport"], silent["enableDnsHostnames"]) == (False, False)


def test_nat_waits_for_the_internet_gateway():
    """AWS wants it attached first."""
    recording = _network(nat="single")
    assert "net-internet-gateway" in waits_for(recording, only(recording, "aws:ec2/natGateway:NatGateway"))
    assert waits_for(recording, only(recording, "aws:ec2/eip:Eip")) == ["net-internet-gateway"]


def test_what_neighbours_get():
    """Ids by tier, in the order of the zones."""
    it = _network().named("net")[0].registered
    assert it["subnet_cidrs"]["data"] == ["10.9.21.0/24", "10.9.22.0/24"]
    assert {tier: len(ids) for tier, ids in it["subnet_ids"].items()} == {"public": 2, "private": 2, "data": 2}
    assert {tier: len(ids) for tier, ids in it["route_table_ids"].items()} == {"public": 1, "private": 2, "data": 1}
