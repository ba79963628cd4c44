"""Rows of the family subnet-auto-public-ip."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import DATA, GATE, GROUP, LINK, MOUNT, OTHER, SHARE, TABLE, VPC, Row, db, r, route, unknown
from tests.policy.engine import Declared

RULE = "subnet-auto-public-ip"


def subnet(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """The subnet `data`, which hands out addresses unless told otherwise."""
    about = {"cidrBlock": "10.61.20.0/24", "mapPublicIpOnLaunch": True, **props}
    refs = {"vpcId": "net.id"} | (refs or {})
    return r("ec2/subnet:Subnet", "data", refs=refs, **{key: value for key, value in about.items() if key not in refs})


SIX = {"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": True, "ipv6CidrBlock": "2001:db8::/64"}
EGRESS_ONLY = r("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "out", refs={"vpcId": "net.id"})
STORE = (GROUP, db(refs={"dbSubnetGroupName": "grp.name"}))
TASK = r("ecs/service:Service", "crew", refs={"networkConfiguration.subnets[0]": "data.id"})
MACHINE = r("ec2/instance:Instance", "box", refs={"subnetId": "data.id"})
ROUTER = r("ec2/instance:Instance", "nat", sourceDestCheck=False, refs={"subnetId": "data.id"})
ALB = r("lb/loadBalancer:LoadBalancer", "front", refs={"subnets[0]": "data.id"})
NAT = r("ec2/natGateway:NatGateway", "nat", refs={"subnetId": "data.id"})
SCALED = r("autoscaling/group:Group", "fleet", minSize=1, maxSize=2, refs={"vpcZoneIdentifiers[0]": "data.id"})
NODES = r(
    "eks/nodeGroup:NodeGroup",
    "nodes",
    clusterName="c",
    nodeRoleArn="r",
    scalingConfig={"desiredSize": 1, "maxSize": 1, "minSize": 1},
    refs={"subnetIds[0]": "data.id"},
)
CONTROL = r("eks/cluster:Cluster", "plane", roleArn="r", refs={"vpcConfig.subnetIds[0]": "data.id"})
FUNCTION = r("lambda/function:Function", "fn", role="r", refs={"vpcConfig.subnetIds[0]": "data.id"})


def home(**props: Any) -> Declared:
    return r("ec2/defaultSubnet:DefaultSubnet", "yard", availabilityZone="eu-west-1b", **props)


ROWS = [
    Row(RULE, "breach", "a store", (VPC, subnet(), *STORE)),
    Row(RULE, "breach", "a file share", (VPC, subnet(), SHARE, MOUNT)),
    Row(RULE, "breach", "containers", (VPC, subnet(), TASK)),
    Row(RULE, "breach", "a machine", (VPC, subnet(), MACHINE)),
    Row(RULE, "breach", "a group of machines", (VPC, subnet(), SCALED)),
    Row(RULE, "breach", "the nodes of a cluster", (VPC, subnet(), NODES)),
    Row(RULE, "breach", "a function", (VPC, subnet(), FUNCTION)),
    Row(RULE, "breach", "machines beside a balancer", (VPC, subnet(), ALB, MACHINE)),
    Row(RULE, "breach", "the default subnet, unset", (home(),)),
    Row(RULE, "breach", "the default subnet, set", (home(mapPublicIpOnLaunch=True),)),
    Row(
        RULE,
        "breach",
        "IPv6, routed to the internet",
        (VPC, GATE, subnet(**SIX), TABLE, LINK, route(destinationIpv6CidrBlock="::/0"), *STORE),
    ),
    Row(RULE, "ok", "the edge", (VPC, subnet(), ALB, NAT)),
    Row(RULE, "ok", "a NAT instance", (VPC, subnet(), ROUTER)),
    Row(RULE, "ok", "the control plane of a cluster", (VPC, subnet(), CONTROL)),
    Row(RULE, "ok", "nobody", (VPC, subnet())),
    Row(RULE, "ok", "unset", (VPC, DATA, *STORE, MACHINE)),
    Row(RULE, "ok", "switched off", (VPC, subnet(mapPublicIpOnLaunch=False), *STORE)),
    Row(RULE, "ok", "the default subnet, switched off", (home(mapPublicIpOnLaunch=False),)),
    Row(RULE, "ok", "IPv6 without a route", (VPC, subnet(**SIX), *STORE)),
    Row(
        RULE,
        "ok",
        "IPv6 through an egress-only gateway",
        (
            VPC,
            EGRESS_ONLY,
            subnet(**SIX),
            TABLE,
            LINK,
            route(via="out.id", at="egressOnlyGatewayId", destinationIpv6CidrBlock="::/0"),
            *STORE,
        ),
    ),
    Row(
        RULE,
        "ok",
        "IPv6 without a route beside IPv4 with one",
        (VPC, GATE, subnet(**SIX), TABLE, LINK, route(destinationCidrBlock="0.0.0.0/0"), *STORE),
    ),
    Row(RULE, "undecided", "an unknown switch", (OTHER, VPC, subnet(refs=unknown("mapPublicIpOnLaunch")), *STORE)),
    Row(
        RULE,
        "undecided",
        "a store in unknown subnets",
        (
            OTHER,
            VPC,
            subnet(),
            r("rds/subnetGroup:SubnetGroup", "grp", refs=unknown("subnetIds")),
            db(refs={"dbSubnetGroupName": "grp.name"}),
        ),
    ),
    Row(
        RULE,
        "undecided",
        "IPv6 and an unknown table",
        (
            OTHER,
            VPC,
            GATE,
            subnet(**SIX),
            r(
                "ec2/routeTableAssociation:RouteTableAssociation",
                "link",
                refs={"subnetId": "data.id", **unknown("routeTableId")},
            ),
            *STORE,
        ),
    ),
]
