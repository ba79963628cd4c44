"""Security groups: each way of writing a rule reads alike, and who carries a group is found however it says so."""

from __future__ import annotations

from typing import Any

import pytest

from guard.aws.networks import ALL_PORTS, addresses
from guard.aws.nodes import EGRESS, INGRESS, called
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN
from guard.model.rule import judge
from guard.reach.groups import Groups
from guard.reach.permits import Permit
from guard.reach.prefixes import prefixes
from guard.rules import RULES
from tests.policy.declare import CLIENT, OTHER, SG, STORE, VPC, ingress, legacy, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named


def permits(*resources: Declared, known: bool = False) -> list[Permit]:
    """What is written, without the rules that AWS makes."""
    return [permit for permit in Groups(graph(*resources, known=known)).permits if permit.rule.type not in (VPC.type,)]


def only(*resources: Declared, known: bool = False) -> Permit:
    (permit,) = permits(*resources, known=known)
    return permit


def essence(permit: Permit) -> dict[str, Any]:
    """What a rule says, whatever it was written as."""
    group = permit.group if permit.group is UNKNOWN else called(permit.group)
    peers = sorted(map(called, permit.peers.nodes))
    return {
        "group": group,
        "direction": permit.direction,
        "protocol": permit.protocol,
        "ports": permit.ports,
        "addresses": permit.addresses,
        "peers": peers,
        "lists": [one.name for one in permit.lists],
        "complete": permit.complete,
    }


BODY = {"protocol": "tcp", "fromPort": 5432, "toPort": 5432}


def inline(direction: str = "ingress", *, refs: dict[str, str] | None = None, **body: Any) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", "vault", refs=refs, **{direction: [{**BODY, **body}]})


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    "rule",
    [
        (inline(cidrBlocks=["10.1.0.0/16"]),),
        (
            r(
                "ec2/defaultSecurityGroup:DefaultSecurityGroup",
                "vault",
                ingress=[{**BODY, "cidrBlocks": ["10.1.0.0/16"]}],
            ),
        ),
        (VPC, SG, legacy(cidrBlocks=["10.1.0.0/16"])),
        (VPC, SG, ingress(cidrIpv4="10.1.0.0/16")),
        (VPC, SG, legacy(protocol="6", cidrBlocks=["10.1.0.0/16"])),
        (VPC, SG, legacy(protocol="TCP", fromPort="5432", toPort="5432", cidrBlocks=["10.1.3.4/16"])),
    ],
    ids=["inline", "default", "older", "newer", "by number", "other spelling"],
)
def test_a_rule_for_addresses_reads_alike(rule: tuple[Declared, ...], known: bool) -> None:
    assert essence(only(*rule, known=known)) == {
        "group": "vault",
        "direction": INGRESS,
        "protocol": "tcp",
        "ports": Spans.of((5432, 5432)),
        "addresses": addresses(["10.1.0.0/16"]),
        "peers": [],
        "lists": [],
        "complete": True,
    }


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    "rule",
    [
        (VPC, CLIENT, inline(refs={"ingress[0].securityGroups[0]": "client.id"})),
        (VPC, SG, CLIENT, legacy(refs={"sourceSecurityGroupId": "client.id"})),
        (VPC, SG, CLIENT, ingress(refs={"referencedSecurityGroupId": "client.id"})),
    ],
    ids=["inline", "older", "newer"],
)
def test_a_rule_for_a_group_reads_alike(rule: tuple[Declared, ...], known: bool) -> None:
    permit = only(*rule, known=known)
    assert (essence(permit)["peers"], permit.addressed, permit.complete) == (["client"], False, True)


@pytest.mark.parametrize(
    "rule",
    [
        (inline(self=True),),
        (VPC, SG, legacy(self=True)),
        (VPC, SG, ingress(refs={"referencedSecurityGroupId": "vault.id"})),
    ],
    ids=["inline", "older", "newer"],
)
def test_a_group_is_its_own_peer(rule: tuple[Declared, ...]) -> None:
    assert essence(only(*rule))["peers"] == ["vault"]


def test_egress_is_told_from_ingress() -> None:
    egress = r(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "out",
        ipProtocol="-1",
        cidrIpv4="10.0.0.0/8",
        refs={"securityGroupId": "vault.id"},
    )
    found = permits(VPC, inline("egress"), legacy(type="egress", self=True), egress)
    assert [permit.direction for permit in found] == [EGRESS] * 3


@pytest.mark.parametrize(
    ("rule", "ports"),
    [
        ({"protocol": "-1", "fromPort": 0, "toPort": 0}, ALL_PORTS),
        ({"protocol": "all", "fromPort": 22, "toPort": 22}, ALL_PORTS),
        ({"protocol": "icmp", "fromPort": 8, "toPort": -1}, ALL_PORTS),
        ({"protocol": "58", "fromPort": 128, "toPort": 0}, ALL_PORTS),
        ({"protocol": "50", "fromPort": 0, "toPort": 0}, ALL_PORTS),
        ({"protocol": "tcp", "fromPort": -1, "toPort": -1}, ALL_PORTS),
        ({"protocol": "tcp", "fromPort": 0, "toPort": 0}, Spans.of((0, 0))),
        ({"protocol": "udp", "fromPort": 1, "toPort": 9}, Spans.of((1, 9))),
        ({"protocol": "17", "fromPort": 53, "toPort": 53}, Spans.of((53, 53))),
        ({"protocol": "tcp", "fromPort": 9, "toPort": 1}, Spans()),
    ],
)
def test_ports_are_what_the_protocol_makes_of_them(rule: dict[str, Any], ports: Spans) -> None:
    assert only(inline(**rule)).ports == ports


def test_unknown_parts_are_unknown_and_nothing_is_left_out() -> None:
    rule = ingress(refs=unknown("ipProtocol", "fromPort", "cidrIpv4"))
    permit = only(OTHER, VPC, SG, rule)
    assert (permit.protocol, permit.ports, permit.blank, permit.complete) == (UNKNOWN, UNKNOWN, True, False)
    direction = only(OTHER, VPC, SG, legacy(cidrBlocks=["10.0.0.0/8"], refs=unknown("type"))).direction
    assert direction is UNKNOWN
    own = only(OTHER, VPC, SG, legacy(refs=unknown("self")))
    assert own.peers.unknown


def test_a_rule_of_a_group_that_nobody_can_name_may_be_anyones() -> None:
    stack = graph(OTHER, VPC, SG, ingress(cidrIpv4="10.0.0.0/8", refs=unknown("securityGroupId")))
    (permit,) = Groups(stack).of(named(stack, "vault"))
    assert (permit.group, permit.sure) == (UNKNOWN, False)


def test_inline_rules_that_nobody_knows_may_say_anything() -> None:
    (permit,) = permits(OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")))
    assert (permit.opaque, permit.addressed, permit.complete) == (True, False, False)


def test_a_default_group_that_nobody_adopted_is_open_to_its_members_and_to_anywhere() -> None:
    stack = graph(VPC)
    found = Groups(stack).of(named(stack, "net"))
    assert [(permit.direction, permit.written, essence(permit)["peers"]) for permit in found] == [
        (INGRESS, "", ["net"]),
        (EGRESS, "0.0.0.0/0, ::/0", []),
    ]
    adopted = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "lobby", refs={"vpcId": "net.id"})
    assert Groups(graph(VPC, adopted)).permits == []


def test_a_default_group_that_may_be_adopted_may_be_closed() -> None:
    lobby = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "lobby", refs=unknown("vpcId"))
    stack = graph(OTHER, VPC, lobby)
    assert [permit.sure for permit in Groups(stack).of(named(stack, "net"))] == [False, False]


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_behind_the_vpc_is_its_default_group(known: bool) -> None:
    lobby = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "lobby", refs={"vpcId": "net.id"})
    rule = legacy(self=True, refs={"securityGroupId": "net.defaultSecurityGroupId"})
    assert essence(only(VPC, lobby, rule, known=known))["group"] == "lobby"
    assert essence(only(VPC, rule, known=known))["group"] == "net"


def test_what_is_only_read_is_known_by_its_state() -> None:
    world = inline(cidrBlocks=["0.0.0.0/0"])
    ingress_rule, egress_rule = Groups(graph(world, known=True, read=["vault"])).permits
    assert (ingress_rule.written, ingress_rule.complete) == ("0.0.0.0/0", True)
    assert (egress_rule.direction, egress_rule.opaque) == (EGRESS, True)
    (made, out) = Groups(graph(VPC, known=True, read=["net"])).permits
    assert (made.sure, made.opaque, out.sure, out.opaque) == (False, True, False, True)


# --- prefix lists ---


def own_list(**props: Any) -> Declared:
    return r("ec2/managedPrefixList:ManagedPrefixList", "list", addressFamily="IPv4", maxEntries=5, **props)


def test_an_own_list_is_opened_with_the_entries_beside_it() -> None:
    late = r(
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        "late",
        refs={"prefixListId": "list.id"},
        cidr="10.2.0.0/16",
    )
    rule = ingress(refs={"prefixListId": "list.id"})
    permit = only(own_list(entries=[{"cidr": "10.1.0.0/16"}]), late, VPC, SG, rule)
    assert (permit.addresses, permit.complete, permit.written) == (
        addresses(["10.1.0.0/16", "10.2.0.0/16"]),
        True,
        "list",
    )


@pytest.mark.parametrize(
    ("name", "narrow"),
    [("pl-4fa04526", True), ("com.amazonaws.global.cloudfront.origin-facing", True), ("pl-0123456789abcdef0", False)],
)
def test_what_aws_manages_is_narrow_and_what_others_manage_is_unknown(name: str, narrow: bool) -> None:
    stack = graph(VPC, SG, ingress(prefixListId=name))
    (found,) = prefixes(stack).lists(named(stack, "it"), "prefixListId", name)
    assert (found.complete, found.ranges) == (narrow, ())


def test_an_entry_of_an_unknown_list_makes_every_list_incomplete() -> None:
    stray = r(
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry", "stray", refs=unknown("prefixListId"), cidr="0.0.0.0/0"
    )
    permit = only(
        OTHER, own_list(entries=[{"cidr": "10.1.0.0/16"}]), stray, VPC, SG, ingress(refs={"prefixListId": "list.id"})
    )
    assert (permit.addresses, permit.complete) == (addresses(["10.1.0.0/16"]), False)


# --- wide rules ---


def wide(*resources: Declared) -> list[bool | object]:
    reach = Groups(graph(*resources))
    return [reach.wide(permit) for permit in reach.permits if permit.rule.type != VPC.type]


def half(name: str, cidr: str, **props: Any) -> Declared:
    about = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432, "cidrIpv4": cidr, **props}
    return r(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, refs={"securityGroupId": "vault.id"}, **about
    )


LOW, HIGH = "52.0.0.0/9", "52.128.0.0/9"


@pytest.mark.parametrize(
    ("second", "together"),
    [
        (half("two", HIGH), True),
        (half("two", HIGH, fromPort=5000, toPort=6000), True),
        (half("two", HIGH, ipProtocol="-1"), True),
        (half("two", HIGH, fromPort=22, toPort=22), False),
        (half("two", HIGH, ipProtocol="udp"), False),
        (half("two", "52.128.0.0/10"), True),
        (half("two", "10.0.0.0/8"), False),
        (half("two", LOW), False),
    ],
    ids=[
        "same port",
        "a range",
        "all protocols",
        "another port",
        "another protocol",
        "a quarter",
        "private",
        "the same",
    ],
)
def test_narrow_rules_of_a_group_are_wide_together_on_a_shared_port(second: Declared, together: bool) -> None:
    first, *_ = wide(VPC, SG, half("one", LOW), second)
    assert first is together


def test_rules_of_two_groups_or_directions_are_not_added_up() -> None:
    other = r(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "two",
        refs={"securityGroupId": "client.id"},
        ipProtocol="tcp",
        fromPort=5432,
        toPort=5432,
        cidrIpv4=HIGH,
    )
    assert wide(VPC, SG, CLIENT, half("one", LOW), other) == [False, False]
    assert wide(VPC, SG, half("one", LOW), legacy(type="egress", cidrBlocks=[HIGH])) == [False, False]


def test_a_narrow_rule_beside_a_wide_one_stays_narrow() -> None:
    assert wide(VPC, SG, half("one", "203.0.113.0/24"), half("two", "0.0.0.0/0")) == [False, True]


# --- the rules' parameter ---


def findings(rule: str, ports: list[int] | None, *resources: Declared) -> list[str]:
    stack = graph(*resources)
    values = None if ports is None else {"publicPorts": ports}
    return [finding.text for finding in judge(RULES[rule], named(stack, "it"), stack, values)]


def test_the_public_ports_are_a_parameter() -> None:
    front = r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id"})
    mqtt = (VPC, SG, front, ingress(cidrIpv4="0.0.0.0/0", fromPort=8883, toPort=8883))
    opened = ["lets the internet (0.0.0.0/0) into its group on port 8883"]
    assert findings("sg-open-ports", None, *mqtt) == opened
    assert findings("sg-open-ports", [443, 8883], *mqtt) == []
    assert findings("sg-open-ingress", [443, 8883], *mqtt) == []
    plain = (VPC, SG, front, ingress(cidrIpv4="0.0.0.0/0", fromPort=80, toPort=80))
    assert findings("sg-open-ports", [443], *plain) == ["lets the internet (0.0.0.0/0) into its group on port 80"]
    assert findings("sg-open-ports", [443.0, 80.0], *plain) == []  # as the engine sends numbers


def test_a_finding_names_the_holder_that_is_not_the_edge() -> None:
    https = ingress(cidrIpv4="0.0.0.0/0", fromPort=443, toPort=443)
    assert findings("sg-open-ingress", None, VPC, SG, STORE, https) == [
        "lets the internet (0.0.0.0/0) into vault on port 443, which store carries: no load balancer that faces the "
        "internet"
    ]
