"""CP-NACL: the numbered rules of three network ACLs."""

from collections import Counter

from preview.recording import Recording
from tests.requirements.breaches import Breach, acl_rule, change, drop, noticed, subnet_id
from tests.requirements.expected import ANYWHERE, EPHEMERAL, SUBNETS, VPC, environments, requirement
from tests.requirements.options import REFUSED, with_options
from tests.requirements.reading import NetworkAclEntry, acl_of, acl_rules, ids, of, only, subnets


def _rules(platform: Recording, stack: str, tier: str, egress: bool) -> list[NetworkAclEntry]:
    acl = only(
        {found.urn: found for found in (acl_of(platform, each) for each in subnets(platform, stack, tier))}.values()
    )
    return acl_rules(platform, acl, egress)


@requirement("CP-NACL-01")
@environments
def test_into_the_public_tier(platform: Recording, stack: str) -> None:
    assert _rules(platform, stack, "public", egress=False) == [
        NetworkAclEntry(100, "allow", "tcp", (443, 443), ANYWHERE),
        NetworkAclEntry(110, "allow", "tcp", (80, 80), ANYWHERE),
        NetworkAclEntry(120, "allow", "tcp", EPHEMERAL, ANYWHERE),
    ]


@requirement("CP-NACL-02")
@environments
def test_out_of_the_public_tier(platform: Recording, stack: str) -> None:
    assert _rules(platform, stack, "public", egress=True) == [NetworkAclEntry(100, "allow", "-1", (), ANYWHERE)]


@requirement("CP-NACL-03")
@environments
def test_into_the_private_tier(platform: Recording, stack: str) -> None:
    assert _rules(platform, stack, "private", egress=False) == [
        NetworkAclEntry(100, "allow", "-1", (), VPC[stack]),
        NetworkAclEntry(110, "allow", "tcp", EPHEMERAL, ANYWHERE),
    ]


@requirement("CP-NACL-04")
@environments
def test_out_of_the_private_tier(platform: Recording, stack: str) -> None:
    assert _rules(platform, stack, "private", egress=True) == [
        NetworkAclEntry(100, "allow", "-1", (), VPC[stack]),
        NetworkAclEntry(110, "allow", "tcp", (443, 443), ANYWHERE),
    ]


@requirement("CP-NACL-05")
@environments
def test_into_the_data_tier(platform: Recording, stack: str) -> None:
    """The stores' ports from each of the three application subnets, one CIDR a rule."""
    a, b, c = SUBNETS[stack]["private"]
    found = _rules(platform, stack, "data", egress=False)
    assert {(each.action, each.protocol, each.ports, each.cidr, each.number // 10) for each in found} == {
        *(("allow", "tcp", (5432, 5432), cidr, 10) for cidr in (a, b, c)),
        *(("allow", "tcp", (6379, 6379), cidr, 11) for cidr in (a, b, c)),
    }
    assert len({each.number for each in found}) == len(found) == 6


@requirement("CP-NACL-06")
@environments
def test_out_of_the_data_tier(platform: Recording, stack: str) -> None:
    found = _rules(platform, stack, "data", egress=True)
    assert {(each.action, each.protocol, each.ports, each.cidr, each.number // 10) for each in found} == {
        ("allow", "tcp", EPHEMERAL, cidr, 10) for cidr in SUBNETS[stack]["private"]
    }
    assert len({each.number for each in found}) == len(found) == 3


@requirement("CP-NACL-07")
@environments
def test_one_acl_a_tier_and_every_subnet_in_one(platform: Recording, stack: str) -> None:
    assert len(of(platform, "ec2.NetworkAcl")) == 3
    tiers = {tier: {acl_of(platform, each).urn for each in subnets(platform, stack, tier)} for tier in SUBNETS[stack]}
    assert all(len(acls) == 1 for acls in tiers.values())
    assert len(set().union(*tiers.values())) == 3
    associated = [each["subnetId"] for each in of(platform, "ec2.NetworkAclAssociation")]
    associated += [subnet for acl in of(platform, "ec2.NetworkAcl") for subnet in acl.inputs.get("subnetIds", [])]
    assert Counter(associated) == Counter(ids(of(platform, "ec2.Subnet")))


@requirement("CP-NACL-08")
@environments
def test_addresses_can_be_refused(platform: Recording, stack: str) -> None:
    """None by default; those that the stack file refuses come before every other rule, in every tier."""
    for acl in of(platform, "ec2.NetworkAcl"):
        assert all(each.action == "allow" for egress in (True, False) for each in acl_rules(platform, acl, egress))
    refusing = with_options(stack)
    for tier in SUBNETS[stack]:
        refused = [each for each in _rules(refusing, stack, tier, egress=False) if each.action == "deny"]
        assert [(each.protocol, each.cidr) for each in refused] == [("-1", cidr) for cidr in REFUSED]
        assert all(each.number < 100 for each in refused)


BREACHES = [
    Breach("CP-NACL-01", test_into_the_public_tier, acl_rule("public", 130)),
    Breach("CP-NACL-02", test_out_of_the_public_tier, drop("ec2.NetworkAclRule", "public-out-100")),
    Breach(
        "CP-NACL-03",
        test_into_the_private_tier,
        change("ec2.NetworkAclRule", "private-in-100", cidrBlock="0.0.0.0/0"),
    ),
    Breach("CP-NACL-04", test_out_of_the_private_tier, change("ec2.NetworkAclRule", "private-out-110", toPort=65535)),
    Breach("CP-NACL-05", test_into_the_data_tier, change("ec2.NetworkAclRule", "data-in-110", cidrBlock="10.0.1.0/24")),
    Breach("CP-NACL-06", test_out_of_the_data_tier, acl_rule("data", 103, egress=True)),
    Breach(
        "CP-NACL-07",
        test_one_acl_a_tier_and_every_subnet_in_one,
        lambda s: change("ec2.NetworkAcl", "acls-data", subnetIds=lambda old: [*old, subnet_id("private")(s)])(s),
    ),
    Breach(
        "CP-NACL-08",
        test_addresses_can_be_refused,
        change("ec2.NetworkAclRule", "public-in-110", ruleAction="deny"),
    ),
]

test_breaches = noticed(BREACHES)
