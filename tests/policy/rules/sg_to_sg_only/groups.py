"""Rows of the family sg-to-sg-only."""

from __future__ import annotations

from tests.policy.declare import (
    ALB,
    CLIENT,
    DATA,
    GROUP,
    INTERNAL,
    OTHER,
    S3,
    SG,
    STORE,
    TASK,
    VPC,
    Row,
    db,
    ingress,
    legacy,
    r,
    unknown,
)
from tests.policy.engine import Declared
from tests.policy.rules.sg_open_egress.groups import egress
from tests.policy.rules.sg_open_ingress.groups import ATTACHED, INTERFACE, LINK, ORIGIN

ENDPOINT = r("ec2/vpcEndpoint:VpcEndpoint", "ep", refs={"vpcId": "net.id"}, vpcEndpointType="Interface")
ASSOCIATED = r(
    "ec2/securityGroupAssociation:SecurityGroupAssociation",
    "clip",
    refs={"securityGroupId": "vault.id", "vpcEndpointId": "ep.id"},
)
OTHER_VPC = r("ec2/vpc:Vpc", "second", cidrBlock="10.62.0.0/16")
OPEN = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}]
LOBBY = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "lobby", refs={"vpcId": "net.id"}, ingress=OPEN)
OTHER_LOBBY = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "lobby", refs={"vpcId": "second.id"}, ingress=OPEN)

ROWS = [
    Row(
        "sg-to-sg-only",
        "ok",
        "a group",
        (VPC, SG, CLIENT, STORE, ingress(refs={"referencedSecurityGroupId": "client.id"})),
    ),
    Row("sg-to-sg-only", "ok", "itself", (VPC, SG, STORE, legacy(self=True))),
    Row("sg-to-sg-only", "breach", "one address", (VPC, SG, STORE, ingress(cidrIpv4="10.61.4.7/32"))),
    Row("sg-to-sg-only", "breach", "IPv6", (VPC, SG, STORE, ingress(cidrIpv6="fd00::/8"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "a list beside itself",
        (VPC, SG, STORE, legacy(self=True, cidrBlocks=["10.0.0.0/8"])),
    ),
    Row("sg-to-sg-only", "breach", "an unknown address", (OTHER, VPC, SG, STORE, ingress(refs=unknown("cidrIpv4")))),
    Row("sg-to-sg-only", "breach", "a prefix list by AWS", (VPC, SG, STORE, legacy(prefixListIds=["pl-1"]))),
    Row(
        "sg-to-sg-only",
        "breach",
        "from a gateway endpoint's list",
        (VPC, SG, TASK, S3, ingress(refs={"prefixListId": "s3.prefixListId"})),
    ),
    Row(
        "sg-to-sg-only",
        "ok",
        "to a gateway endpoint's list",
        (VPC, SG, TASK, S3, egress(refs={"prefixListId": "s3.prefixListId"})),
    ),
    Row(
        "sg-to-sg-only",
        "ok",
        "egress is another family's",
        (VPC, SG, STORE, legacy(type="egress", cidrBlocks=["10.0.0.0/8"])),
    ),
    Row(
        "sg-to-sg-only",
        "ok",
        "empty lists",
        (VPC, SG, CLIENT, STORE, legacy(cidrBlocks=[], ipv6CidrBlocks=[], refs={"sourceSecurityGroupId": "client.id"})),
    ),
    Row("sg-to-sg-only", "breach", "containers", (VPC, SG, TASK, ingress(cidrIpv4="10.61.0.0/16"))),
    Row("sg-to-sg-only", "ok", "the edge", (VPC, SG, ALB, ingress(cidrIpv4="0.0.0.0/0"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "the edge shares its group",
        (VPC, SG, ALB, TASK, ingress(cidrIpv4="0.0.0.0/0")),
    ),
    Row("sg-to-sg-only", "breach", "an internal balancer", (VPC, SG, INTERNAL, ingress(cidrIpv4="10.61.0.0/16"))),
    Row(
        "sg-to-sg-only",
        "undecided",
        "a balancer of unknown kind",
        (
            OTHER,
            VPC,
            SG,
            r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id", **unknown("internal")}),
            ingress(cidrIpv4="0.0.0.0/0"),
        ),
    ),
    Row("sg-to-sg-only", "ok", "nobody carries it", (VPC, SG, ingress(cidrIpv4="10.61.0.0/16"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "an endpoint",
        (
            VPC,
            SG,
            r(
                "ec2/vpcEndpoint:VpcEndpoint",
                "ep",
                vpcEndpointType="Interface",
                refs={"securityGroupIds[0]": "vault.id"},
            ),
            ingress(cidrIpv4="10.61.0.0/16", fromPort=443, toPort=443),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "a machine's template",
        (
            VPC,
            SG,
            r("ec2/launchTemplate:LaunchTemplate", "lt", refs={"networkInterfaces[0].securityGroups[0]": "vault.id"}),
            ingress(cidrIpv4="10.61.0.0/16"),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "a group elsewhere, by its id",
        (
            db("store", vpcSecurityGroupIds=["sg-1"]),
            Declared(
                "it",
                "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                {"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"},
            ),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "the default group of a store without one",
        (
            VPC,
            r(
                "ec2/defaultSecurityGroup:DefaultSecurityGroup",
                "vault",
                ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}],
                refs={"vpcId": "net.id"},
            ),
            db("store"),
        ),
    ),
    Row(
        "sg-to-sg-only",
        "undecided",
        "an unknown group",
        (OTHER, STORE, SG, VPC, ingress(cidrIpv4="10.0.0.0/8", refs=unknown("securityGroupId"))),
    ),
    Row(
        "sg-to-sg-only",
        "undecided",
        "unknown inline rules",
        (OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")), STORE),
    ),
    Row(
        "sg-to-sg-only", "ok", "the private origin of a CDN", (VPC, SG, INTERNAL, ORIGIN, ingress(prefixListId="pl-1"))
    ),
    Row("sg-to-sg-only", "ok", "the link of a gateway", (VPC, SG, LINK, ingress(cidrIpv4="0.0.0.0/0"))),
    Row(
        "sg-to-sg-only",
        "breach",
        "an interface, by an attachment",
        (VPC, SG, INTERFACE, ATTACHED, ingress(cidrIpv4="10.61.0.0/16")),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "an endpoint, by an association",
        (VPC, SG, ENDPOINT, ASSOCIATED, ingress(cidrIpv4="10.61.0.0/16")),
    ),
    Row(
        "sg-to-sg-only",
        "breach",
        "a store that names no group, in the VPC's default one",
        (VPC, DATA, GROUP, LOBBY, db(refs={"dbSubnetGroupName": "grp.name"})),
    ),
    Row(
        "sg-to-sg-only",
        "ok",
        "a store that names no group, in the default one of another VPC",
        (VPC, DATA, GROUP, OTHER_VPC, OTHER_LOBBY, db(refs={"dbSubnetGroupName": "grp.name"})),
    ),
    Row(
        "sg-to-sg-only",
        "undecided",
        "a store with unknown groups",
        (OTHER, VPC, SG, db(refs=unknown("vpcSecurityGroupIds")), ingress(cidrIpv4="10.61.0.0/16")),
    ),
]
