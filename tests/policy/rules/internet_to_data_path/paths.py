"""Rows of the family internet-to-data-path."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import DATA, GATE, GROUP, OTHER, VPC, Row, Verdict, db, r, unknown
from tests.policy.engine import Declared

WORLD = {"cidrBlocks": ["0.0.0.0/0"]}
WORLD_SIX = {"ipv6CidrBlocks": ["::/0"]}


def group(name: str, *ingress: dict[str, Any], refs: dict[str, str] | None = None, **props: Any) -> Declared:
    rules = {"ingress": list(ingress)} if ingress else {}
    return r("ec2/securityGroup:SecurityGroup", name, refs={"vpcId": "net.id", **(refs or {})}, **rules, **props)


def on(port: int, **source: Any) -> dict[str, Any]:
    return {"protocol": "tcp", "fromPort": port, "toPort": port, **source}


def admits(of: str, client: str, port: int = 5432, name: str = "r1") -> Declared:
    refs = {"securityGroupId": f"{of}.id", "referencedSecurityGroupId": f"{client}.id"}
    props = {"ipProtocol": "tcp", "fromPort": port, "toPort": port}
    return r("vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, refs=refs, **props)


def machine(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    refs = {"subnetId": "edge.id", "vpcSecurityGroupIds[0]": "jump.id"} | (refs or {})
    return r("ec2/instance:Instance", "hopper", refs={path: ref for path, ref in refs.items() if ref}, **props)


def store(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    where = {"dbSubnetGroupName": "grp.name", "vpcSecurityGroupIds[0]": "vault.id"}
    return db("it", refs={**where, **(refs or {})}, **props)


def task(token: str = "ecs/service:Service", **config: Any) -> Declared:
    refs = {"networkConfiguration.subnets[0]": "edge.id", "networkConfiguration.securityGroups[0]": "jump.id"}
    return r(token, "crew", refs=refs, networkConfiguration=config)


def balancer(subnet: str = "edge", of: str = "front-group", **props: Any) -> Declared:
    refs = {"subnets[0]": f"{subnet}.id"} | ({"securityGroups[0]": f"{of}.id"} if of else {})
    return r("lb/loadBalancer:LoadBalancer", "front", refs=refs, **props)


def forwards(target: str = "it.address") -> tuple[Declared, ...]:
    """A listener, a target group and a target in it."""
    literal = target.replace(".", "").isdigit()
    refs = {"targetGroupArn": "targets.arn"} | ({} if literal else {"targetId": target})
    action = {"loadBalancerArn": "front.arn", "defaultActions[0].targetGroupArn": "targets.arn"}
    return (
        r("lb/targetGroup:TargetGroup", "targets", targetType="ip", refs={"vpcId": "net.id"}),
        r(
            "lb/targetGroupAttachment:TargetGroupAttachment",
            "target",
            refs=refs,
            **({"targetId": target} if literal else {}),
        ),
        r("lb/listener:Listener", "ear", refs=action, protocol="TCP", defaultActions=[{"type": "forward"}]),
    )


EDGE = r("ec2/subnet:Subnet", "edge", refs={"vpcId": "net.id"}, cidrBlock="10.61.0.0/24")
OPEN = r("ec2/routeTable:RouteTable", "open", refs={"vpcId": "net.id"})
OUT = r(
    "ec2/route:Route", "out", refs={"routeTableId": "open.id", "gatewayId": "gate.id"}, destinationCidrBlock="0.0.0.0/0"
)
OUT_SIX = r(
    "ec2/route:Route", "out6", refs={"routeTableId": "open.id", "gatewayId": "gate.id"}, destinationIpv6CidrBlock="::/0"
)
LINK = r(
    "ec2/routeTableAssociation:RouteTableAssociation", "a1", refs={"subnetId": "edge.id", "routeTableId": "open.id"}
)
EDGE_GROUP = r("rds/subnetGroup:SubnetGroup", "grp", refs={"subnetIds[0]": "edge.id"})
NET = (VPC, GATE, EDGE, OPEN, OUT, LINK, DATA)

VAULT = group("vault")
OPEN_VAULT = group("vault", on(5432, **WORLD))
JUMP = group("jump", on(22, **WORLD))
TRUSTS_JUMP = (VAULT, admits("vault", "jump"))
BASTION = (*NET, GROUP, JUMP, *TRUSTS_JUMP, store())
PUBLIC = (*NET, EDGE_GROUP, store(publiclyAccessible=True))

BALANCER_GROUP = group("front-group", on(443, **WORLD))
CREW_GROUP = group("crew-group")
TIERS = (
    *NET,
    GROUP,
    BALANCER_GROUP,
    CREW_GROUP,
    VAULT,
    admits("crew-group", "front-group", 8443, "r0"),
    admits("vault", "crew-group"),
    r(
        "ecs/service:Service",
        "crew",
        refs={"networkConfiguration.subnets[0]": "data.id", "networkConfiguration.securityGroups[0]": "crew-group.id"},
    ),
    store(),
)


def acl(*ingress: dict[str, Any], egress: list[dict[str, Any]] | None = None, subnet: str = "edge") -> Declared:
    out = [entry(100)] if egress is None else egress
    refs = {"vpcId": "net.id", "subnetIds[0]": f"{subnet}.id"}
    return r("ec2/networkAcl:NetworkAcl", "nacl", refs=refs, ingress=list(ingress), egress=out)


def entry(number: int, action: str = "allow", low: int = 0, high: int = 0, cidr: str = "0.0.0.0/0") -> dict[str, Any]:
    name = "tcp" if high else "-1"
    return {"ruleNo": number, "action": action, "protocol": name, "fromPort": low, "toPort": high, "cidrBlock": cidr}


def bpa(mode: str = "block-bidirectional") -> Declared:
    token = "ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"
    return r(token, "bpa", internetGatewayBlockMode=mode)


def excluded(mode: str) -> Declared:
    token = "ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion"
    return r(token, "not-here", internetGatewayExclusionMode=mode, refs={"vpcId": "net.id"})


def row(verdict: Verdict, about: str, *stack: Declared) -> Row:
    return Row("internet-to-data-path", verdict, about, stack)


# A second VPC, and how it may be joined to the first.
FAR = (
    r("ec2/vpc:Vpc", "far", cidrBlock="10.99.0.0/16"),
    r("ec2/subnet:Subnet", "far-data", refs={"vpcId": "far.id"}, cidrBlock="10.99.1.0/24"),
    r("rds/subnetGroup:SubnetGroup", "grp", refs={"subnetIds[0]": "far-data.id"}),
    r("ec2/routeTable:RouteTable", "far-table", refs={"vpcId": "far.id"}),
    r(
        "ec2/routeTableAssociation:RouteTableAssociation",
        "far-link",
        refs={"subnetId": "far-data.id", "routeTableId": "far-table.id"},
    ),
)
FAR_STORE = (*NET, *FAR, JUMP, machine(associatePublicIpAddress=True), *TRUSTS_JUMP, store())


def routes_between(path: str, to: str) -> tuple[Declared, ...]:
    there = r(
        "ec2/route:Route", "there", refs={"routeTableId": "open.id", path: to}, destinationCidrBlock="10.99.0.0/16"
    )
    back = r(
        "ec2/route:Route", "back", refs={"routeTableId": "far-table.id", path: to}, destinationCidrBlock="10.61.0.0/16"
    )
    return there, back


PEERING = r("ec2/vpcPeeringConnection:VpcPeeringConnection", "bridge", refs={"vpcId": "net.id", "peerVpcId": "far.id"})
HUB = r("ec2transitgateway/transitGateway:TransitGateway", "hub")


HERE = {"cidrBlocks": ["10.61.0.0/16"]}
CLUSTER = {"dbSubnetGroupName": "grp.name", "vpcSecurityGroupIds[0]": "vault.id"}
BROKERS = {"brokerNodeGroupInfo.clientSubnets[0]": "edge.id", "brokerNodeGroupInfo.securityGroups[0]": "vault.id"}
EDGE_SIX = r(
    "ec2/subnet:Subnet",
    "edge",
    refs={"vpcId": "net.id"},
    cidrBlock="10.61.0.0/24",
    ipv6CidrBlock="2a05:d018:1::/64",
)
NET_SIX = (VPC, GATE, EDGE_SIX, OPEN, OUT_SIX, LINK, DATA)

FENCED = [
    row("ok", "denied before it is allowed", *PUBLIC, OPEN_VAULT, acl(entry(10, "deny", 5432, 5432), entry(20))),
    row("breach", "allowed before it is denied", *PUBLIC, OPEN_VAULT, acl(entry(20, "deny", 5432, 5432), entry(10))),
    row("ok", "no answer gets out", *PUBLIC, OPEN_VAULT, acl(entry(10), egress=[])),
    row("breach", "answers get out", *PUBLIC, OPEN_VAULT, acl(entry(10), egress=[entry(10, "allow", 1024, 65535)])),
    row("ok", "only private ranges", *PUBLIC, OPEN_VAULT, acl(entry(10, cidr="10.0.0.0/8"))),
    row("breach", "another subnet's", *PUBLIC, OPEN_VAULT, acl(subnet="data")),
    row(
        "ok",
        "the default one, emptied",
        *PUBLIC,
        OPEN_VAULT,
        r("ec2/defaultNetworkAcl:DefaultNetworkAcl", "shut", refs={"defaultNetworkAclId": "net.defaultNetworkAclId"}),
    ),
    row(
        "undecided",
        "an unknown number",
        OTHER,
        *PUBLIC,
        OPEN_VAULT,
        r(
            "ec2/networkAcl:NetworkAcl",
            "nacl",
            refs={"vpcId": "net.id", "subnetIds[0]": "edge.id"},
            egress=[entry(10)],
        ),
        r(
            "ec2/networkAclRule:NetworkAclRule",
            "allow",
            refs={"networkAclId": "nacl.id"},
            **{**{"ruleNumber": 10, "ruleAction": "allow", "protocol": "-1"}, "cidrBlock": "0.0.0.0/0"},
        ),
        r(
            "ec2/networkAclRule:NetworkAclRule",
            "deny",
            refs={"networkAclId": "nacl.id", **unknown("ruleNumber")},
            ruleAction="deny",
            protocol="-1",
            cidrBlock="0.0.0.0/0",
        ),
    ),
    row("ok", "the account blocks public access", *PUBLIC, OPEN_VAULT, bpa()),
    row("ok", "the account blocks what comes in", *PUBLIC, OPEN_VAULT, bpa("block-ingress"), excluded("allow-egress")),
    row("breach", "the account blocks nothing", *PUBLIC, OPEN_VAULT, bpa("off")),
    row("breach", "this VPC is excluded", *PUBLIC, OPEN_VAULT, bpa(), excluded("allow-bidirectional")),
    row(
        "undecided",
        "an unknown block",
        OTHER,
        *PUBLIC,
        OPEN_VAULT,
        Declared("bpa", bpa().type, {}, unknown("internetGatewayBlockMode")),
    ),
]

JOINED = [
    row("ok", "another VPC", *FAR_STORE),
    row("breach", "a VPC next to it", *FAR_STORE, PEERING, *routes_between("vpcPeeringConnectionId", "bridge.id")),
    row("ok", "no way back", *FAR_STORE, PEERING, routes_between("vpcPeeringConnectionId", "bridge.id")[0]),
    row("undecided", "a hub between", *FAR_STORE, HUB, *routes_between("transitGatewayId", "hub.id")),
    row("ok", "a hub that leads one way only", *FAR_STORE, HUB, routes_between("transitGatewayId", "hub.id")[0]),
]

ROWS = [*FENCED, *JOINED]
