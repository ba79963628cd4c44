"""Rows of the family nacl-open."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import DATA, OTHER, VPC, Row, r, unknown
from tests.policy.engine import Declared

RULE = "nacl-open"
WORLD = "0.0.0.0/0"


def entry(
    number: int = 100, low: int = 22, high: int | None = None, action: str = "allow", **props: Any
) -> dict[str, Any]:
    about = {"ruleNo": number, "action": action, "protocol": "tcp", "fromPort": low, "toPort": high or low}
    return {**about, **({} if "ipv6CidrBlock" in props else {"cidrBlock": WORLD}), **props}


def nacl(*entries: dict[str, Any], refs: dict[str, str] | None = None, **props: Any) -> tuple[Declared, ...]:
    refs = {"vpcId": "net.id", "subnetIds[0]": "data.id"} | (refs or {})
    inline = {"ingress": list(entries)} if entries else {}
    return (VPC, DATA, r("ec2/networkAcl:NetworkAcl", "nacl", refs=refs, **inline, **props))


def rule(
    name: str = "it", number: int = 100, action: str = "allow", *, refs: dict[str, str] | None = None, **props: Any
) -> Declared:
    about = {"ruleNumber": number, "ruleAction": action, "protocol": "tcp", "fromPort": 22, "toPort": 22}
    about |= {} if "ipv6CidrBlock" in props or "cidrBlock" in (refs or {}) else {"cidrBlock": WORLD}
    return r(
        "ec2/networkAclRule:NetworkAclRule",
        name,
        refs={"networkAclId": "nacl.id"} | (refs or {}),
        **{**about, **props},
    )


ROWS = [
    Row(RULE, "breach", "SSH, inline", nacl(entry())),
    Row(RULE, "breach", "RDP, inline", nacl(entry(low=3389))),
    Row(RULE, "breach", "SSH, a rule", (*nacl(), rule())),
    Row(RULE, "breach", "IPv6", nacl(entry(ipv6CidrBlock="::/0"))),
    Row(RULE, "breach", "IPv6, a rule", (*nacl(), rule(ipv6CidrBlock="::/0"))),
    Row(RULE, "breach", "all protocols", nacl(entry(low=0, protocol="-1"))),
    Row(
        RULE,
        "breach",
        "all protocols, by name, whatever the ports",
        (*nacl(), rule(protocol="all", fromPort=443, toPort=443)),
    ),
    Row(RULE, "breach", "protocol 6", nacl(entry(protocol="6"))),
    Row(RULE, "breach", "a range with SSH in it", nacl(entry(low=20, high=25))),
    Row(RULE, "breach", "a range with RDP in it", nacl(entry(low=3000, high=4000))),
    Row(RULE, "breach", "all ports", nacl(entry(low=0, high=65535))),
    Row(RULE, "breach", "more than the range of answers", nacl(entry(low=1000, high=65535))),
    Row(RULE, "breach", "half of the internet", nacl(entry(cidrBlock="128.0.0.0/1"))),
    Row(RULE, "breach", "host bits", nacl(entry(cidrBlock="198.51.100.7/0"))),
    Row(
        RULE,
        "breach",
        "many parts of the internet",
        nacl(*(entry(100 + n, cidrBlock=f"{n}.0.0.0/9") for n in (50, 52, 54))),
    ),
    Row(RULE, "breach", "denied too late", nacl(entry(100, action="deny"), entry(90))),
    Row(RULE, "breach", "denied too late, beside it", (*nacl(entry(100, action="deny")), rule(number=90))),
    Row(RULE, "breach", "only a part denied", nacl(entry(90, action="deny", cidrBlock="203.0.113.0/24"), entry(100))),
    Row(RULE, "breach", "half denied", nacl(entry(90, action="deny", cidrBlock="0.0.0.0/1"), entry(100))),
    Row(
        RULE,
        "breach",
        "IPv4 denied only",
        nacl(entry(90, action="deny"), entry(100), entry(110, ipv6CidrBlock="::/0")),
    ),
    Row(RULE, "breach", "denied for another protocol", nacl(entry(90, action="deny", protocol="udp"), entry(100))),
    Row(
        RULE, "breach", "RDP left when SSH is denied", nacl(entry(90, action="deny"), entry(100, low=0, protocol="-1"))
    ),
    Row(RULE, "breach", "the second entry", nacl(entry(90, low=443), entry(100))),
    Row(
        RULE,
        "breach",
        "an ACL elsewhere",
        (
            r(
                "ec2/networkAclRule:NetworkAclRule",
                networkAclId="acl-1",
                ruleNumber=1,
                ruleAction="allow",
                protocol="tcp",
                fromPort=22,
                toPort=22,
                cidrBlock=WORLD,
            ),
        ),
    ),
    Row(
        RULE,
        "breach",
        "a default ACL",
        (
            VPC,
            r(
                "ec2/defaultNetworkAcl:DefaultNetworkAcl",
                "nacl",
                refs={"defaultNetworkAclId": "net.defaultNetworkAclId"},
                ingress=[entry(protocol="-1")],
            ),
        ),
    ),
    Row(RULE, "ok", "the web", nacl(entry(low=443), entry(110, low=80))),
    Row(RULE, "ok", "the answers", nacl(entry(low=1024, high=65535))),
    Row(RULE, "ok", "the answers, as Linux asks", nacl(entry(low=32768, high=60999))),
    Row(RULE, "ok", "an office", nacl(entry(cidrBlock="203.0.113.0/24"))),
    Row(RULE, "ok", "the VPC", nacl(entry(protocol="-1", cidrBlock="10.61.0.0/16"))),
    Row(
        RULE,
        "ok",
        "denied first",
        nacl(entry(90, action="deny"), entry(95, low=3389, action="deny"), entry(100, low=0, protocol="-1")),
    ),
    Row(
        RULE,
        "ok",
        "denied first, beside it",
        (*nacl(), rule("late", 100, protocol="-1"), rule("no", 90, "deny", protocol="-1")),
    ),
    Row(
        RULE,
        "ok",
        "denied first, in halves",
        nacl(
            entry(90, action="deny", cidrBlock="0.0.0.0/1"),
            entry(91, action="deny", cidrBlock="128.0.0.0/1"),
            entry(100),
        ),
    ),
    Row(RULE, "ok", "udp", nacl(entry(protocol="udp"))),
    Row(RULE, "ok", "pings", nacl(entry(protocol="icmp", icmpType=8, icmpCode=-1, low=0))),
    Row(RULE, "ok", "egress inline", nacl(refs={}, egress=[entry(protocol="-1")])),
    Row(RULE, "ok", "egress, a rule", (*nacl(), rule(egress=True, protocol="-1"))),
    Row(RULE, "ok", "no entries", nacl()),
    Row(RULE, "undecided", "an unknown range", (OTHER, *nacl(), rule(refs=unknown("cidrBlock")))),
    Row(RULE, "undecided", "an unknown action", (OTHER, *nacl(), rule(refs=unknown("ruleAction")))),
    Row(RULE, "undecided", "an unknown direction", (OTHER, *nacl(), rule(refs=unknown("egress")))),
    Row(RULE, "undecided", "an unknown ACL", (OTHER, VPC, rule(refs=unknown("networkAclId")))),
    Row(
        RULE,
        "undecided",
        "an unknown order",
        (OTHER, *nacl(entry(100, action="deny")), rule(refs=unknown("ruleNumber"))),
    ),
    Row(RULE, "undecided", "an unknown port", (OTHER, *nacl(), rule(refs=unknown("fromPort", "toPort")))),
    Row(
        RULE,
        "undecided",
        "unknown entries",
        (OTHER, VPC, r("ec2/networkAcl:NetworkAcl", "nacl", refs={"vpcId": "net.id", **unknown("ingress")})),
    ),
]
