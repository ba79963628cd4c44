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

FRONT_GROUP = group("front-group", on(443, **WORLD))
CREW_GROUP = group("crew-group")
TIERS = (
    *NET,
    GROUP,
    FRONT_GROUP,
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

DIRECT = [
    row("breach", "a public database", *PUBLIC, OPEN_VAULT),
    row("breach", "halves of the world", *PUBLIC, group("vault", on(5432, cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"]))),
    row("breach", "all protocols", *PUBLIC, group("vault", {"protocol": "-1", "fromPort": 0, "toPort": 0, **WORLD})),
    row(
        "breach",
        "its own port",
        *PUBLIC[:-1],
        group("vault", on(6000, **WORLD)),
        store(publiclyAccessible=True, port=6000),
    ),
    row(
        "breach",
        "IPv6 only",
        *NET_SIX,
        EDGE_GROUP,
        group("vault", on(5432, **WORLD_SIX)),
        store(publiclyAccessible=True, networkType="DUAL"),
    ),
    row(
        "breach",
        "a file system by IPv6",
        *NET_SIX,
        group("vault", on(2049, **WORLD_SIX)),
        r(
            "efs/mountTarget:MountTarget",
            ipAddressType="DUAL_STACK",
            refs={"fileSystemId": "fs.id", "subnetId": "edge.id", "securityGroups[0]": "vault.id"},
        ),
        r("efs/fileSystem:FileSystem", "fs"),
    ),
    row(
        "breach",
        "a member of a cluster",
        *NET,
        EDGE_GROUP,
        OPEN_VAULT,
        r("rds/cluster:Cluster", engine="aurora-postgresql", refs=CLUSTER),
        r("rds/clusterInstance:ClusterInstance", "one", publiclyAccessible=True, refs={"clusterIdentifier": "it.id"}),
    ),
    row(
        "breach",
        "brokers with addresses",
        *NET,
        group("vault", on(9198, **WORLD)),
        r(
            "msk/cluster:Cluster",
            brokerNodeGroupInfo={"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}},
            refs=BROKERS,
        ),
    ),
    row(
        "breach",
        "the default VPC",
        VPC,
        OPEN_VAULT,
        db("it", publiclyAccessible=True, dbSubnetGroupName="default", refs={"vpcSecurityGroupIds[0]": "vault.id"}),
    ),
    row(
        "breach",
        "one subnet of two",
        *NET,
        r("rds/subnetGroup:SubnetGroup", "grp", refs={"subnetIds[0]": "data.id", "subnetIds[1]": "edge.id"}),
        OPEN_VAULT,
        store(publiclyAccessible=True),
    ),
    row(
        "breach",
        "a replica where its source is",
        *PUBLIC[:-1],
        OPEN_VAULT,
        db("source", refs={"dbSubnetGroupName": "grp.name"}),
        r(
            "rds/instance:Instance",
            publiclyAccessible=True,
            port=5432,
            refs={"replicateSourceDb": "source.identifier", "vpcSecurityGroupIds[0]": "vault.id"},
        ),
    ),
    row("ok", "no public address", *NET, EDGE_GROUP, OPEN_VAULT, store()),
    row("ok", "a public address that no route leads to", *NET, GROUP, OPEN_VAULT, store(publiclyAccessible=True)),
    row("ok", "another port", *PUBLIC, group("vault", on(3306, **WORLD))),
    row("ok", "another protocol", *PUBLIC, group("vault", {**on(5432, **WORLD), "protocol": "udp"})),
    row("ok", "a partner's range", *PUBLIC, group("vault", on(5432, cidrBlocks=["203.0.113.0/24"]))),
    row("ok", "private ranges", *PUBLIC, group("vault", on(5432, cidrBlocks=["10.0.0.0/8", "172.16.0.0/12"]))),
    row("ok", "IPv6 that it does not speak", *PUBLIC, OUT_SIX, group("vault", on(5432, **WORLD_SIX))),
    row(
        "ok",
        "only through NAT",
        VPC,
        GATE,
        EDGE,
        OPEN,
        LINK,
        EDGE_GROUP,
        OPEN_VAULT,
        r("ec2/natGateway:NatGateway", "nat"),
        r(
            "ec2/route:Route",
            "out",
            refs={"routeTableId": "open.id", "natGatewayId": "nat.id"},
            destinationCidrBlock="0.0.0.0/0",
        ),
        store(publiclyAccessible=True),
    ),
    row(
        "ok",
        "more specific routes lead elsewhere",
        *PUBLIC,
        OPEN_VAULT,
        HUB,
        *(
            r(
                "ec2/route:Route",
                f"half{half}",
                refs={"routeTableId": "open.id", "transitGatewayId": "hub.id"},
                destinationCidrBlock=f"{half}.0.0.0/1",
            )
            for half in (0, 128)
        ),
    ),
    row(
        "undecided",
        "an unknown switch",
        OTHER,
        *NET,
        EDGE_GROUP,
        OPEN_VAULT,
        store(refs=unknown("publiclyAccessible")),
    ),
    row(
        "undecided",
        "an unknown range",
        OTHER,
        *PUBLIC,
        group("vault", on(5432), refs=unknown("ingress[0].cidrBlocks[0]")),
    ),
    row(
        "undecided",
        "a group elsewhere",
        *NET,
        EDGE_GROUP,
        db("it", publiclyAccessible=True, vpcSecurityGroupIds=["sg-1"], refs={"dbSubnetGroupName": "grp.name"}),
    ),
    row(
        "undecided",
        "an unknown port",
        OTHER,
        *NET,
        EDGE_GROUP,
        group("vault", on(5432, **WORLD)),
        store(publiclyAccessible=True, refs=unknown("port")),
    ),
    row(
        "undecided",
        "a subnet group elsewhere",
        VPC,
        OPEN_VAULT,
        db("it", publiclyAccessible=True, dbSubnetGroupName="theirs", refs={"vpcSecurityGroupIds[0]": "vault.id"}),
    ),
    row(
        "undecided",
        "an unknown table",
        OTHER,
        *PUBLIC[:5],
        Declared("a1", LINK.type, {}, {"subnetId": "edge.id", **unknown("routeTableId")}),
        *PUBLIC[6:],
        OPEN_VAULT,
    ),
    row(
        "undecided",
        "behind a firewall",
        VPC,
        GATE,
        EDGE,
        OPEN,
        LINK,
        EDGE_GROUP,
        OPEN_VAULT,
        r("ec2/vpcEndpoint:VpcEndpoint", "filter", vpcEndpointType="GatewayLoadBalancer", refs={"vpcId": "net.id"}),
        r(
            "ec2/route:Route",
            "out",
            refs={"routeTableId": "open.id", "vpcEndpointId": "filter.id"},
            destinationCidrBlock="0.0.0.0/0",
        ),
        store(publiclyAccessible=True),
    ),
]

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

HOSTS = [
    row("breach", "a bastion", *BASTION, machine(associatePublicIpAddress=True)),
    row(
        "breach",
        "an address from its subnet",
        *BASTION[:2],
        Declared("edge", EDGE.type, {**EDGE.props, "mapPublicIpOnLaunch": True}, EDGE.refs),
        *BASTION[3:],
        machine(),
    ),
    row("breach", "an elastic address", *BASTION, machine(), r("ec2/eip:Eip", "ip", refs={"instance": "hopper.id"})),
    row(
        "breach",
        "an elastic address on its interface",
        *BASTION,
        r("ec2/networkInterface:NetworkInterface", "nic", refs={"subnetId": "edge.id", "securityGroups[0]": "jump.id"}),
        r("ec2/instance:Instance", "hopper", refs={"primaryNetworkInterface.networkInterfaceId": "nic.id"}),
        r("ec2/eip:Eip", "ip"),
        r("ec2/eipAssociation:EipAssociation", "on", refs={"allocationId": "ip.id", "networkInterfaceId": "nic.id"}),
    ),
    row(
        "breach",
        "in by one interface, on by the other",
        *BASTION[:7],
        GROUP,
        JUMP,
        VAULT,
        group("inner"),
        admits("vault", "inner"),
        store(),
        machine(associatePublicIpAddress=True),
        r(
            "ec2/networkInterface:NetworkInterface",
            "nic",
            refs={"subnetId": "data.id", "securityGroups[0]": "inner.id"},
        ),
        r(
            "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
            "plug",
            deviceIndex=1,
            refs={"instanceId": "hopper.id", "networkInterfaceId": "nic.id"},
        ),
    ),
    row(
        "breach",
        "a group given later",
        *BASTION,
        machine(associatePublicIpAddress=True, refs={"vpcSecurityGroupIds[0]": "plain.id"}),
        group("plain"),
        r(
            "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
            "more",
            refs={"securityGroupId": "jump.id", "networkInterfaceId": "hopper.primaryNetworkInterfaceId"},
        ),
    ),
    row(
        "breach",
        "by IPv6",
        *NET_SIX,
        GROUP,
        group("jump", on(22, **WORLD_SIX)),
        *TRUSTS_JUMP,
        store(),
        machine(ipv6AddressCount=1, associatePublicIpAddress=False),
    ),
    row(
        "breach",
        "machines from a template",
        *BASTION,
        r(
            "ec2/launchTemplate:LaunchTemplate",
            "lt",
            networkInterfaces=[{"associatePublicIpAddress": "true"}],
            refs={"networkInterfaces[0].securityGroups[0]": "jump.id"},
        ),
        r(
            "autoscaling/group:Group",
            "fleet",
            minSize=1,
            maxSize=1,
            refs={"launchTemplate.id": "lt.id", "vpcZoneIdentifiers[0]": "edge.id"},
        ),
    ),
    row("breach", "a public task", *BASTION, task(assignPublicIp=True)),
    row("breach", "a public task set", *BASTION, task("ecs/taskSet:TaskSet", assignPublicIp=True)),
    row(
        "breach",
        "a tunnel",
        *BASTION[:7],
        GROUP,
        group("jump", {"protocol": "udp", "fromPort": 51820, "toPort": 51820, **WORLD}),
        *TRUSTS_JUMP,
        store(),
        machine(associatePublicIpAddress=True),
    ),
    row(
        "breach",
        "let in by its address",
        *BASTION[:7],
        GROUP,
        JUMP,
        group("vault", on(5432, cidrBlocks=["10.61.0.0/24"])),
        store(),
        machine(associatePublicIpAddress=True),
    ),
    row(
        "breach",
        "an accelerator before it",
        *BASTION,
        machine(associatePublicIpAddress=False),
        r(
            "globalaccelerator/endpointGroup:EndpointGroup",
            "fast",
            refs={"listenerArn": "ear.arn", "endpointConfigurations[0].endpointId": "hopper.id"},
        ),
        r("globalaccelerator/listener:Listener", "ear", protocol="TCP"),
    ),
    row("ok", "no public address before it", *BASTION, machine(associatePublicIpAddress=False)),
    row(
        "ok",
        "a machine in a private subnet",
        *BASTION,
        machine(associatePublicIpAddress=True, refs={"subnetId": "data.id"}),
    ),
    row("ok", "a private task", *BASTION, task(assignPublicIp=False)),
    row(
        "ok",
        "a function",
        *BASTION,
        r(
            "lambda/function:Function",
            "f",
            refs={"vpcConfig.subnetIds[0]": "edge.id", "vpcConfig.securityGroupIds[0]": "jump.id"},
        ),
    ),
    row(
        "ok",
        "nothing but ping",
        *BASTION[:7],
        GROUP,
        group("jump", {"protocol": "icmp", "fromPort": 8, "toPort": 0, **WORLD}),
        *TRUSTS_JUMP,
        store(),
        machine(associatePublicIpAddress=True),
    ),
    row(
        "ok",
        "let in on another port",
        *BASTION[:9],
        VAULT,
        admits("vault", "jump", 9187),
        store(),
        machine(associatePublicIpAddress=True),
    ),
    row(
        "ok",
        "it speaks to nobody",
        *BASTION[:7],
        GROUP,
        group("jump", on(22, **WORLD), egress=[]),
        *TRUSTS_JUMP,
        store(),
        machine(associatePublicIpAddress=True),
    ),
    row(
        "ok",
        "two hosts on the way",
        *BASTION[:7],
        GROUP,
        JUMP,
        group("inner"),
        admits("inner", "jump", 22, "r0"),
        VAULT,
        admits("vault", "inner"),
        store(),
        machine(associatePublicIpAddress=True),
        r("ec2/instance:Instance", "second", refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "inner.id"}),
    ),
    row("ok", "denied by the data's ACL", *BASTION, machine(associatePublicIpAddress=True), acl(subnet="data")),
    row("ok", "the account blocks it", *BASTION, machine(associatePublicIpAddress=True), bpa()),
    row(
        "undecided",
        "an unknown address",
        OTHER,
        *BASTION,
        machine(refs=unknown("associatePublicIpAddress")),
    ),
    row(
        "undecided",
        "unknown groups",
        OTHER,
        *BASTION[:7],
        GROUP,
        VAULT,
        admits("vault", "inner"),
        group("inner"),
        store(),
        machine(associatePublicIpAddress=True, refs={"vpcSecurityGroupIds[0]": "", **unknown("vpcSecurityGroupIds")}),
    ),
    row(
        "undecided",
        "an address of a machine that nobody can name",
        OTHER,
        *BASTION,
        machine(associatePublicIpAddress=False),
        r("ec2/eipAssociation:EipAssociation", "on", refs=unknown("instanceId")),
    ),
]

FRONTS = [
    row("ok", "three tiers", *TIERS, balancer()),
    row(
        "ok",
        "an internal balancer",
        *NET,
        GROUP,
        FRONT_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer("data", internal=True),
    ),
    row(
        "breach",
        "a balancer that the store lets in",
        *NET,
        GROUP,
        FRONT_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer(),
    ),
    row(
        "breach",
        "a network balancer hands on to the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards(),
    ),
    row(
        "breach",
        "the store by its address",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards("10.61.20.9"),
    ),
    row(
        "ok",
        "a network balancer hands on to something else",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        r("ec2/instance:Instance", "worker", refs={"subnetId": "edge.id"}, associatePublicIpAddress=False),
        *forwards("worker.privateIp"),
    ),
    row(
        "ok",
        "a target that the store's group keeps out",
        *NET,
        GROUP,
        VAULT,
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards(),
    ),
    row(
        "breach",
        "an API on to the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer("data", of="", loadBalancerType="network", internal=True),
        *forwards(),
        r("apigateway/vpcLink:VpcLink", "inwards", refs={"targetArn": "front.arn"}),
    ),
    row(
        "ok",
        "a private API",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer("data", of="", loadBalancerType="network", internal=True),
        *forwards(),
        r("apigateway/vpcLink:VpcLink", "inwards", refs={"targetArn": "front.arn"}),
        r("apigateway/restApi:RestApi", "api", endpointConfiguration={"types": "PRIVATE"}),
        r(
            "apigateway/integration:Integration",
            "use",
            connectionType="VPC_LINK",
            refs={"restApi": "api.id", "connectionId": "inwards.id"},
        ),
    ),
    row(
        "breach",
        "an API's link that the store lets in",
        *NET,
        GROUP,
        group("front-group"),
        VAULT,
        admits("vault", "front-group"),
        store(),
        r(
            "apigatewayv2/vpcLink:VpcLink",
            "inwards",
            refs={"subnetIds[0]": "data.id", "securityGroupIds[0]": "front-group.id"},
        ),
    ),
    row(
        "breach",
        "a distribution on to the store",
        *NET,
        GROUP,
        group("front-group"),
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer("data", internal=True),
        r("cloudfront/vpcOrigin:VpcOrigin", "origin", refs={"vpcOriginEndpointConfig.arn": "front.arn"}),
    ),
    row(
        "undecided",
        "a balancer of unknown kind",
        OTHER,
        *NET,
        GROUP,
        FRONT_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        Declared("front", balancer().type, {}, {**balancer().refs, **unknown("internal")}),
    ),
    row(
        "undecided",
        "a target that may be the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        db("twin", refs=CLUSTER),
        balancer(of="", loadBalancerType="network"),
        *forwards("10.61.20.9"),
    ),
]

JOINED = [
    row("ok", "another VPC", *FAR_STORE),
    row("breach", "a VPC next to it", *FAR_STORE, PEERING, *routes_between("vpcPeeringConnectionId", "bridge.id")),
    row("ok", "no way back", *FAR_STORE, PEERING, routes_between("vpcPeeringConnectionId", "bridge.id")[0]),
    row("undecided", "a hub between", *FAR_STORE, HUB, *routes_between("transitGatewayId", "hub.id")),
    row("ok", "a hub that leads one way only", *FAR_STORE, HUB, routes_between("transitGatewayId", "hub.id")[0]),
]

ROWS = [*DIRECT, *FENCED, *HOSTS, *FRONTS, *JOINED]
