"""Rows of the family sg-open-egress."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import CLIENT, OTHER, S3, SG, STORE, TASK, VPC, Row, db, legacy, r, unknown
from tests.policy.engine import Declared

RULE = "sg-open-egress"
WORLD = "0.0.0.0/0"
ALL = {"protocol": "-1", "fromPort": 0, "toPort": 0}


def egress(name: str = "it", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        name,
        refs={"securityGroupId": "vault.id"} | (refs or {}),
        **{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **props},
    )


def inline(*rules: dict[str, Any]) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", "vault", egress=list(rules))


LIST = r(
    "ec2/managedPrefixList:ManagedPrefixList", "list", addressFamily="IPv4", maxEntries=2, entries=[{"cidr": WORLD}]
)
CACHE = r("elasticache/replicationGroup:ReplicationGroup", "cache", refs={"securityGroupIds[0]": "vault.id"})
SHARE = r("efs/mountTarget:MountTarget", "mount", subnetId="subnet-1", refs={"securityGroups[0]": "vault.id"})
PROXY = r("rds/proxy:Proxy", "proxy", refs={"vpcSecurityGroupIds[0]": "vault.id"})
SEARCH = r("opensearch/domain:Domain", "search", refs={"vpcOptions.securityGroupIds[0]": "vault.id"})

ROWS = [
    Row(RULE, "breach", "inline", (inline({**ALL, "cidrBlocks": [WORLD]}), STORE)),
    Row(RULE, "breach", "a rule of the older kind", (VPC, SG, STORE, legacy(type="egress", cidrBlocks=[WORLD]))),
    Row(RULE, "breach", "a rule of the newer kind", (VPC, SG, STORE, egress(cidrIpv4=WORLD))),
    Row(RULE, "breach", "IPv6", (VPC, SG, STORE, egress(cidrIpv6="::/0"))),
    Row(RULE, "breach", "two halves", (inline({**ALL, "cidrBlocks": ["0.0.0.0/1", "128.0.0.0/1"]}), STORE)),
    Row(
        RULE,
        "breach",
        "a large range in two rules",
        (VPC, SG, STORE, egress(cidrIpv4="52.0.0.0/9"), egress("another", cidrIpv4="52.128.0.0/9")),
    ),
    Row(RULE, "breach", "an own list of the world", (LIST, VPC, SG, STORE, egress(refs={"prefixListId": "list.id"}))),
    Row(RULE, "breach", "a cache", (VPC, SG, CACHE, egress(cidrIpv4=WORLD))),
    Row(RULE, "breach", "a file share", (VPC, SG, SHARE, egress(cidrIpv4=WORLD))),
    Row(RULE, "breach", "a proxy", (VPC, SG, PROXY, egress(cidrIpv4=WORLD))),
    Row(RULE, "breach", "a search domain", (VPC, SG, SEARCH, egress(cidrIpv4=WORLD))),
    Row(RULE, "breach", "a store shares its clients' group", (VPC, SG, STORE, TASK, egress(cidrIpv4=WORLD))),
    Row(
        RULE,
        "breach",
        "the second group of a store",
        (
            VPC,
            SG,
            CLIENT,
            db("store", refs={"vpcSecurityGroupIds[0]": "client.id", "vpcSecurityGroupIds[1]": "vault.id"}),
            egress(cidrIpv4=WORLD),
        ),
    ),
    Row(RULE, "ok", "containers", (VPC, SG, TASK, egress(cidrIpv4=WORLD))),
    Row(RULE, "ok", "nobody", (VPC, SG, egress(cidrIpv4=WORLD))),
    Row(RULE, "ok", "no egress at all", (VPC, SG, STORE)),
    Row(RULE, "ok", "a group", (VPC, SG, CLIENT, STORE, egress(refs={"referencedSecurityGroupId": "client.id"}))),
    Row(RULE, "ok", "the VPC", (VPC, SG, STORE, egress(cidrIpv4="10.61.0.0/16"))),
    Row(RULE, "ok", "a list by AWS", (VPC, SG, STORE, egress(prefixListId="pl-6da54004"))),
    Row(
        RULE,
        "ok",
        "a gateway endpoint's list",
        (VPC, SG, STORE, S3, egress(refs={"prefixListId": "s3.prefixListId"})),
    ),
    Row(
        RULE,
        "ok",
        "a gateway endpoint's list, by a rule of the older kind",
        (VPC, SG, STORE, S3, legacy(type="egress", refs={"prefixListIds[0]": "s3.prefixListId"})),
    ),
    Row(
        RULE,
        "breach",
        "a gateway endpoint's list beside the world",
        (
            VPC,
            SG,
            STORE,
            S3,
            legacy(type="egress", cidrBlocks=[WORLD], refs={"prefixListIds[0]": "s3.prefixListId"}),
        ),
    ),
    Row(RULE, "ok", "ingress is another family's", (VPC, SG, STORE, legacy(cidrBlocks=[WORLD]))),
    Row(
        RULE,
        "ok",
        "inline ingress is another family's",
        (r("ec2/securityGroup:SecurityGroup", "vault", ingress=[{**ALL, "cidrBlocks": [WORLD]}]), STORE),
    ),
    Row(RULE, "undecided", "an unknown address", (OTHER, VPC, SG, STORE, egress(refs=unknown("cidrIpv4")))),
    Row(
        RULE,
        "undecided",
        "an unknown direction",
        (OTHER, VPC, SG, STORE, legacy(cidrBlocks=[WORLD], refs=unknown("type"))),
    ),
    Row(
        RULE,
        "undecided",
        "an unknown group",
        (OTHER, VPC, SG, STORE, egress(cidrIpv4=WORLD, refs=unknown("securityGroupId"))),
    ),
    Row(
        RULE,
        "undecided",
        "a store with unknown groups",
        (OTHER, VPC, SG, db("store", refs=unknown("vpcSecurityGroupIds")), egress(cidrIpv4=WORLD)),
    ),
    Row(
        RULE,
        "undecided",
        "unknown inline rules",
        (OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("egress")), STORE),
    ),
]
