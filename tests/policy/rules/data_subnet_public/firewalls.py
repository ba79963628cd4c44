"""Rows of the family data-subnet-public: a firewall stands on the way out."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import DATA, GATE, LINK, MOUNT, OTHER, SHARE, TABLE, VPC, Row, Verdict, r, route, unknown
from tests.policy.engine import Declared

ALL: dict[str, Any] = {"destinationCidrBlock": "0.0.0.0/0"}
GUARDED = r("ec2/subnet:Subnet", "guarded", refs={"vpcId": "net.id"}, cidrBlock="10.61.30.0/24")
GUARDED_TABLE = r("ec2/routeTable:RouteTable", "guarded-table", refs={"vpcId": "net.id"})
GUARDED_LINK = r(
    "ec2/routeTableAssociation:RouteTableAssociation",
    "guarded-link",
    refs={"subnetId": "guarded.id", "routeTableId": "guarded-table.id"},
)
FILTER = r(
    "ec2/vpcEndpoint:VpcEndpoint",
    "filter",
    vpcEndpointType="GatewayLoadBalancer",
    refs={"vpcId": "net.id", "subnetIds[0]": "guarded.id"},
)
FIREWALL = r(
    "networkfirewall/firewall:Firewall", "filter", refs={"vpcId": "net.id", "subnetMappings[0].subnetId": "guarded.id"}
)
TO_FILTER = route("to-filter", via="filter.id", at="vpcEndpointId", **ALL)
EDGE_TABLE = r("ec2/routeTable:RouteTable", "edge-table", refs={"vpcId": "net.id"})
EDGE_LINK = r(
    "ec2/routeTableAssociation:RouteTableAssociation",
    "edge-link",
    refs={"gatewayId": "gate.id", "routeTableId": "edge-table.id"},
)
NAT = r("ec2/natGateway:NatGateway", "nat")


def onward(at: str = "gatewayId", to: str = "gate.id") -> Declared:
    return r("ec2/route:Route", "onward", refs={"routeTableId": "guarded-table.id", at: to}, **ALL)


def back(cidr: str = "10.61.20.0/24", **refs: str) -> Declared:
    block = {} if refs else {"destinationCidrBlock": cidr}
    refs = {"routeTableId": "edge-table.id", "vpcEndpointId": "filter.id", **refs}
    return r("ec2/route:Route", "back", refs=refs, **block)


MACHINE = r("ec2/networkInterface:NetworkInterface", "filter", refs={"subnetId": "guarded.id"})
TO_MACHINE = route("to-filter", via="filter.id", at="networkInterfaceId", **ALL)
BY_MACHINE = (
    *(VPC, GATE, DATA, TABLE, LINK, SHARE, MOUNT),
    *(GUARDED, GUARDED_TABLE, GUARDED_LINK, MACHINE, TO_MACHINE, onward()),
)
BACK_BY_MACHINE = r(
    "ec2/route:Route",
    "back",
    refs={"routeTableId": "edge-table.id", "networkInterfaceId": "filter.id"},
    destinationCidrBlock="10.61.20.0/24",
)


def row(verdict: Verdict, about: str, *more: Declared, appliance: Declared = FILTER) -> Row:
    place = (VPC, GATE, DATA, TABLE, LINK, SHARE, MOUNT, GUARDED, GUARDED_TABLE, GUARDED_LINK, appliance, TO_FILTER)
    return Row("data-subnet-public", verdict, f"a firewall: {about}", (*place, *more))


ROWS = [
    row("breach", "in and out by it", onward(), EDGE_TABLE, EDGE_LINK, back()),
    row("breach", "by a range around it", onward(), EDGE_TABLE, EDGE_LINK, back("10.61.0.0/16")),
    row("breach", "AWS Network Firewall", onward(), EDGE_TABLE, EDGE_LINK, back(), appliance=FIREWALL),
    row("undecided", "out by it, in past it", onward()),
    row("undecided", "in to another subnet", onward(), EDGE_TABLE, EDGE_LINK, back("10.61.40.0/24")),
    row(
        "undecided",
        "in to nobody knows which",
        OTHER,
        onward(),
        EDGE_TABLE,
        EDGE_LINK,
        back(**unknown("destinationCidrBlock")),
    ),
    row("ok", "then a NAT gateway", NAT, onward("natGatewayId", "nat.id"), EDGE_TABLE, EDGE_LINK, back()),
    row("ok", "it leads nowhere", EDGE_TABLE, EDGE_LINK, back()),
    row("ok", "it leads to itself", onward("vpcEndpointId", "filter.id"), EDGE_TABLE, EDGE_LINK, back()),
    Row(
        "data-subnet-public",
        "breach",
        "a machine: in and out by it",
        (*BY_MACHINE, EDGE_TABLE, EDGE_LINK, BACK_BY_MACHINE),
    ),
    Row("data-subnet-public", "ok", "a machine that translates addresses", BY_MACHINE),
    Row(
        "data-subnet-public",
        "undecided",
        "a firewall of others",
        (
            *(VPC, GATE, DATA, TABLE, LINK, SHARE, MOUNT),
            r("ec2/route:Route", "to-filter", refs={"routeTableId": "tbl.id"}, vpcEndpointId="vpce-0a1b2c3d", **ALL),
        ),
    ),
]
