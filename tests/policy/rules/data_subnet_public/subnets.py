"""Rows of the family data-subnet-public."""

from __future__ import annotations

from guard.rules.data_subnet_public.subnets import STORES
from tests.policy.declare import (
    DATA,
    GATE,
    GROUP,
    LINK,
    MOUNT,
    NETWORK,
    OTHER,
    SHARE,
    TABLE,
    VPC,
    Row,
    db,
    r,
    route,
    unknown,
)
from tests.policy.engine import Declared

ROWS = [
    Row(
        "data-subnet-public",
        "breach",
        "large together",
        (*NETWORK, route("a", destinationCidrBlock="64.0.0.0/9"), route("b", destinationCidrBlock="64.128.0.0/9")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an association nobody can place",
        (
            OTHER,
            *NETWORK[:4],
            SHARE,
            MOUNT,
            Declared("link", LINK.type, {}, {"routeTableId": "tbl.id", **unknown("subnetId")}),
        ),
    ),
    Row("data-subnet-public", "ok", "no way out", NETWORK),
    Row("data-subnet-public", "breach", "a route", (*NETWORK, route(destinationCidrBlock="0.0.0.0/0"))),
    Row("data-subnet-public", "breach", "host bits", (*NETWORK, route(destinationCidrBlock="10.0.0.1/0"))),
    Row(
        "data-subnet-public",
        "breach",
        "two halves",
        (*NETWORK, route("a", destinationCidrBlock="0.0.0.0/1"), route("b", destinationCidrBlock="128.0.0.0/1")),
    ),
    Row("data-subnet-public", "breach", "all public IPv6", (*NETWORK, route(destinationIpv6CidrBlock="2000::/3"))),
    Row("data-subnet-public", "breach", "another spelling", (*NETWORK, route(destinationIpv6CidrBlock="0::/0"))),
    Row("data-subnet-public", "breach", "a partner's range", (*NETWORK, route(destinationCidrBlock="203.0.113.0/24"))),
    Row("data-subnet-public", "ok", "a private range", (*NETWORK, route(destinationCidrBlock="10.9.0.0/16"))),
    Row(
        "data-subnet-public",
        "ok",
        "NAT",
        (
            *NETWORK,
            r("ec2/natGateway:NatGateway", "nat"),
            route(at="natGatewayId", via="nat.id", destinationCidrBlock="0.0.0.0/0"),
        ),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "a private gateway",
        (*NETWORK, r("ec2/vpnGateway:VpnGateway", "vgw"), route(via="vgw.id", destinationCidrBlock="0.0.0.0/0")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an unknown gateway",
        (OTHER, *NETWORK, route(via="other.value", destinationCidrBlock="0.0.0.0/0")),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "an unknown destination",
        (
            OTHER,
            *NETWORK,
            Declared(
                "out",
                "aws:ec2/route:Route",
                {},
                {"routeTableId": "tbl.id", "gatewayId": "gate.id", **unknown("destinationCidrBlock")},
            ),
        ),
    ),
    Row(
        "data-subnet-public", "undecided", "a prefix list elsewhere", (*NETWORK, route(destinationPrefixListId="pl-1"))
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a prefix list's separate entry",
        (
            *NETWORK,
            r("ec2/managedPrefixList:ManagedPrefixList", "all", maxEntries=1),
            r(
                "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
                "e",
                cidr="0.0.0.0/0",
                refs={"prefixListId": "all.id"},
            ),
            Declared(
                "out",
                "aws:ec2/route:Route",
                {},
                {"routeTableId": "tbl.id", "gatewayId": "gate.id", "destinationPrefixListId": "all.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "the adopted main table",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            r(
                "ec2/defaultRouteTable:DefaultRouteTable",
                "main",
                routes=[{"cidrBlock": "0.0.0.0/0"}],
                refs={"defaultRouteTableId": "net.defaultRouteTableId", "routes[0].gatewayId": "gate.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a route into the untouched main table",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            r(
                "ec2/route:Route",
                "out",
                destinationCidrBlock="0.0.0.0/0",
                refs={"routeTableId": "net.mainRouteTableId", "gatewayId": "gate.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "the old main table is open, a closed one replaced it",
        (
            VPC,
            GATE,
            DATA,
            SHARE,
            MOUNT,
            TABLE,
            r(
                "ec2/route:Route",
                "out",
                destinationCidrBlock="0.0.0.0/0",
                refs={"routeTableId": "net.defaultRouteTableId", "gatewayId": "gate.id"},
            ),
            r(
                "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
                "m",
                refs={"vpcId": "net.id", "routeTableId": "tbl.id"},
            ),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a default subnet",
        (SHARE, r("ec2/defaultSubnet:DefaultSubnet", "data", availabilityZone="eu-west-1a"), MOUNT),
    ),
    Row(
        "data-subnet-public",
        "ok",
        "a default subnet with a table of its own",
        (SHARE, VPC, TABLE, LINK, r("ec2/defaultSubnet:DefaultSubnet", "data", availabilityZone="eu-west-1a"), MOUNT),
    ),
    Row(
        "data-subnet-public",
        "undecided",
        "a subnet elsewhere",
        (SHARE, r("efs/mountTarget:MountTarget", subnetId="subnet-1")),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a subnet elsewhere, linked here",
        (
            VPC,
            GATE,
            r("efs/mountTarget:MountTarget", subnetId="subnet-1"),
            r("ec2/routeTable:RouteTable", "tbl", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]),
            r(
                "ec2/routeTableAssociation:RouteTableAssociation",
                "link",
                subnetId="subnet-1",
                refs={"routeTableId": "tbl.id"},
            ),
        ),
    ),
    Row("data-subnet-public", "breach", "no subnet group", (db(),)),
    Row("data-subnet-public", "breach", "the default group", (db(dbSubnetGroupName="default"),)),
    Row("data-subnet-public", "undecided", "a group elsewhere", (db(dbSubnetGroupName="theirs"),)),
    Row(
        "data-subnet-public",
        "ok",
        "a replica follows its source",
        (
            VPC,
            DATA,
            TABLE,
            LINK,
            GROUP,
            db("src", refs={"dbSubnetGroupName": "grp.name"}),
            r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"}),
        ),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "a cache without subnets",
        (r("elasticache/serverlessCache:ServerlessCache", engine="valkey"),),
    ),
    Row(
        "data-subnet-public",
        "breach",
        "brokers",
        (
            *NETWORK[:5],
            route(destinationCidrBlock="0.0.0.0/0"),
            r("msk/cluster:Cluster", refs={"brokerNodeGroupInfo.clientSubnets[0]": "data.id"}),
        ),
    ),
    Row("data-subnet-public", "ok", "search outside a VPC is another family's", (r("opensearch/domain:Domain"),)),
    Row(
        "data-subnet-public",
        "undecided",
        "unknown subnets",
        (OTHER, r("elasticache/serverlessCache:ServerlessCache", engine="valkey", refs=unknown("subnetIds"))),
    ),
]


def in_data_subnet(token: str) -> tuple[Declared, ...]:
    """A store of any kind in the subnet `data`, by itself or by a subnet group."""
    store = STORES[token]
    short = token.removeprefix("aws:")
    if store.group:
        group = r(store.group.removeprefix("aws:"), "its-group", refs={"subnetIds[0]": "data.id"})
        return group, r(short, refs={store.path: "its-group.name"})
    return (r(short, refs={store.path if store.path.endswith("Id") else f"{store.path}[0]": "data.id"}),)


_OUT = route(destinationCidrBlock="0.0.0.0/0")
# Whatever keeps data is judged by where it stands.
ROWS += [
    row
    for token in sorted(STORES)
    for row in (
        Row("data-subnet-public", "breach", f"{token}: a way out", (*NETWORK[:5], _OUT, *in_data_subnet(token))),
        Row("data-subnet-public", "ok", f"{token}: none", (*NETWORK[:5], *in_data_subnet(token))),
    )
]


def _replica(source: str, to: str = "", **home: str) -> tuple[Declared, ...]:
    """A replica without a subnet group, of a database in the data subnet or of a name."""
    group = {"dbSubnetGroupName": "grp.name"}
    first = db("home", refs=group, **home)
    given = {"region": to} if to else {}
    named = {} if source == "home.arn" else {"replicateSourceDb": source}
    copy = r("rds/instance:Instance", refs={} if named else {"replicateSourceDb": source}, **named, **given)
    return (*NETWORK[:5], GROUP, first, copy)


ROWS += [
    Row("data-subnet-public", "ok", "a replica beside its source", _replica("home.arn")),
    Row("data-subnet-public", "breach", "a replica elsewhere", _replica("home.arn", "us-east-1", region="eu-west-1")),
    Row(
        "data-subnet-public",
        "breach",
        "a replica of an ARN elsewhere",
        _replica("arn:aws:rds:eu-west-1:111122223333:db:orders", "us-east-1"),
    ),
    Row("data-subnet-public", "undecided", "a replica of a name outside", _replica("orders")),
    Row("data-subnet-public", "undecided", "a replica, home unsaid", _replica("home.arn", "us-east-1")),
    Row(
        "data-subnet-public",
        "undecided",
        "a group of that name in another region",
        (
            *NETWORK[:5],
            r(
                "rds/subnetGroup:SubnetGroup",
                "grp",
                name="inner",
                region="us-east-1",
                refs={"subnetIds[0]": "data.id"},
            ),
            db(dbSubnetGroupName="inner", region="eu-west-1"),
        ),
    ),
]
