"""Network ACLs: their entries in order, which ACL fences which subnet, and what gets through."""

from __future__ import annotations

from typing import Any

import pytest

from guard.aws.networks import ALL_PORTS, ANYWHERE, INTERNET, NOWHERE, Addresses, addresses
from guard.aws.nodes import EGRESS, INGRESS, called
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Missing
from guard.model.rule import judge
from guard.reach.acls import Acls, addresses_through
from guard.reach.connections import Passing
from guard.rules import RULES
from tests.policy.declare import DATA, OTHER, VPC, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.rules.nacl_open.network_acls import WORLD, entry, nacl, rule

NONE, EVERY = Spans(), ALL_PORTS
SSH, WEB = Spans.of((22, 22)), Spans.of((443, 443))
OFFICE = addresses(["203.0.113.0/24"])
LOST = r("ec2/subnet:Subnet", "lost", refs={"vpcId": "net.id"}, cidrBlock="10.61.30.0/24")
ACL = "ec2/networkAcl:NetworkAcl"
LINK = "ec2/networkAclAssociation:NetworkAclAssociation"


def acls(*resources: Declared, known: bool = False) -> Acls:
    return Acls(graph(*resources, known=known))


def through(found: Acls, acl: Any, direction: str, source: Addresses = INTERNET, name: str = "tcp") -> Passing:
    """The ports that an ACL lets through from a source; of a broad one so many addresses that it is still broad."""
    entries = found.entries(acl, direction)
    parts = [part for one in entries if isinstance(one.ports, Spans) for part in one.ports.parts]
    cuts = sorted({0, *(low for low, _ in parts), *(high + 1 for _, high in parts if high < 65535)})

    def ports(*, least: bool) -> Spans:
        reached = [addresses_through(entries, source, name, low, least=least) for low in cuts]
        enough = [each.broad if source.broad else bool(each) for each in reached]
        pieces = zip(cuts, [*cuts[1:], 65536], enough, strict=True)
        return Spans.of(*((low, end - 1) for low, end, gets in pieces if gets))

    return Passing(ports(least=True), ports(least=False))


def passing(*resources: Declared, source: Any = INTERNET, name: str = "tcp", direction: str = INGRESS) -> Passing:
    """What the ACL `nacl` lets through."""
    found = acls(*resources)
    return through(found, named(found.stack, "nacl"), direction, source, name)


def exactly(ports: Spans) -> Passing:
    return Passing(ports, ports)


# --- in order ---


@pytest.mark.parametrize(
    ("entries", "ports"),
    [
        ((), NONE),
        ((entry(100, 443),), WEB),
        ((entry(100, 443, protocol="udp"),), NONE),
        ((entry(100, 443, protocol="-1"),), EVERY),
        ((entry(100, action="deny"), entry(200, 0, 65535)), EVERY - SSH),
        ((entry(200, action="deny"), entry(100, 0, 65535)), EVERY),
        ((entry(100, 20, 30), entry(90, 25, 40, action="deny")), Spans.of((20, 24))),
        ((entry(100, 20, 30), entry(110, 28, 40)), Spans.of((20, 40))),
        ((entry(90, action="deny", cidrBlock="0.0.0.0/1"), entry(100)), SSH),
        (
            (
                entry(90, action="deny", cidrBlock="0.0.0.0/1"),
                entry(91, action="deny", cidrBlock="128.0.0.0/1"),
                entry(100),
            ),
            NONE,
        ),
        ((entry(100, cidrBlock="203.0.113.0/24"),), NONE),
        ((entry(100, cidrBlock="52.0.0.0/9"), entry(110, cidrBlock="54.0.0.0/9")), SSH),
        ((entry(100, 443, ipv6CidrBlock="::/0"),), WEB),
    ],
)
def test_the_lowest_number_that_matches_decides(entries: tuple[dict[str, Any], ...], ports: Spans) -> None:
    assert passing(*nacl(*entries)) == exactly(ports)


def test_inline_and_separate_entries_are_one_order() -> None:
    mixed = (
        *nacl(entry(100, 0, 65535)),
        rule("no", 50, "deny"),
        rule("too-late", 200, "deny", fromPort=443, toPort=443),
    )
    assert passing(*mixed) == exactly(EVERY - SSH)


def test_directions_are_apart() -> None:
    both = (*nacl(entry(100, 443)), rule("out", 100, egress=True, protocol="-1"))
    assert passing(*both) == exactly(WEB)
    assert passing(*both, direction=EGRESS) == exactly(EVERY)


def test_entries_of_another_acl_do_not_count() -> None:
    other = r(ACL, "other", refs={"vpcId": "net.id"}, ingress=[entry(1, 443)])
    beside = rule("its", 2, refs={"networkAclId": "other.id"}, fromPort=80, toPort=80)
    assert passing(*nacl(entry()), other, beside) == exactly(SSH)


def test_a_narrow_source_passes_if_one_address_does() -> None:
    office = nacl(entry(100, cidrBlock="203.0.113.64/26"))
    assert passing(*office, source=OFFICE) == exactly(SSH)
    assert passing(*office, source=addresses(["203.0.113.0/26"])) == exactly(NONE)
    assert passing(*office, source=INTERNET) == exactly(NONE)


def test_addresses_through_are_exact() -> None:
    found = acls(*nacl(entry(90, action="deny", cidrBlock="203.0.113.0/25"), entry(100, cidrBlock="203.0.113.0/24")))
    entries = found.entries(named(found.stack, "nacl"), INGRESS)
    assert addresses_through(entries, ANYWHERE, "tcp", 22, least=True) == addresses(["203.0.113.128/25"])
    assert addresses_through(entries, ANYWHERE, "tcp", 23, least=True) == NOWHERE


# --- what is not known ---


@pytest.mark.parametrize(
    ("resources", "sure", "maybe"),
    [
        ((*nacl(), rule(refs=unknown("cidrBlock"))), NONE, SSH),
        ((*nacl(), rule(refs=unknown("ruleAction"))), NONE, SSH),
        ((*nacl(), rule(refs=unknown("protocol"))), NONE, EVERY),
        ((*nacl(), rule(refs=unknown("toPort"))), NONE, EVERY),
        ((*nacl(), rule(refs=unknown("egress"))), NONE, SSH),
        ((*nacl(), rule(refs=unknown("networkAclId"))), NONE, SSH),
        ((*nacl(entry(100, 0, 65535)), rule(number=50, action="deny", refs=unknown("cidrBlock"))), EVERY - SSH, EVERY),
        ((*nacl(entry(100, 0, 65535)), rule(number=50, refs=unknown("ruleAction"))), EVERY - SSH, EVERY),
        ((*nacl(entry(100, 0, 65535)), rule(action="deny", refs=unknown("ruleNumber"))), EVERY - SSH, EVERY),
        (
            (*nacl(entry(100, 0, 65535)), rule(number=50, action="deny", refs=unknown("networkAclId"))),
            EVERY - SSH,
            EVERY,
        ),
        ((*nacl(entry(100, 0, 65535)), rule(number=200, action="deny", refs=unknown("cidrBlock"))), EVERY, EVERY),
        ((*nacl(entry(100, 0, 65535)), rule(number=50, refs=unknown("cidrBlock"))), EVERY, EVERY),
        ((VPC, DATA, r(ACL, "nacl", refs={"vpcId": "net.id", **unknown("ingress")})), NONE, EVERY),
    ],
    ids=[
        "allowed range",
        "action",
        "protocol",
        "port",
        "direction",
        "ACL",
        "denied range",
        "action before",
        "order",
        "denying ACL",
        "denied too late",
        "allowed before",
        "all",
    ],
)
def test_an_unknown_part_never_makes_a_sure_answer(resources: tuple[Declared, ...], sure: Spans, maybe: Spans) -> None:
    assert passing(OTHER, *resources) == Passing(sure, maybe)


def test_what_is_only_read_is_known_by_its_state() -> None:
    found = Acls(graph(*nacl(entry()), known=True, read=["nacl", "net"]))
    acl, vpc = named(found.stack, "nacl"), named(found.stack, "net")
    assert through(found, acl, INGRESS) == exactly(SSH)
    assert through(found, acl, EGRESS) == Passing(NONE, EVERY)  # what it says of egress is not told
    assert through(found, vpc, INGRESS) == Passing(NONE, EVERY)


# --- which ACL ---


def of(*resources: Declared, subnet: str = "data", known: bool = False) -> list[str]:
    found = acls(*resources, known=known)
    return [str(acl) if acl is UNKNOWN else called(acl) for acl in found.of(named(found.stack, subnet))]


ADOPTED = r("ec2/defaultNetworkAcl:DefaultNetworkAcl", "base", refs={"defaultNetworkAclId": "net.defaultNetworkAclId"})
BARE = r(ACL, "nacl", refs={"vpcId": "net.id"})


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ((VPC, DATA), ["net"]),
        ((VPC, DATA, ADOPTED), ["base"]),
        ((VPC, DATA, BARE), ["net"]),
        ((*nacl(), ADOPTED), ["nacl"]),
        ((VPC, DATA, BARE, r(LINK, "link", refs={"networkAclId": "nacl.id", "subnetId": "data.id"})), ["nacl"]),
        ((VPC, DATA, r(LINK, "link", networkAclId="acl-1", refs={"subnetId": "data.id"})), ["acl-1"]),
        ((*nacl(), LOST, r(LINK, "link", networkAclId="acl-1", refs={"subnetId": "lost.id"})), ["nacl"]),
    ],
    ids=["the VPC's own", "adopted", "an ACL without subnets", "named inline", "associated", "elsewhere", "another's"],
)
def test_the_acl_of_a_subnet(resources: tuple[Declared, ...], found: list[str], known: bool) -> None:
    assert of(*resources, known=known) == found


def test_an_acl_of_unknown_subnets_may_fence_any_but_those_with_their_own() -> None:
    stray = r(ACL, "stray", refs={"vpcId": "net.id", **unknown("subnetIds[0]")})
    assert of(OTHER, VPC, DATA, stray) == [str(UNKNOWN)]
    assert of(OTHER, *nacl(), stray) == ["nacl"]


def test_default_subnets_stand_behind_the_default_acl() -> None:
    yard = r("ec2/defaultSubnet:DefaultSubnet", "yard", availabilityZone="eu-west-1a")
    home = r("ec2/defaultVpc:DefaultVpc", "home")
    found = acls(yard)
    [acl] = found.of(named(found.stack, "yard"))
    assert through(found, acl, INGRESS).sure & SSH
    assert of(yard, home, subnet="yard") == ["home"]


# --- the question that is asked ---


def admits(
    *resources: Declared, wanted: Spans = SSH, source: Addresses = INTERNET, known: bool = False
) -> bool | Missing:
    """Whether the ACL of the subnet `data` lets through some of the ports."""
    found = acls(*resources, known=known)
    passing = [through(found, acl, INGRESS, source) for acl in found.of(named(found.stack, "data"))]
    if all(each.sure & wanted for each in passing):
        return True
    return UNKNOWN if any(each.maybe & wanted for each in passing) else False


def test_a_default_acl_is_open_until_it_is_adopted() -> None:
    assert admits(VPC, DATA) is True
    assert admits(VPC, DATA, ADOPTED) is False


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_rules_for_a_default_acl_are_found_through_its_vpc(known: bool) -> None:
    closed = r(
        "ec2/networkAclRule:NetworkAclRule",
        "no",
        refs={"networkAclId": "net.defaultNetworkAclId"},
        ruleNumber=1,
        ruleAction="deny",
        protocol="-1",
        cidrBlock=WORLD,
    )
    assert admits(VPC, DATA, closed, known=known, source=addresses([WORLD])) is False
    assert admits(VPC, DATA, closed, known=known) is True  # by IPv6


def test_some_of_the_ports_are_enough() -> None:
    web = nacl(entry(100, 443))
    assert admits(*web, wanted=Spans.of((400, 500))) is True
    assert admits(*web, wanted=Spans.of((400, 442))) is False
    assert admits(*web) is False


def test_of_several_acls_nobody_knows_which() -> None:
    two = (*nacl(entry()), r(ACL, "other", refs={"vpcId": "net.id", "subnetIds[0]": "data.id"}))
    assert of(*two) == ["nacl", "other"]
    assert admits(*two) is UNKNOWN
    assert admits(*two, wanted=WEB) is False


def test_an_acl_elsewhere_may_say_anything() -> None:
    link = r(LINK, "link", networkAclId="acl-1", refs={"subnetId": "data.id"})
    assert admits(VPC, DATA, link) is UNKNOWN


# --- the rule's parameter ---


def findings(ports: list[int] | None, *resources: Declared) -> list[str]:
    stack = graph(*resources)
    values = None if ports is None else {"adminPorts": ports}
    found = judge(RULES["nacl-open"], named(stack, "nacl"), stack, values)
    assert all(finding.at == "ingress" for finding in found)
    return [f"{finding.text} [{finding.about}]" for finding in found]


def test_the_administration_ports_are_a_parameter() -> None:
    desktops = nacl(entry(100, 5900, 5910), entry(110))
    assert findings(None, *desktops) == ["lets the internet at tcp 22 by rule 110 [tcp 22]"]
    assert findings([5901], *desktops) == ["lets the internet at tcp 5901 by rule 100 [tcp 5901]"]
    assert findings([5899], *desktops) == []
