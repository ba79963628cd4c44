"""Network ACLs: the rules of each kind of tier, and how they are registered."""

from components.network.network_acls import AclRule, NetworkAcls, NetworkAclsArgs, rules
from tests.components.examples import COMMON, built, network_table

EPHEMERAL = (1024, 65535)
ANYWHERE = "0.0.0.0/0"


def test_a_public_tier():
    """HTTPS, HTTP and answers in; everything out."""
    assert rules(network_table(), "public", ()) == [
        AclRule(100, False, (443, 443), ANYWHERE),
        AclRule(110, False, (80, 80), ANYWHERE),
        AclRule(120, False, EPHEMERAL, ANYWHERE),
        AclRule(100, True, None, ANYWHERE),
    ]


def test_a_private_tier():
    """The VPC both ways, answers in, HTTPS out."""
    assert rules(network_table(), "private", ()) == [
        AclRule(100, False, None, "10.9.0.0/16"),
        AclRule(110, False, EPHEMERAL, ANYWHERE),
        AclRule(100, True, None, "10.9.0.0/16"),
        AclRule(110, True, (443, 443), ANYWHERE),
    ]


def test_an_isolated_tier():
    """Each store's port from each private subnet, a block of ten a store; answers back."""
    assert rules(network_table(), "data", (5432, 6379)) == [
        AclRule(100, False, (5432, 5432), "10.9.11.0/24"),
        AclRule(101, False, (5432, 5432), "10.9.12.0/24"),
        AclRule(110, False, (6379, 6379), "10.9.11.0/24"),
        AclRule(111, False, (6379, 6379), "10.9.12.0/24"),
        AclRule(100, True, EPHEMERAL, "10.9.11.0/24"),
        AclRule(101, True, EPHEMERAL, "10.9.12.0/24"),
    ]


def test_an_isolated_tier_without_stores_admits_nothing():
    """Answers may leave; nothing comes in that could be answered."""
    assert [rule for rule in rules(network_table(), "data", ()) if not rule.egress] == []


def test_refused_addresses_come_first():
    """Before any rule that permits, in the order of the stack file."""
    table = network_table(deny=["198.51.100.0/24", "203.0.113.0/24"])
    for tier in table.tiers:
        assert rules(table, tier, ())[:2] == [
            AclRule(1, False, None, "198.51.100.0/24", allow=False),
            AclRule(2, False, None, "203.0.113.0/24", allow=False),
        ]


def _recorded(**changes):
    table = network_table(**changes)
    args = NetworkAclsArgs(
        vpc_id="vpc-1",
        subnet_ids={tier: [f"{tier}-a", f"{tier}-b"] for tier in table.tiers},
        rules={tier: rules(table, tier, [5432] if tier == "data" else ()) for tier in table.tiers},
        **COMMON,
    )
    return built(lambda: NetworkAcls("acls", args))


def test_one_acl_a_tier_over_its_subnets():
    """Each tier's own subnets, and no other."""
    acls = _recorded().of("aws:ec2/networkAcl:NetworkAcl")
    assert {each.name: each["subnetIds"] for each in acls} == {
        "acls-public": ["public-a", "public-b"],
        "acls-private": ["private-a", "private-b"],
        "acls-data": ["data-a", "data-b"],
    }
    assert {each["tags"]["Name"] for each in acls} == {f"acme-test-nacl-{t}" for t in ("public", "private", "data")}


def test_rules_as_aws_takes_them():
    """All traffic is protocol -1 with ports 0; a refusal is `deny`; the old one goes before the new one comes."""
    found = {
        each.name: each for each in _recorded(deny=["198.51.100.0/24"]).of("aws:ec2/networkAclRule:NetworkAclRule")
    }
    assert len(found) == 3 + 4 + 4 + 2 + 2
    names = ("ruleNumber", "egress", "ruleAction", "protocol", "cidrBlock", "fromPort", "toPort")
    assert [found["acls-private-in-1"][name] for name in names] == [1, False, "deny", "-1", "198.51.100.0/24", 0, 0]
    assert [found["acls-data-in-100"][name] for name in names] == [
        100,
        False,
        "allow",
        "tcp",
        "10.9.11.0/24",
        5432,
        5432,
    ]
    assert [found["acls-public-out-100"][name] for name in names] == [100, True, "allow", "-1", ANYWHERE, 0, 0]
    assert {each.options.delete_before_replace for each in found.values()} == {True}
