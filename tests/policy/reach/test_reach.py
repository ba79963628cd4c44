"""Routes, subnets, addresses, fences and the paths through all of them: exact answers for small networks.

Whether a rule keeps its word is in the rows of internet-to-data-path; here is what other readers of the model rely on.
"""

from __future__ import annotations

from typing import Any

import pytest

from guard.aws.networks import ANYWHERE, NOWHERE, Addresses, addresses
from guard.aws.nodes import DEFAULT_SUBNET, EGRESS, INGRESS, called, near
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Missing, Resource
from guard.reach.addressing import Asks, ranges
from guard.reach.connectivity import Connectivity
from guard.reach.extents import ALL, ANY, NONE, Extent, either, exactly, union
from guard.reach.gates import Gates
from guard.reach.interfaces import NetworkInterfaces
from guard.reach.listening import listening
from guard.reach.paths import Answer, NetworkPath, Paths, Reached
from guard.reach.route_tables import InternetRoute, Routes
from guard.reach.routes import Via
from tests.policy.declare import DATA, GATE, GROUP, LINK, OTHER, TABLE, VPC, db, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.rules.internet_to_data_path import paths as rows
from tests.policy.rules.internet_to_data_path.paths import admits, group, machine, on, store

WORLD = addresses(["0.0.0.0/0"])
WORLD_SIX = addresses(["::/0"])


# --- extents: sets that are known in part ---


def test_an_extent_is_broad_if_what_is_sure_is_and_not_if_what_may_be_is_not() -> None:
    assert Extent(WORLD, ANYWHERE).broad is True
    assert Extent(NOWHERE, WORLD).broad is UNKNOWN
    assert Extent(NOWHERE, addresses(["10.0.0.0/8", "203.0.113.0/24"])).broad is False


def test_an_address_of_which_little_is_known_is_held_only_where_all_of_it_is() -> None:
    here = addresses(["10.0.0.0/24"])
    assert exactly(addresses(["10.0.0.0/16"])).holds(here) is True
    assert exactly(addresses(["10.0.0.0/25"])).holds(here) is UNKNOWN
    assert exactly(addresses(["10.0.1.0/24"])).holds(here) is False
    assert ANY.holds(here) is UNKNOWN


def test_of_several_extents_what_all_have_is_sure_and_what_one_has_may_be() -> None:
    one, other = exactly(addresses(["10.0.0.0/16"])), exactly(addresses(["10.0.0.0/8"]))
    assert either([one, other]) == Extent(one.least, other.most)
    assert union([one, other]) == other
    assert (either([]), union([])) == (ANY, NONE)
    assert (one & ALL, one | NONE, bool(NONE), bool(ANY)) == (one, one, False, True)


def test_what_is_near_is_in_one_region_as_far_as_that_is_known() -> None:
    west, east, lost = (Resource(f"urn::{home}", "aws:x", {}, home=home) for home in ("west", "east", ""))
    assert [near(west, west), near(west, east), near(west, lost), near(lost, east)] == [True, False, True, True]


# --- routes ---


def route(name: str, *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("ec2/route:Route", name, refs={"routeTableId": "tbl.id", **(refs or {})}, **props)


TARGETS = [
    (Via.INTERNET, "gatewayId", GATE),
    (Via.VPN, "gatewayId", r("ec2/vpnGateway:VpnGateway", "to")),
    (Via.NAT, "natGatewayId", r("ec2/natGateway:NatGateway", "to")),
    (Via.EGRESS_ONLY, "egressOnlyGatewayId", r("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "to")),
    (Via.PEERING, "vpcPeeringConnectionId", r("ec2/vpcPeeringConnection:VpcPeeringConnection", "to")),
    (Via.TRANSIT, "transitGatewayId", r("ec2transitgateway/transitGateway:TransitGateway", "to")),
    (Via.ENDPOINT, "vpcEndpointId", r("ec2/vpcEndpoint:VpcEndpoint", "to")),
    (Via.INTERFACE, "networkInterfaceId", r("ec2/networkInterface:NetworkInterface", "to")),
]


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(("via", "path", "target"), TARGETS, ids=[str(via) for via, *_ in TARGETS])
def test_where_a_route_leads(via: Via, path: str, target: Declared, known: bool) -> None:
    stack = graph(
        VPC,
        TABLE,
        target,
        route("out", refs={path: f"{target.name}.id"}, destinationCidrBlock="0.0.0.0/0"),
        known=known,
    )
    (found,) = Routes(stack).routes_of(named(stack, "tbl"))
    assert (found.name, found.via, found.ranges, found.exact) == ("out", via, ("0.0.0.0/0",), True)
    if via in (Via.INTERNET, Via.VPN, Via.PEERING):
        assert [called(node) for node in found.to] == [target.name]


@pytest.mark.parametrize(
    ("literal", "via"), [("igw-1", Via.INTERNET), ("vgw-1", Via.VPN), ("local", Via.LOCAL), ("vpce-1", Via.ENDPOINT)]
)
def test_where_a_route_by_a_literal_id_leads(literal: str, via: Via) -> None:
    stack = graph(VPC, r("ec2/routeTable:RouteTable", "tbl", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": literal}]))
    (found,) = Routes(stack).routes_of(named(stack, "tbl"))
    assert (found.name, found.via) == ("in tbl", via)


def internet(*routes: Declared) -> Extent:
    stack = graph(VPC, GATE, DATA, TABLE, LINK, OTHER, r("ec2/natGateway:NatGateway", "nat"), *routes)
    return Routes(stack).internet(named(stack, "data"))


OUT = {"gatewayId": "gate.id"}
NAT = {"natGatewayId": "nat.id"}


def test_of_several_routes_the_most_specific_wins() -> None:
    out = route("out", refs=OUT, destinationCidrBlock="0.0.0.0/0")
    half = route("half", refs=NAT, destinationCidrBlock="0.0.0.0/1")
    back = route("back", refs=OUT, destinationCidrBlock="52.0.0.0/8")
    upper, part = addresses(["128.0.0.0/1"]), addresses(["52.0.0.0/8"])
    assert internet() == NONE
    assert internet(out) == exactly(WORLD)
    assert internet(out, half) == exactly(upper)
    assert internet(out, half, back) == exactly(upper | part)
    assert internet(half, back) == exactly(part)


def test_a_route_that_is_known_in_part() -> None:
    out = route("out", refs=OUT, destinationCidrBlock="0.0.0.0/0")
    anything = Extent(NOWHERE, ANYWHERE)
    assert internet(route("x", refs=unknown("gatewayId"), destinationCidrBlock="0.0.0.0/0")) == Extent(NOWHERE, WORLD)
    assert internet(route("x", refs={**OUT, **unknown("destinationCidrBlock")})) == anything
    # One that leads elsewhere may take anything away, but adds nothing.
    assert internet(out, route("x", refs={**NAT, **unknown("destinationCidrBlock")})) == Extent(NOWHERE, WORLD)
    # One that leads to the internet as well takes nothing away.
    assert internet(out, route("x", refs={**OUT, **unknown("destinationCidrBlock")})) == Extent(WORLD, ANYWHERE)


def test_a_prefix_list_is_a_destination_with_several_ranges() -> None:
    listed = r(
        "ec2/managedPrefixList:ManagedPrefixList", "pl", entries=[{"cidr": "52.0.0.0/8"}, {"cidr": "64.0.0.0/8"}]
    )
    to = {**OUT, "destinationPrefixListId": "pl.id"}
    assert internet(listed, route("x", refs=to)) == exactly(addresses(["52.0.0.0/8", "64.0.0.0/8"]))


def test_behind_an_appliance_nobody_knows() -> None:
    appliance = r("ec2/networkInterface:NetworkInterface", "nic")
    through = route("x", refs={"networkInterfaceId": "nic.id"}, destinationCidrBlock="0.0.0.0/0")
    assert internet(appliance, through) == Extent(NOWHERE, WORLD)


def test_the_table_in_force() -> None:
    main = r(
        "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "m",
        refs={"vpcId": "net.id", "routeTableId": "other-table.id"},
    )
    spare = r("ec2/routeTable:RouteTable", "other-table", refs={"vpcId": "net.id"})
    adopted = r(
        "ec2/defaultRouteTable:DefaultRouteTable", "own", refs={"defaultRouteTableId": "net.defaultRouteTableId"}
    )

    def tables(*resources: Declared) -> list[Any]:
        stack = graph(VPC, DATA, *resources)
        return [getattr(table, "name", table) for table in Routes(stack).tables(named(stack, "data"))]

    assert tables(TABLE, LINK, spare, main, adopted) == ["tbl"]
    assert tables(spare, main, adopted) == ["other-table"]
    assert tables(adopted) == ["own"]
    stack = graph(VPC, DATA)
    (untouched,) = Routes(stack).tables(named(stack, "data"))
    assert untouched.vpc is named(stack, "net")
    assert Routes(graph(VPC)).tables("subnet-1") == [UNKNOWN]
    assert Routes(graph(OTHER, VPC, DATA, Declared("link", LINK.type, {}, unknown("subnetId")))).tables("subnet-1") == [
        UNKNOWN
    ]


def test_the_way_out_tells_table_route_and_gateway() -> None:
    stack = graph(*rows.NET)
    way = Routes(stack).internet_route(named(stack, "edge"))
    assert way == InternetRoute("open", "out", "gate")
    assert str(way) == "table open, route out"
    assert Routes(stack).internet_route(DEFAULT_SUBNET) == InternetRoute(
        "of the default VPC", "to its internet gateway, made by AWS"
    )
    assert Routes(stack).internet_route(named(stack, "data")) is None


# --- where things sit ---


def interface(*resources: Declared, name: str = "it", known: bool = False) -> Any:
    stack = graph(*resources, known=known)
    (found,) = NetworkInterfaces(stack).of(named(stack, name))
    return found


def test_what_is_in_no_network_has_no_seat() -> None:
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


def test_a_machine_has_a_seat_for_each_of_its_interfaces() -> None:
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
    assert {key.rsplit("::", 1)[1]: [one.name for one in who] for key, who in interfaces.residents.items()} == {
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


# --- gates ---


def test_a_group_that_says_nothing_of_egress_lets_everything_out() -> None:
    """The provider takes AWS's own rule away, but does not keep it away."""

    def out(*resources: Declared) -> Extent:
        stack = graph(OTHER, VPC, *resources, r("ec2/instance:Instance", refs={"vpcSecurityGroupIds[0]": "jump.id"}))
        (found,) = NetworkInterfaces(stack).of(named(stack, "it"))
        return Gates(stack).opening(found, EGRESS, "tcp", 443).addresses

    rule = r(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "r",
        ipProtocol="-1",
        cidrIpv4="10.0.0.0/8",
        refs={"securityGroupId": "jump.id"},
    )
    stray = Declared("r", rule.type, rule.props, unknown("securityGroupId"))
    adopted = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "jump", refs={"vpcId": "net.id"})
    assert out(group("jump")) == ALL
    assert out(group("jump", egress=[])) == NONE
    assert out(group("jump"), rule) == exactly(addresses(["10.0.0.0/8"]))
    assert out(group("jump"), stray) == ANY
    assert out(adopted) == NONE


def test_an_opening_lets_in_carriers_of_a_group_and_addresses() -> None:
    stack = graph(
        OTHER,
        *rows.NET,
        group("client"),
        group("vault", on(5432, cidrBlocks=["10.61.0.0/24"])),
        admits("vault", "client"),
        r("ec2/instance:Instance", "carrier", refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "client.id"}),
        r("ec2/instance:Instance", "vague", refs={"subnetId": "data.id", **unknown("vpcSecurityGroupIds")}),
        r("ec2/instance:Instance", "stranger", refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "vault.id"}),
        store(),
        GROUP,
    )
    interfaces = {
        name: NetworkInterfaces(stack).of(named(stack, name))[0] for name in ("it", "carrier", "vague", "stranger")
    }
    opening = Gates(stack).opening(interfaces["it"], INGRESS, "tcp", 5432)
    edge, data = addresses(["10.61.0.9/32"]), addresses(["10.61.20.9/32"])
    assert [opening.lets(interfaces[name], data) for name in ("carrier", "vague", "stranger")] == [True, UNKNOWN, False]
    assert [opening.lets(interfaces[name], edge) for name in ("carrier", "vague", "stranger")] == [True, True, True]
    shut = Gates(stack).opening(interfaces["it"], INGRESS, "udp", 5432)
    assert (shut.addresses, shut.peers, shut.lets(interfaces["carrier"], edge)) == (NONE, frozenset(), False)


def test_answers_pass_an_acl_on_any_port_that_the_client_may_choose() -> None:
    nacl = rows.acl(egress=[rows.entry(10, "deny", 0, 1023), rows.entry(20, "allow", 1000, 2000, "52.0.0.0/8")])
    stack = graph(*rows.NET, nacl)
    assert Gates(stack).answers(named(stack, "edge"), "tcp") == exactly(addresses(["52.0.0.0/8"]))
    assert Gates(stack).answers(named(stack, "data"), "tcp") == ALL
    assert Gates(stack).answers(None, "tcp") == ANY
    assert Gates(stack).answers(DEFAULT_SUBNET, "tcp") == ALL


def test_within_a_subnet_no_acl_is_asked() -> None:
    stack = graph(*rows.NET, rows.acl())
    gates, edge, data = Gates(stack), named(stack, "edge"), named(stack, "data")
    ends = (ranges(edge), ranges(edge))
    assert gates.crosses(edge, edge, ends, "tcp", 22) is True
    assert gates.crosses(data, edge, (ranges(data), ranges(edge)), "tcp", 22) is False
    assert gates.crosses(None, None, ends, "tcp", 22) is UNKNOWN


# --- connectivity ---


def test_a_block_on_public_access_holds_in_its_region_and_not_for_what_is_excluded() -> None:
    def unblocked(*resources: Declared) -> Extent:
        stack = graph(OTHER, *rows.NET, *resources)
        return Connectivity(stack).unblocked(named(stack, "edge"))

    by_subnet = Declared(
        "x", rows.excluded("").type, {"internetGatewayExclusionMode": "allow-bidirectional"}, {"subnetId": "edge.id"}
    )
    elsewhere = Declared("x", by_subnet.type, by_subnet.props, {"subnetId": "data.id"})
    assert unblocked() == ALL
    assert unblocked(rows.bpa("off")) == ALL
    assert unblocked(rows.bpa("block-ingress")) == unblocked(rows.bpa(), elsewhere) == NONE
    assert unblocked(rows.bpa(), by_subnet) == unblocked(rows.bpa(), rows.excluded("allow-bidirectional")) == ALL
    assert unblocked(rows.bpa(), rows.excluded("allow-egress")) == NONE
    assert unblocked(Declared("bpa", rows.bpa().type, {}, unknown("internetGatewayBlockMode"))) == ANY
    here = r("ec2/subnet:Subnet", "edge", refs={"vpcId": "net.id"}, region="eu-west-1")
    for region, answer in (("eu-west-1", NONE), ("eu-north-1", ALL)):
        options = Declared("bpa", rows.bpa().type, {**rows.bpa().props, "region": region})
        stack = graph(VPC, here, options)
        assert Connectivity(stack).unblocked(named(stack, "edge")) == answer


# --- paths ---

BASTION = (*rows.BASTION, machine(associatePublicIpAddress=True))
PROOF = (
    "internet -> gateway gate -> subnet edge (table open, route out) -> hopper on port 22 (a rule in jump) "
    "-> it on port 5432 (rule r1)"
)


def proof(answer: Answer) -> str:
    assert isinstance(answer, NetworkPath)
    return answer.proof


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_a_proof_tells_each_step_and_what_opens_it(known: bool) -> None:
    stack = graph(*BASTION, known=known)
    paths, it, hopper = Paths(stack), named(stack, "it"), named(stack, "hopper")
    assert proof(paths.to_data(it)) == PROOF
    assert proof(paths.from_internet(hopper)) == PROOF.rpartition(" -> ")[0]
    assert proof(paths.between(hopper, it)) == "hopper -> it on port 5432 (rule r1)"
    assert paths.from_internet(it) is None
    assert proof(paths.between(it, hopper)) == "it -> hopper on port 22 (a rule in jump)"


def test_a_path_knows_its_ends() -> None:
    stack = graph(*BASTION)
    found = Paths(stack).to_data(named(stack, "it"))
    assert isinstance(found, NetworkPath)
    assert (found.source, found.target, len(found.steps)) == ("internet", named(stack, "it"), 4)


def names(reached: Reached) -> tuple[list[str], list[str]]:
    return sorted(path.proof for path in reached.paths), [one.name for one in reached.undecided]


def test_what_is_exposed() -> None:
    stack = graph(*BASTION)
    assert names(Paths(stack).exposed) == ([PROOF.rpartition(" -> ")[0]], [])
    vague = graph(OTHER, *rows.BASTION, machine(refs=unknown("associatePublicIpAddress")))
    assert names(Paths(vague).exposed) == ([], ["hopper"])


def test_what_a_thing_or_a_tier_can_reach() -> None:
    stack = graph(*rows.TIERS, rows.balancer())
    paths = Paths(stack)
    to_crew, to_store = "front -> crew on port 8443 (rule r0)", "crew -> it on port 5432 (rule r1)"
    to_front = [f"{name} -> front on port 443 (a rule in front-group)" for name in ("crew", "it")]
    assert names(paths.reachable(named(stack, "front"))) == ([to_crew], [])
    assert names(paths.reachable(named(stack, "crew"))) == ([to_front[0], to_store], [])
    assert names(paths.reachable(named(stack, "it"))) == ([to_front[1]], [])
    assert names(paths.reachable(named(stack, "edge"))) == ([to_crew], [])
    assert names(paths.reachable(named(stack, "data"))) == ([to_front[0], to_store, to_front[1]], [])


def test_reaching_is_by_address_too_and_not_beyond_the_vpc() -> None:
    vault = group("vault", on(5432, cidrBlocks=["10.0.0.0/8"]))
    stack = graph(*rows.NET, GROUP, vault, store(), rows.JUMP, machine())
    assert names(Paths(stack).reachable(named(stack, "hopper"))) == (
        ["hopper -> it on port 5432 (a rule in vault)"],
        [],
    )
    apart = graph(*rows.NET, *rows.FAR, vault, store(), rows.JUMP, machine())
    assert names(Paths(apart).reachable(named(apart, "hopper"))) == ([], [])


def test_doubts_name_the_thing_on_the_way() -> None:
    stack = graph(OTHER, *rows.BASTION, machine(refs=unknown("associatePublicIpAddress")))
    paths, it = Paths(stack), named(stack, "it")
    assert paths.to_data(it) is UNKNOWN
    assert paths.doubts(it) == ["by hopper"]
    direct = graph(OTHER, *rows.NET, rows.EDGE_GROUP, rows.OPEN_VAULT, store(refs=unknown("publiclyAccessible")))
    assert Paths(direct).doubts(named(direct, "it")) == ["directly"]


def test_asking_about_many_costs_as_much_more_as_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each store is compared with its own neighbours only, not with every machine there is."""

    def asked(copies: int) -> int:
        calls: list[int] = []
        real = Gates.opening
        monkeypatch.setattr(Gates, "opening", lambda *args: calls.append(1) or real(*args))
        many = [
            Declared(
                f"{one.name}-{number}",
                one.type,
                one.props,
                {path: f"{ref.partition('.')[0]}-{number}.{ref.partition('.')[2]}" for path, ref in one.refs.items()},
            )
            for number in range(copies)
            for one in BASTION
        ]
        stack = graph(*many)
        paths = Paths(stack)
        found = [paths.to_data(one) for one in stack.of("aws:rds/instance:Instance")]
        assert len(found) == copies
        assert all(isinstance(one, NetworkPath) for one in found)
        monkeypatch.setattr(Gates, "opening", real)
        return len(calls)

    few = asked(4)
    assert asked(16) == 4 * few


def test_addresses_of_a_family_do_not_stand_for_the_other() -> None:
    """A machine with an address of IPv4 only is not reached by what is open to IPv6 only."""
    six_only = group("jump", on(22, ipv6CidrBlocks=["::/0"]))
    stack = graph(*rows.NET, rows.OUT_SIX, six_only, machine(associatePublicIpAddress=True))
    assert Paths(stack).from_internet(named(stack, "hopper")) is None
    assert Addresses(WORLD.four, WORLD_SIX.six) == ANYWHERE
