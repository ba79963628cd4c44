"""One unknown value behind which several resources stand is one of them: certain only where all choices agree."""

from __future__ import annotations

import random

import pytest

from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.rule import judge
from guard.reach.route_tables import InternetRoute, Routes
from guard.rules import RULES

SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


def one(token: str, name: str, /, *, behind: dict[str, tuple[str, ...]] | None = None, **inputs: object) -> Resource:
    """A resource of a new stack: what stands behind a property is told, its id is not."""
    depends = {path: tuple(f"urn::{each}" for each in names) for path, names in (behind or {}).items()}
    return Resource(f"urn::{name}", token, inputs, {**inputs, "id": UNKNOWN}, depends=depends)


A, B = one(SUBNET, "a"), one(SUBNET, "b")


def names(found: tuple[Resource, ...]) -> list[str]:
    return [each.name for each in found]


@pytest.mark.parametrize(
    ("value", "sure", "maybe"),
    [
        pytest.param(UNKNOWN, [], ["a", "b"], id="an index, or a slice as a whole"),
        pytest.param([UNKNOWN], [], ["a", "b"], id="a list of one index"),
        pytest.param([UNKNOWN, UNKNOWN], ["a", "b"], [], id="as many as there are"),
        pytest.param({"x": {"y": UNKNOWN}}, [], ["a", "b"], id="in a table"),
    ],
)
def test_several_behind_one_value_are_one_of_these(value: object, sure: list[str], maybe: list[str]) -> None:
    source = one("aws:rds/subnetGroup:SubnetGroup", "group", behind={"subnetIds": ("b", "a")}, subnetIds=value)
    found = Stack([A, B, source]).resolve(source, "subnetIds", value, SUBNET)
    assert (names(found.sure), names(found.maybe), found.unknown) == (sure, maybe, False)


@pytest.mark.parametrize("text", ["subnet-0123456789abcdef0", "subnet-01234567"])
def test_a_known_foreign_id_is_not_explained_away(text: str) -> None:
    """A dependency says what else the property hangs on, not what a known id names."""
    source = one("aws:rds/subnetGroup:SubnetGroup", "group", behind={"subnetIds": ("a",)}, subnetIds=[text])
    found = Stack([A, B, source]).targets(source, "subnetIds", SUBNET)
    assert (found.sure, found.maybe, found.outside) == ((), (), (text,))


def network(*more: Resource) -> list[Resource]:
    """Two subnets of a VPC whose main table is private, and two tables: one leads out, one does not."""
    return [
        one("aws:ec2/vpc:Vpc", "net"),
        one("aws:ec2/internetGateway:InternetGateway", "gate", behind={"vpcId": ("net",)}, vpcId=UNKNOWN),
        one(SUBNET, "a", behind={"vpcId": ("net",)}, vpcId=UNKNOWN),
        one(SUBNET, "b", behind={"vpcId": ("net",)}, vpcId=UNKNOWN),
        one("aws:ec2/routeTable:RouteTable", "public"),
        one("aws:ec2/routeTable:RouteTable", "private"),
        *more,
    ]


def route(*tables: str) -> Resource:
    return one(
        "aws:ec2/route:Route",
        "out",
        behind={"routeTableId": tables, "gatewayId": ("gate",)},
        routeTableId=UNKNOWN,
        gatewayId=UNKNOWN,
        destinationCidrBlock="0.0.0.0/0",
    )


def link(name: str, subnets: tuple[str, ...], tables: tuple[str, ...]) -> Resource:
    behind = {"subnetId": subnets, "routeTableId": tables}
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    return one(token, name, behind=behind, subnetId=UNKNOWN, routeTableId=UNKNOWN)


OUT, SHUT, OPEN = "leads out", "shut", "nobody knows"


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        pytest.param([route("public"), link("it", ("a",), ("public",))], OUT, id="one of one"),
        pytest.param([route("public"), link("it", ("a",), ("public", "private"))], OPEN, id="one of two tables"),
        pytest.param([route("public", "private"), link("it", ("a",), ("public",))], OPEN, id="a route of one of two"),
        pytest.param([route("public"), link("it", ("a", "b"), ("public",))], OPEN, id="one of two subnets"),
        pytest.param([link("it", ("a", "b"), ("public", "private"))], SHUT, id="whichever it is, no route leads out"),
    ],
)
def test_a_subnet_leads_out_only_if_every_choice_does(more: list[Resource], wanted: str) -> None:
    stack = Stack(network(*more))
    found = Routes(stack).internet_route(stack.resources["urn::a"])
    assert (OUT if isinstance(found, InternetRoute) else OPEN if found is UNKNOWN else SHUT) == wanted


def test_the_same_program_gets_the_same_verdict_a_hundred_times() -> None:
    """The engine hands dependencies over as sets: their order, and that of the resources, changes from run to run."""
    group = one(GROUP, "g1"), one(GROUP, "g2")
    answers: set[tuple[tuple[str, bool], ...]] = set()
    for seed in range(100):
        shuffled = random.Random(seed)
        behind = shuffled.sample(["g1", "g2"], 2)
        rule = one(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "rule",
            behind={"securityGroupId": tuple(behind)},
            securityGroupId=UNKNOWN,
            ipProtocol="tcp",
            fromPort=5432,
            toPort=5432,
            cidrIpv4="198.51.100.0/24",
        )
        store = one(
            "aws:rds/instance:Instance",
            "store",
            behind={"vpcSecurityGroupIds": ("g2",)},
            vpcSecurityGroupIds=[UNKNOWN],
            engine="postgres",
        )
        resources = [*group, rule, store]
        shuffled.shuffle(resources)
        found = judge(RULES["sg-to-sg-only"], rule, Stack(resources))
        answers.add(tuple((each.text, each.undecided) for each in found))
    assert [[undecided for _, undecided in each] for each in answers] == [[True]]
