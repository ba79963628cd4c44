"""Rows of the family sg-open-ingress."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import (
    ALB,
    CLIENT,
    INTERNAL,
    OTHER,
    S3,
    SG,
    STORE,
    TASK,
    VPC,
    Row,
    ingress,
    legacy,
    r,
    unknown,
)
from tests.policy.engine import Declared

PORTS, EDGE = "sg-open-ports", "sg-open-ingress"
SMALL = "small-machine-ports"
_SMALL = r("lightsail/instance:Instance", blueprintId="amazon_linux_2023")
_OPEN = "lightsail/instancePublicPorts:InstancePublicPorts"
WORLD = "0.0.0.0/0"
HTTPS = {"fromPort": 443, "toPort": 443}


def inline(*rules: dict[str, Any], refs: dict[str, str] | None = None) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", "vault", refs=refs, ingress=list(rules))


def rule(low: int = 22, high: int | None = None, protocol: str = "tcp", **sources: Any) -> dict[str, Any]:
    return {"protocol": protocol, "fromPort": low, "toPort": low if high is None else high, **sources}


def another(**props: Any) -> Declared:
    return r(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "another",
        refs={"securityGroupId": "vault.id"},
        **{"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432, **props},
    )


def own_list(*cidrs: str, refs: dict[str, str] | None = None) -> Declared:
    entries = {"entries": [{"cidr": cidr} for cidr in cidrs]} if cidrs else {}
    return r(
        "ec2/managedPrefixList:ManagedPrefixList", "list", refs=refs, addressFamily="IPv4", maxEntries=9, **entries
    )


LATE = r("ec2/managedPrefixListEntry:ManagedPrefixListEntry", "late", refs={"prefixListId": "list.id"}, cidr=WORLD)
LISTED = ingress(refs={"prefixListId": "list.id"})
LISTED_HTTPS = ingress(refs={"prefixListId": "list.id"}, **HTTPS)
NETWORK_FRONT = r(
    "lb/loadBalancer:LoadBalancer", "front", loadBalancerType="network", refs={"securityGroups[0]": "vault.id"}
)
CLASSIC = r("elb/loadBalancer:LoadBalancer", "front", listeners=[], refs={"securityGroups[0]": "vault.id"})
NETWORK_FRONT_TOO = r(
    "lb/loadBalancer:LoadBalancer", "fast", loadBalancerType="network", refs={"securityGroups[0]": "vault.id"}
)
LINK = r("apigatewayv2/vpcLink:VpcLink", "front", subnetIds=["subnet-1"], refs={"securityGroupIds[0]": "vault.id"})
ORIGIN = r(
    "cloudfront/vpcOrigin:VpcOrigin",
    "cdn",
    vpcOriginEndpointConfig={"name": "o", "httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "https-only"},
    refs={"vpcOriginEndpointConfig.arn": "front.arn"},
)
MACHINE = r("ec2/instance:Instance", "box", refs={"vpcSecurityGroupIds[0]": "vault.id"})
INTERFACE = r("ec2/networkInterface:NetworkInterface", "nic", subnetId="subnet-1")
ATTACHED = r(
    "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
    "clip",
    refs={"securityGroupId": "vault.id", "networkInterfaceId": "nic.id"},
)


def alone(*sources: Declared) -> tuple[Declared, ...]:
    return (VPC, SG, *sources)


ROWS = [
    # --- ports that are nobody's at the internet: decided by the rule's own words ---
    Row(PORTS, "breach", "inline", (inline(rule(cidrBlocks=[WORLD])),)),
    Row(PORTS, "breach", "the second inline rule", (inline(rule(443, cidrBlocks=[WORLD]), rule(cidrBlocks=[WORLD])),)),
    Row(PORTS, "breach", "a rule of the older kind", alone(legacy(cidrBlocks=[WORLD]))),
    Row(PORTS, "breach", "a rule of the newer kind", alone(ingress(cidrIpv4=WORLD))),
    Row(
        PORTS,
        "breach",
        "the default group",
        (r("ec2/defaultSecurityGroup:DefaultSecurityGroup", ingress=[rule(cidrBlocks=[WORLD])]),),
    ),
    Row(PORTS, "breach", "IPv6", alone(ingress(cidrIpv6="::/0"))),
    Row(PORTS, "breach", "IPv6 in full", (inline(rule(ipv6CidrBlocks=["0:0:0:0:0:0:0:0/0"])),)),
    Row(PORTS, "breach", "all that is routed of IPv6", alone(legacy(ipv6CidrBlocks=["2000::/3"]))),
    Row(PORTS, "breach", "host bits", alone(ingress(cidrIpv4="203.0.113.9/0"))),
    Row(PORTS, "breach", "two halves", (inline(rule(cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"])),)),
    Row(PORTS, "breach", "one half", alone(ingress(cidrIpv4="128.0.0.0/1"))),
    Row(PORTS, "breach", "a public /8", alone(ingress(cidrIpv4="52.0.0.0/8"))),
    Row(PORTS, "breach", "a /8 that was meant to be private", alone(ingress(cidrIpv4="172.0.0.0/8"))),
    Row(PORTS, "breach", "a private range one bit too large", alone(ingress(cidrIpv4="10.0.0.0/7"))),
    Row(
        PORTS,
        "breach",
        "four /10",
        (inline(rule(cidrBlocks=["52.0.0.0/10", "52.64.0.0/10", "52.128.0.0/10", "52.192.0.0/10"])),),
    ),
    Row(PORTS, "breach", "a mixed list", alone(legacy(cidrBlocks=["10.0.0.0/8", WORLD]))),
    Row(PORTS, "breach", "beside itself", alone(legacy(cidrBlocks=[WORLD], self=True))),
    Row(PORTS, "breach", "beside a prefix list", (inline(rule(cidrBlocks=[WORLD], prefixListIds=["pl-4fa04526"])),)),
    Row(
        PORTS,
        "breach",
        "beside a group",
        (CLIENT, VPC, inline(rule(cidrBlocks=[WORLD]), refs={"ingress[0].securityGroups[0]": "client.id"})),
    ),
    Row(PORTS, "breach", "all protocols", alone(ingress(cidrIpv4=WORLD, ipProtocol="-1"))),
    Row(
        PORTS,
        "breach",
        "all protocols, by name",
        alone(legacy(cidrBlocks=[WORLD], protocol="all", fromPort=0, toPort=0)),
    ),
    Row(PORTS, "breach", "all protocols, ports 0 to 0", (inline(rule(0, 0, "-1", cidrBlocks=[WORLD])),)),
    Row(PORTS, "breach", "protocol 6", (inline(rule(3306, protocol="6", cidrBlocks=[WORLD])),)),
    Row(PORTS, "breach", "udp", alone(ingress(cidrIpv4=WORLD, ipProtocol="udp", fromPort=53, toPort=53))),
    Row(PORTS, "breach", "a tunnel, which has no ports", alone(ingress(cidrIpv4=WORLD, ipProtocol="50"))),
    Row(PORTS, "breach", "a range with the port in it", alone(ingress(cidrIpv4=WORLD, fromPort=5000, toPort=6000))),
    Row(PORTS, "breach", "a range from 80 to 443", alone(ingress(cidrIpv4=WORLD, fromPort=80, toPort=443))),
    Row(
        PORTS,
        "breach",
        "at the edge, too",
        (VPC, SG, ALB, ingress(cidrIpv4=WORLD, fromPort=8080, toPort=8080)),
    ),
    Row(
        PORTS,
        "breach",
        "of a group elsewhere",
        (
            r(
                "ec2/securityGroupRule:SecurityGroupRule",
                type="ingress",
                protocol="tcp",
                fromPort=22,
                toPort=22,
                cidrBlocks=[WORLD],
                securityGroupId="sg-1",
            ),
        ),
    ),
    Row(PORTS, "ok", "a group", alone(CLIENT, ingress(refs={"referencedSecurityGroupId": "client.id"}))),
    Row(PORTS, "ok", "an office", alone(ingress(cidrIpv4="203.0.113.0/24"))),
    Row(PORTS, "ok", "a large partner", alone(ingress(cidrIpv4="52.128.0.0/9"))),
    Row(
        PORTS,
        "ok",
        "all that is private",
        (inline(rule(cidrBlocks=["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])),),
    ),
    Row(PORTS, "ok", "all that is private of IPv6", alone(ingress(cidrIpv6="fc00::/7"))),
    Row(PORTS, "ok", "a customer of IPv6", alone(ingress(cidrIpv6="2001:db8::/32"))),
    Row(PORTS, "ok", "the web", alone(ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(PORTS, "ok", "HTTP/3", alone(ingress(cidrIpv4=WORLD, ipProtocol="udp", **HTTPS))),
    Row(
        PORTS,
        "ok",
        "pings, whose 8 is no port",
        alone(ingress(cidrIpv4=WORLD, ipProtocol="icmp", fromPort=8, toPort=-1)),
    ),
    Row(PORTS, "ok", "egress", alone(legacy(type="egress", cidrBlocks=[WORLD]))),
    Row(PORTS, "ok", "inline egress", (r("ec2/securityGroup:SecurityGroup", egress=[rule(cidrBlocks=[WORLD])]),)),
    Row(PORTS, "ok", "empty lists", alone(legacy(cidrBlocks=[], ipv6CidrBlocks=[], self=True))),
    Row(
        PORTS,
        "undecided",
        "an unknown port",
        (OTHER, *alone(ingress(cidrIpv4=WORLD, refs=unknown("fromPort", "toPort")))),
    ),
    Row(PORTS, "undecided", "an unknown direction", (OTHER, *alone(legacy(cidrBlocks=[WORLD], refs=unknown("type"))))),
    # --- the web's ports: decided by who carries the group ---
    Row(EDGE, "ok", "a balancer", (VPC, SG, ALB, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(EDGE, "ok", "plain HTTP, IPv6", (VPC, SG, ALB, ingress(cidrIpv6="::/0", fromPort=80, toPort=80))),
    Row(EDGE, "ok", "HTTP/3", (VPC, SG, NETWORK_FRONT, ingress(cidrIpv4=WORLD, ipProtocol="udp", **HTTPS))),
    Row(EDGE, "ok", "a network balancer", (VPC, SG, NETWORK_FRONT, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(EDGE, "ok", "a classic balancer", (VPC, SG, CLASSIC, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(EDGE, "ok", "the link of a gateway", (VPC, SG, LINK, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(EDGE, "ok", "the private origin of a CDN", (VPC, SG, INTERNAL, ORIGIN, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(
        EDGE,
        "ok",
        "both balancers face the internet",
        (VPC, SG, ALB, NETWORK_FRONT_TOO, ingress(cidrIpv4=WORLD, **HTTPS)),
    ),
    Row(
        EDGE,
        "ok",
        "path discovery at the edge",
        (VPC, SG, ALB, ingress(cidrIpv4=WORLD, ipProtocol="icmp", fromPort=3, toPort=4)),
    ),
    Row(EDGE, "ok", "a list by AWS", (VPC, SG, STORE, ingress(prefixListId="pl-4fa04526"))),
    Row(EDGE, "ok", "a gateway endpoint's list", alone(S3, ingress(refs={"prefixListId": "s3.prefixListId"}))),
    Row(EDGE, "ok", "an own list, narrow", (own_list("203.0.113.0/28", "198.51.100.32/28"), *alone(LISTED))),
    Row(EDGE, "ok", "an own list, private", (own_list("10.0.0.0/8"), *alone(STORE, LISTED))),
    Row(EDGE, "ok", "an own list of the world at the edge", (own_list(WORLD), VPC, SG, ALB, LISTED_HTTPS)),
    Row(
        EDGE,
        "ok",
        "halves on two ports",
        alone(ingress(cidrIpv4="52.128.0.0/9"), another(cidrIpv4="52.0.0.0/9", fromPort=1, toPort=1)),
    ),
    Row(
        EDGE,
        "ok",
        "the office beside the world",
        (VPC, SG, ALB, ingress(cidrIpv4="203.0.113.0/24"), another(cidrIpv4=WORLD, **HTTPS)),
    ),
    Row(EDGE, "breach", "an internal balancer", (VPC, SG, INTERNAL, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(EDGE, "breach", "containers", (VPC, SG, TASK, ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(
        EDGE,
        "breach",
        "containers share the balancer's group",
        (VPC, SG, ALB, TASK, ingress(cidrIpv4=WORLD, **HTTPS)),
    ),
    Row(EDGE, "breach", "inline, a machine", (inline(rule(443, cidrBlocks=[WORLD])), MACHINE)),
    Row(
        EDGE,
        "breach",
        "an interface, by an attachment",
        (VPC, SG, INTERFACE, ATTACHED, ingress(cidrIpv4=WORLD, **HTTPS)),
    ),
    Row(
        EDGE,
        "breach",
        "pings at a store",
        (VPC, SG, STORE, ingress(cidrIpv4=WORLD, ipProtocol="icmp", fromPort=-1, toPort=-1)),
    ),
    Row(EDGE, "breach", "an own list of the world", (own_list("10.0.0.0/8", WORLD), *alone(LISTED))),
    Row(EDGE, "breach", "an own list of halves", (own_list("0.0.0.0/1", "128.0.0.0/1"), *alone(LISTED))),
    Row(EDGE, "breach", "an entry of its own", (own_list(), LATE, *alone(LISTED))),
    Row(EDGE, "breach", "the list in a list", (own_list(WORLD), VPC, SG, legacy(refs={"prefixListIds[0]": "list.id"}))),
    Row(
        EDGE,
        "breach",
        "the list inline",
        (own_list(WORLD), inline(rule(), refs={"ingress[0].prefixListIds[0]": "list.id"})),
    ),
    Row(EDGE, "breach", "the list on the web's port, containers", (own_list(WORLD), VPC, SG, TASK, LISTED_HTTPS)),
    Row(
        EDGE,
        "breach",
        "parts of a /7 in two rules",
        alone(ingress(cidrIpv4="52.0.0.0/9"), another(cidrIpv4="52.128.0.0/9")),
    ),
    Row(
        EDGE,
        "breach",
        "parts in rules of two kinds and ports that overlap",
        alone(
            ingress(cidrIpv4="52.0.0.0/9", fromPort=5000, toPort=6000),
            r(
                "ec2/securityGroupRule:SecurityGroupRule",
                "another",
                type="ingress",
                protocol="-1",
                fromPort=0,
                toPort=0,
                cidrBlocks=["52.128.0.0/9"],
                refs={"securityGroupId": "vault.id"},
            ),
        ),
    ),
    Row(EDGE, "undecided", "nobody carries it yet", alone(ingress(cidrIpv4=WORLD, **HTTPS))),
    Row(
        EDGE,
        "undecided",
        "an unknown address",
        (OTHER, VPC, SG, ALB, ingress(refs=unknown("cidrIpv4"), **HTTPS)),
    ),
    Row(
        EDGE,
        "undecided",
        "an unknown list",
        (OTHER, VPC, SG, ALB, ingress(refs=unknown("prefixListId"), **HTTPS)),
    ),
    Row(
        EDGE, "undecided", "a customer's list elsewhere", (VPC, SG, TASK, ingress(prefixListId="pl-0123456789abcdef0"))
    ),
    Row(
        EDGE,
        "undecided",
        "a list with an unknown entry",
        (OTHER, own_list(refs=unknown("entries[0].cidr")), *alone(LISTED)),
    ),
    Row(
        EDGE,
        "undecided",
        "a balancer of unknown kind",
        (
            OTHER,
            VPC,
            SG,
            r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id", **unknown("internal")}),
            ingress(cidrIpv4=WORLD, **HTTPS),
        ),
    ),
    Row(
        EDGE,
        "undecided",
        "an unknown group",
        (OTHER, VPC, SG, ALB, ingress(cidrIpv4=WORLD, refs=unknown("securityGroupId"), **HTTPS)),
    ),
    Row(
        EDGE,
        "undecided",
        "who else carries it is unknown",
        (
            OTHER,
            VPC,
            SG,
            ALB,
            r("ecs/service:Service", "crew", refs=unknown("networkConfiguration.securityGroups[0]")),
            ingress(cidrIpv4=WORLD, **HTTPS),
        ),
    ),
    Row(
        EDGE,
        "undecided",
        "unknown inline rules",
        (OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress"))),
    ),
    Row(SMALL, "breach", "as Lightsail makes it", (_SMALL,)),
    Row(SMALL, "ok", "its ports are set", (_SMALL, r(_OPEN, "doors", refs={"instanceName": "it.name"}))),
    Row(
        SMALL,
        "breach",
        "another's are",
        (_SMALL, r("lightsail/instance:Instance", "two"), r(_OPEN, "doors", refs={"instanceName": "two.name"})),
    ),
    Row(SMALL, "undecided", "somebody's are", (OTHER, _SMALL, r(_OPEN, "doors", refs=unknown("instanceName")))),
]
