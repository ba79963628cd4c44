"""Who can reach whom: security groups without rules of their own, both sides of a conversation, no way out for data."""

import pytest

from preview.recording import RecordedResource, Recording
from tests.contracts.recordings import each_environment, each_run, each_stack, referred
from tests.stack_files import Config, changed, config
from tests.stacks import recorded

INGRESS, EGRESS = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
ROUTES_OUT = {
    "gatewayId",
    "natGatewayId",
    "egressOnlyGatewayId",
    "transitGatewayId",
    "networkInterfaceId",
    "vpcPeeringConnectionId",
    "vpcEndpointId",
}


@each_stack
@each_run
def test_security_groups_are_bare(stack, known):
    """Rules stand alone; inline ones would fight them. The VPC's default group is adopted and emptied."""
    recording = recorded(stack, known)
    for group in recording.of("aws:ec2/securityGroup:SecurityGroup"):
        assert group.inputs.keys() & {"ingress", "egress"} == set(), group.urn
    for group in recording.of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        assert (group["ingress"], group["egress"]) == ([], [])
    assert recording.of("aws:ec2/securityGroupRule:SecurityGroupRule") == []


def _talk(recording: Recording, token: str) -> set[tuple]:
    """(owner, peer, protocol, ports) of the rules between groups, by the groups' logical names."""
    return {
        (
            *sorted(referred(recording, rule, "securityGroupId")),
            *sorted(referred(recording, rule, "referencedSecurityGroupId")),
            rule["ipProtocol"],
            rule.inputs.get("fromPort"),
            rule.inputs.get("toPort"),
        )
        for rule in recording.of(token)
        if rule.property_dependencies.get("referencedSecurityGroupId")
    }


@each_environment
@each_run
def test_every_conversation_has_both_sides(stack, known):
    """Egress at the client exactly where there is ingress at the server; known while every id is unknown."""
    recording = recorded(stack, known)
    clients = _talk(recording, EGRESS)
    servers = {(peer, owner, *rest) for owner, peer, *rest in _talk(recording, INGRESS)}
    assert clients == servers
    assert clients == {
        ("firewall-load-balancer", "firewall-app", "tcp", 8000, 8000),
        ("firewall-app", "firewall-database", "tcp", 5432, 5432),
        ("firewall-app", "firewall-cache", "tcp", 6379, 6379),
        ("firewall-app", "firewall-endpoints", "tcp", 443, 443),
    }


def _addresses(recording: Recording, token: str) -> set[tuple]:
    return {
        (*referred(recording, rule, "securityGroupId"), rule["cidrIpv4"], rule.inputs.get("fromPort"))
        for rule in recording.of(token)
        if "cidrIpv4" in rule.inputs
    }


@each_environment
def test_addresses_may_only_reach_the_load_balancers_listeners(stack):
    """And, as the stack file names with its reason, the VPC's own the endpoints."""
    recording, vpc = recorded(stack, False), config(stack)["cloudplatform:network"]["cidr"]
    assert _addresses(recording, INGRESS) == {
        ("firewall-load-balancer", "0.0.0.0/0", 443),
        ("firewall-load-balancer", "0.0.0.0/0", 80),
        ("firewall-endpoints", vpc, 443),
    }
    listening = {each["port"] for each in recording.of("aws:lb/listener:Listener")}
    assert listening == {443, 80}
    [reason] = [row["reason"] for row in config(stack)["guard:exemptions"] if row["rule"] == "sg-to-sg-only"]
    assert len(reason) > 20


@each_environment
def test_nothing_but_a_group_or_ipv4_addresses_is_a_party(stack):
    """No IPv6, no prefix lists: what is not looked at above cannot be there."""
    for token in (INGRESS, EGRESS):
        for rule in recorded(stack, False).of(token):
            assert rule.inputs.keys() & {"cidrIpv6", "prefixListId"} == set()
            assert len(rule.inputs.keys() & {"cidrIpv4", "referencedSecurityGroupId"}) == 1, rule.urn


def test_without_from_vpc_only_groups_reach_the_endpoints():
    """The other value of the stack file's word leaves the internet's way to the load balancer, and nothing else."""

    def change(it: Config) -> None:
        del it["cloudplatform:network"]["endpoints"]["from-vpc"]

    found = _addresses(changed("dev", change, known=False), INGRESS)
    assert {group for group, _, _ in found} == {"firewall-load-balancer"}


def _tables_of(recording: Recording, tier: str) -> set[str]:
    """URNs of the route tables of a tier's subnets."""
    subnets = {each.urn for each in _subnets(recording, tier)}
    return {
        table
        for each in recording.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if subnets & set(each.property_dependencies["subnetId"])
        for table in each.property_dependencies["routeTableId"]
    }


def _subnets(recording: Recording, tier: str) -> list[RecordedResource]:
    return [each for each in recording.of("aws:ec2/subnet:Subnet") if each["tags"]["Tier"] == tier]


def _routes_out(recording: Recording, tier: str) -> set[str]:
    """Where routes of a tier lead, by property."""
    tables = _tables_of(recording, tier)
    return {
        way
        for route in recording.of("aws:ec2/route:Route")
        if tables & set(route.property_dependencies["routeTableId"])
        for way in ROUTES_OUT & route.inputs.keys()
    }


@each_environment
@each_run
def test_data_subnets_have_no_route_out(stack, known):
    """Their tables hold no route but the VPC's own; no endpoint adds one; nothing falls back to the main table."""
    recording = recorded(stack, known)
    assert len(_subnets(recording, "data")) == 3
    assert _routes_out(recording, "data") == set()
    tables = _tables_of(recording, "data")
    assert len(tables) == 1
    for endpoint in recording.of("aws:ec2/vpcEndpoint:VpcEndpoint"):
        assert tables & set(endpoint.property_dependencies.get("routeTableIds", ())) == set()
    for table in recording.of("aws:ec2/routeTable:RouteTable"):
        assert "routes" not in table.inputs
    [main] = recording.of("aws:ec2/defaultRouteTable:DefaultRouteTable")
    assert main["routes"] == []


@each_environment
def test_the_other_tiers_have_theirs(stack):
    """The check above can fail: it finds the ways of tiers that have some."""
    recording = recorded(stack, False)
    assert _routes_out(recording, "public") == {"gatewayId"}
    assert _routes_out(recording, "private") == {"natGatewayId"}


@each_environment
def test_each_subnet_has_one_route_table(stack):
    """A subnet without an association follows the main table."""
    recording = recorded(stack, False)
    associated = [
        each.property_dependencies["subnetId"]
        for each in recording.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
    ]
    assert sorted(associated) == sorted((each.urn,) for each in recording.of("aws:ec2/subnet:Subnet"))


@each_environment
@pytest.mark.parametrize("token", ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"])
def test_data_stores_stand_in_data_subnets(stack, token):
    """All three, and no other."""
    recording = recorded(stack, False)
    [group] = recording.of(token)
    assert referred(recording, group, "subnetIds") == {each.name for each in _subnets(recording, "data")}


@each_environment
def test_only_the_load_balancer_is_public(stack):
    """No subnet gives public addresses, no task has one, the database answers none."""
    recording = recorded(stack, False)
    assert {each["mapPublicIpOnLaunch"] for each in recording.of("aws:ec2/subnet:Subnet")} == {False}
    [service] = recording.of("aws:ecs/service:Service")
    assert service["networkConfiguration"]["assignPublicIp"] is False
    [database] = recording.of("aws:rds/instance:Instance")
    assert database["publiclyAccessible"] is False
    [balancer] = recording.of("aws:lb/loadBalancer:LoadBalancer")
    assert balancer["internal"] is False
    assert referred(recording, balancer, "subnets") == {each.name for each in _subnets(recording, "public")}
