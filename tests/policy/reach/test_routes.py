"""Routes: where each leads, which one wins and which table is in force."""

from __future__ import annotations

from typing import Any

import pytest

from guard.aws.networks import ANYWHERE, NOWHERE, addresses
from guard.aws.nodes import DEFAULT_SUBNET, called
from guard.model.graph import UNKNOWN
from guard.reach.extents import NONE, Extent, exactly
from guard.reach.route_tables import InternetRoute, Routes
from guard.reach.routes import Via, prefix_length
from tests.policy.declare import DATA, GATE, LINK, OTHER, TABLE, VPC, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.reach.sets import WORLD
from tests.policy.rules.internet_to_data_path import paths as rows

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


@pytest.mark.parametrize(("text", "length"), [("10.0.0.0/8", 8), ("10.0.0.1", 128), ("10.0.0.0/²", 128)])
def test_how_long_a_prefix_is(text: str, length: int) -> None:
    """A superscript is a digit to Python and no number: it ended every rule."""
    assert prefix_length(text) == length
