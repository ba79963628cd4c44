"""Rows of the family default-sg."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import CLIENT, DATA, GROUP, OTHER, SG, STORE, VPC, Row, db, ingress, legacy, r, unknown
from tests.policy.engine import Declared

_DOOR = "ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint"
ADOPTED, EMPTY, UNUSED = "default-group-adopted", "default-group-empty", "default-group-unused"


def lobby(name: str = "lobby", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    refs = {"vpcId": "net.id"} if refs is None else refs
    return r("ec2/defaultSecurityGroup:DefaultSecurityGroup", name, refs=refs, **props)


def vpn(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("ec2clientvpn/endpoint:Endpoint", refs=refs, clientCidrBlock="10.70.0.0/22", **props)


SELF = {"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}
OUT = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}
OTHER_VPC = r("ec2/vpc:Vpc", "second", cidrBlock="10.62.0.0/16")
DEFAULT_VPC = r("ec2/defaultVpc:DefaultVpc", "home")
INTO_DEFAULT = {"securityGroupId": "net.defaultSecurityGroupId"}
IN_SUBNETS = {"networkConfiguration.subnets[0]": "data.id"}

ROWS = [
    Row(ADOPTED, "ok", "adopted", (VPC, lobby())),
    Row(ADOPTED, "ok", "the default VPC's", (DEFAULT_VPC, lobby(refs={}))),
    Row(ADOPTED, "ok", "two of two", (VPC, OTHER_VPC, lobby(), lobby("porch", refs={"vpcId": "second.id"}))),
    Row(ADOPTED, "breach", "not adopted", (VPC,)),
    Row(ADOPTED, "breach", "other groups do not help", (VPC, SG)),
    Row(ADOPTED, "breach", "one of two", (VPC, OTHER_VPC, lobby())),
    Row(ADOPTED, "breach", "the default VPC's is not this one's", (VPC, DEFAULT_VPC, lobby(refs={}))),
    Row(ADOPTED, "breach", "the default VPC", (DEFAULT_VPC,)),
    Row(ADOPTED, "undecided", "of an unknown VPC", (OTHER, VPC, lobby(refs=unknown("vpcId")))),
    Row(EMPTY, "ok", "empty", (VPC, lobby())),
    Row(EMPTY, "ok", "empty lists", (VPC, lobby(ingress=[], egress=[]))),
    Row(EMPTY, "ok", "rules of other groups", (VPC, lobby(), SG, ingress(cidrIpv4="10.0.0.0/8"))),
    Row(EMPTY, "breach", "its members", (VPC, lobby(ingress=[SELF]))),
    Row(EMPTY, "breach", "to anywhere", (VPC, lobby(egress=[OUT]))),
    Row(
        EMPTY,
        "breach",
        "a rule beside it",
        (VPC, lobby(), ingress(cidrIpv4="10.0.0.0/8", refs={"securityGroupId": "lobby.id"})),
    ),
    Row(
        EMPTY,
        "breach",
        "a rule of the older kind, by the VPC",
        (VPC, lobby(), legacy(type="egress", cidrBlocks=["0.0.0.0/0"], refs=INTO_DEFAULT)),
    ),
    Row(
        EMPTY,
        "breach",
        "a rule of a group that nobody adopted",
        (VPC, ingress(cidrIpv4="10.0.0.0/8", refs=INTO_DEFAULT)),
    ),
    Row(EMPTY, "undecided", "unknown rules", (OTHER, VPC, lobby(refs={"vpcId": "net.id", **unknown("ingress")}))),
    Row(
        EMPTY,
        "undecided",
        "a rule of an unknown group",
        (OTHER, VPC, lobby(), ingress(refs=unknown("securityGroupId"))),
    ),
    Row(UNUSED, "ok", "a group of its own", (VPC, SG, STORE)),
    Row(
        UNUSED,
        "ok",
        "a member of a cluster",
        (
            r(
                "rds/clusterInstance:ClusterInstance",
                clusterIdentifier="c",
                engine="aurora-mysql",
                instanceClass="db.r6g.large",
            ),
        ),
    ),
    Row(UNUSED, "breach", "a door for people", (r(_DOOR, subnetId="subnet-1"),)),
    Row(UNUSED, "ok", "a door for people", (r(_DOOR, subnetId="subnet-1", securityGroupIds=["sg-1"]),)),
    Row(UNUSED, "ok", "a cache node of a group", (r("elasticache/cluster:Cluster", replicationGroupId="g"),)),
    Row(UNUSED, "ok", "a search domain outside any VPC", (r("opensearch/domain:Domain"),)),
    Row(UNUSED, "ok", "containers on their machine's network", (r("ecs/service:Service"),)),
    Row(
        UNUSED,
        "ok",
        "a machine with an interface of its own",
        (
            r(
                "ec2/instance:Instance",
                ami="ami-1",
                instanceType="t4g.nano",
                networkInterfaces=[{"deviceIndex": 0, "networkInterfaceId": "eni-1"}],
            ),
        ),
    ),
    Row(
        UNUSED,
        "ok",
        "a network balancer without groups",
        (r("lb/loadBalancer:LoadBalancer", loadBalancerType="network", subnets=["subnet-1"]),),
    ),
    Row(UNUSED, "ok", "a Client VPN with a group", (VPC, SG, vpn(refs={"securityGroupIds[0]": "vault.id"}))),
    Row(UNUSED, "ok", "a Client VPN on a hub", (vpn(transitGatewayConfiguration={"transitGatewayId": "tgw-1"}),)),
    Row(UNUSED, "breach", "a Client VPN", (VPC, vpn(refs={"vpcId": "net.id"}))),
    Row(UNUSED, "breach", "a store without", (VPC, lobby(), DATA, GROUP, db(refs={"dbSubnetGroupName": "grp.name"}))),
    Row(UNUSED, "breach", "an empty list", (db(vpcSecurityGroupIds=[]),)),
    Row(UNUSED, "breach", "a cluster", (r("rds/cluster:Cluster", engine="aurora-mysql"),)),
    Row(UNUSED, "breach", "a cache", (r("elasticache/replicationGroup:ReplicationGroup", description="d"),)),
    Row(
        UNUSED,
        "breach",
        "a file share",
        (VPC, DATA, r("efs/mountTarget:MountTarget", fileSystemId="fs-1", refs={"subnetId": "data.id"})),
    ),
    Row(
        UNUSED,
        "breach",
        "a search domain in a VPC",
        (VPC, DATA, r("opensearch/domain:Domain", refs={"vpcOptions.subnetIds[0]": "data.id"})),
    ),
    Row(UNUSED, "breach", "containers in a VPC", (VPC, DATA, r("ecs/service:Service", refs=IN_SUBNETS))),
    Row(UNUSED, "breach", "a machine", (r("ec2/instance:Instance", ami="ami-1", instanceType="t4g.nano"),)),
    Row(UNUSED, "breach", "a balancer", (r("lb/loadBalancer:LoadBalancer", subnets=["subnet-1"]),)),
    Row(UNUSED, "breach", "the adopted one by name", (VPC, lobby(), db(refs={"vpcSecurityGroupIds[0]": "lobby.id"}))),
    Row(UNUSED, "breach", "the VPC's", (VPC, db(refs={"vpcSecurityGroupIds[0]": "net.defaultSecurityGroupId"}))),
    Row(
        UNUSED,
        "breach",
        "beside one of its own",
        (VPC, SG, lobby(), db(refs={"vpcSecurityGroupIds[0]": "vault.id", "vpcSecurityGroupIds[1]": "lobby.id"})),
    ),
    Row(UNUSED, "undecided", "unknown groups", (OTHER, VPC, lobby(), db(refs=unknown("vpcSecurityGroupIds")))),
    Row(UNUSED, "ok", "clients and stores apart", (VPC, SG, CLIENT, STORE)),
]
