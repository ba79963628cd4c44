"""CP-SG: five groups, and no conversation outside the traffic matrix."""

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, egress_rule, ingress_rule, noticed, security_group
from tests.requirements.expected import ANYWHERE, VPC, environments, requirement
from tests.requirements.reading import PeerRule, egress, groups, ids, ingress, of, one, only, rules_of


@requirement("CP-SG-01")
@environments
def test_the_load_balancer_takes_requests_and_talks_to_the_application(platform: Recording, stack: str) -> None:
    its = groups(platform)
    wanted = [ingress("tcp", 80, ANYWHERE), ingress("tcp", 443, ANYWHERE), egress("tcp", 8000, its["app"])]
    assert rules_of(platform, its["alb"]) == sorted(wanted)


@requirement("CP-SG-02")
@environments
def test_the_application_talks_to_its_stores_the_endpoints_and_https(platform: Recording, stack: str) -> None:
    its = groups(platform)
    wanted = [
        ingress("tcp", 8000, its["alb"]),
        egress("tcp", 5432, its["rds"]),
        egress("tcp", 6379, its["redis"]),
        egress("tcp", 443, its["endpoint"]),
        egress("tcp", 443, ANYWHERE),
    ]
    assert rules_of(platform, its["app"]) == sorted(wanted)


@requirement("CP-SG-03")
@environments
def test_the_database_answers_the_application_only(platform: Recording, stack: str) -> None:
    its = groups(platform)
    assert rules_of(platform, its["rds"]) == [ingress("tcp", 5432, its["app"])]


@requirement("CP-SG-04")
@environments
def test_the_cache_answers_the_application_only(platform: Recording, stack: str) -> None:
    its = groups(platform)
    assert rules_of(platform, its["redis"]) == [ingress("tcp", 6379, its["app"])]


@requirement("CP-SG-05")
@environments
def test_the_endpoints_answer_the_application_and_the_vpc(platform: Recording, stack: str) -> None:
    its = groups(platform)
    wanted = [ingress("tcp", 443, its["app"]), ingress("tcp", 443, VPC[stack]), PeerRule(True, "-1", (), ANYWHERE)]
    assert rules_of(platform, its["endpoint"]) == sorted(wanted)


@requirement("CP-SG-06")
@environments
def test_no_flow_outside_the_matrix(platform: Recording, stack: str) -> None:
    """Both sides of each conversation between groups, over all groups of the stack."""
    its = groups(platform)
    names = {group: name for name, group in its.items()}
    rules = [
        (names.get(group, group), rule)
        for group in ids(of(platform, "ec2.SecurityGroup"))
        for rule in rules_of(platform, group)
    ]
    from_anywhere = {(name, rule.ports) for name, rule in rules if not rule.egress and rule.peer in (ANYWHERE, "::/0")}
    assert from_anywhere == {("alb", (80, 80)), ("alb", (443, 443))}
    matrix = {
        ("alb", "app", (8000, 8000)),
        ("app", "rds", (5432, 5432)),
        ("app", "redis", (6379, 6379)),
        ("app", "endpoint", (443, 443)),
    }
    assert {
        (names[rule.peer], name, rule.ports) for name, rule in rules if not rule.egress and rule.peer in names
    } == matrix
    assert {
        (name, names[rule.peer], rule.ports) for name, rule in rules if rule.egress and rule.peer in names
    } == matrix
    assert all(rule.protocol == "tcp" for _, rule in rules if rule.peer in names)


@requirement("CP-SG-07")
@environments
def test_tiers_admit_groups_not_addresses(platform: Recording, stack: str) -> None:
    its = groups(platform)
    for name in ("app", "rds", "redis"):
        admitted = [rule.peer for rule in rules_of(platform, its[name]) if not rule.egress]
        assert admitted
        assert all(peer in its.values() for peer in admitted)


#: How the ledger's component outputs are called in the firewall's and the stack's outputs.
OUTPUTS = {"alb": "load-balancer", "app": "app", "rds": "database", "redis": "cache", "endpoint": "endpoints"}


@requirement("CP-SG-08")
@environments
def test_five_groups_whose_ids_are_outputs(platform: Recording, stack: str) -> None:
    """The ledger's inputs and their defaults are in test_signatures.py."""
    its = groups(platform)
    assert sorted(ids(of(platform, "ec2.SecurityGroup"))) == sorted(its.values())
    assert len(set(its.values())) == 5
    assert {each["vpcId"] for each in of(platform, "ec2.SecurityGroup")} == {one(platform, "ec2.Vpc").id}
    wanted = {name: its[part] for part, name in OUTPUTS.items()}
    firewall = only(each for each in platform.resources.values() if each.type == "cloudplatform:network:Firewall")
    assert firewall.registered == {"group_ids": wanted}
    assert platform.outputs["security_group_ids"] == wanted


@environments
def test_groups_show_at_the_first_preview(first_preview: Recording, stack: str) -> None:
    """Of CP-SG-06, before any id is known: the matrix can be read from what the rules depend on."""
    service = one(first_preview, "ecs.Service").property_dependencies["networkConfiguration"]
    carried = {
        "alb": one(first_preview, "lb.LoadBalancer").property_dependencies["securityGroups"],
        "app": [urn for urn in service if "SecurityGroup" in urn],
        "rds": one(first_preview, "rds.Instance").property_dependencies["vpcSecurityGroupIds"],
        "redis": one(first_preview, "elasticache.ReplicationGroup").property_dependencies["securityGroupIds"],
        "endpoint": {
            urn
            for each in of(first_preview, "ec2.VpcEndpoint")
            for urn in each.property_dependencies.get("securityGroupIds", ())
        },
    }
    names = {only(urns): name for name, urns in carried.items()}
    found = {
        (
            names[only(rule.property_dependencies["referencedSecurityGroupId"])],
            names[only(rule.property_dependencies["securityGroupId"])],
            rule["toPort"],
        )
        for rule in of(first_preview, "vpc.SecurityGroupIngressRule")
        if "cidrIpv4" not in rule.inputs
    }
    assert found == {("alb", "app", 8000), ("app", "rds", 5432), ("app", "redis", 6379), ("app", "endpoint", 443)}


BREACHES = [
    Breach(
        "CP-SG-01",
        test_the_load_balancer_takes_requests_and_talks_to_the_application,
        ingress_rule("load-balancer", 22, cidrIpv4="0.0.0.0/0"),
    ),
    Breach(
        "CP-SG-02",
        test_the_application_talks_to_its_stores_the_endpoints_and_https,
        egress_rule("app", 25, cidrIpv4="0.0.0.0/0"),
    ),
    Breach(
        "CP-SG-03",
        test_the_database_answers_the_application_only,
        ingress_rule("database", 5432, referencedSecurityGroupId=security_group("load-balancer")),
    ),
    Breach(
        "CP-SG-03", test_the_database_answers_the_application_only, egress_rule("database", 443, cidrIpv4="0.0.0.0/0")
    ),
    Breach(
        "CP-SG-04",
        test_the_cache_answers_the_application_only,
        change(
            "ec2.SecurityGroup",
            "firewall-cache",
            ingress=[{"protocol": "6", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/16"]}],
        ),
    ),
    Breach(
        "CP-SG-05",
        test_the_endpoints_answer_the_application_and_the_vpc,
        drop("vpc.SecurityGroupIngressRule", "endpoints-from-vpc"),
    ),
    Breach("CP-SG-06", test_no_flow_outside_the_matrix, ingress_rule("app", 8000, cidrIpv4="0.0.0.0/0")),
    Breach(
        "CP-SG-06",
        test_no_flow_outside_the_matrix,
        ingress_rule("cache", 6379, referencedSecurityGroupId=security_group("database")),
    ),
    Breach("CP-SG-07", test_tiers_admit_groups_not_addresses, ingress_rule("database", 5432, cidrIpv4="10.0.0.0/16")),
    Breach(
        "CP-SG-08",
        test_five_groups_whose_ids_are_outputs,
        add("ec2.SecurityGroup", name="sixth", vpcId="vpc-1"),
    ),
]

test_breaches = noticed(BREACHES)
