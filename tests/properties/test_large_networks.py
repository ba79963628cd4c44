"""Route tables and groups of any size: the same answers as asking one address, one port and one rule at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Network
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.aws.networks import ALL, ALL_PORTS, Addresses, addresses, united
from guard.aws.spans import Spans
from guard.crossguard.configuration import rule_sets
from guard.crossguard.verdict import JudgementKind, Terms, weigh
from guard.model.graph import UNKNOWN, Missing, Resource, Stack
from guard.model.rule import Profile
from guard.reach.permits import ByPort, Permit, matches, wide_ports
from guard.reach.routes import most_specific
from guard.rules import RULES
from tests.properties.effort import examples

# --- routes ---

CIDR = st.builds(lambda host, length: f"10.0.0.{host >> (32 - length) << (32 - length)}/{length}",
                 st.integers(0, 255), st.integers(26, 32))  # fmt: skip
ROUTES = st.dictionaries(CIDR, st.sampled_from([True, False, UNKNOWN]), max_size=12)


@given(ROUTES)
@examples(200)
def test_the_longest_route_that_matches_wins(routes: dict[str, bool | Missing]) -> None:
    known = [(int(text.split("/")[1]), addresses((text,)), answer) for text, answer in routes.items()]
    found = most_specific(known)
    for host in map(int, IPv4Network("10.0.0.0/24")):
        fitting = [(length, answer) for length, ranges, answer in known if host in ranges.four]
        answer = max(fitting, key=lambda each: each[0])[1] if fitting else False
        assert (host in found.least.four, host in found.most.four) == (answer is True, answer is not False)


# --- rules of groups ---

GROUP = Resource("urn::group", "aws:ec2/securityGroup:SecurityGroup", {})
RANGES = st.sampled_from(["64.0.0.0/10", "64.64.0.0/10", "96.0.0.0/9", "10.0.0.0/8", "52.1.2.3/32", "2600::/18"])
PORTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=2).map(
    lambda all_: Spans.of(*all_)
)


PERMIT = st.builds(
    Permit,
    group=st.just(GROUP),
    rule=st.just(GROUP),
    direction=st.sampled_from(["ingress", "egress", UNKNOWN]),
    protocol=st.sampled_from(["tcp", "udp", ALL, UNKNOWN]),
    ports=PORTS | st.sampled_from([ALL_PORTS, UNKNOWN]),
    ranges=st.lists(RANGES, max_size=2).map(tuple),
    sure=st.booleans(),
)


@given(st.lists(PERMIT, max_size=8))
@examples(200)
def test_the_rules_of_a_port_are_found_as_if_all_were_asked(permits: list[Permit]) -> None:
    for name in ("tcp", "udp"):
        found = ByPort(permits, "ingress", name)
        for port in (*range(11), 65535):
            asked = [each for each in permits if matches(each, "ingress", name, port) is not False]
            assert list(map(id, found.at(port))) == list(map(id, asked))


@given(st.lists(PERMIT, max_size=8))
@examples(200)
def test_rules_are_wide_together_where_their_ranges_are(permits: list[Permit]) -> None:
    narrow = [
        each for each in permits if each.sure and not isinstance(each.ports, Missing) and not each.addresses.broad
    ]
    found = wide_ports(permits)
    for name in {each.protocol for each in narrow}:
        for port in (*range(11), 65535):
            together = (each.addresses for each in narrow
                        if each.protocol in (name, ALL) and isinstance(each.ports, Spans)
                        and port in each.ports)  # fmt: skip
            assert (port in found.get(name, Spans())) == united(together).broad


# --- growth ---

Resources = list[Resource]


def resource(token: str, name: str, /, **inputs: object) -> Resource:
    ids = {"id": f"{name}-id", "arn": f"arn:aws:service:eu-west-1:123456789012:{name}"}
    return Resource(f"urn::{name}", f"aws:{token}", inputs, {**inputs, **ids}, provider_region="eu-west-1")


def network(*more: Resource) -> Resources:
    return [
        resource("ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16"),
        resource("ec2/internetGateway:InternetGateway", "gateway", vpcId="net-id"),
        resource("ec2/subnet:Subnet", "subnet", vpcId="net-id", cidrBlock="10.0.1.0/24"),
        resource("ec2/routeTable:RouteTable", "table", vpcId="net-id"),
        resource("ec2/routeTableAssociation:RouteTableAssociation", "link",
                 subnetId="subnet-id", routeTableId="table-id"),
        resource("ec2/securityGroup:SecurityGroup", "group", vpcId="net-id"),
        resource("rds/subnetGroup:SubnetGroup", "placed", name="placed", subnetIds=["subnet-id"]),
        resource("rds/instance:Instance", "store", engine="postgres", dbSubnetGroupName="placed",
                 vpcSecurityGroupIds=["group-id"]),
        resource("ec2/instance:Instance", "machine", subnetId="subnet-id", vpcSecurityGroupIds=["group-id"],
                 associatePublicIpAddress=True),
        *more,
    ]  # fmt: skip


def routes(count: int) -> Resources:
    return network(
        *(
            resource(
                "ec2/route:Route",
                f"route-{number}",
                routeTableId="table-id",
                destinationCidrBlock=f"{11 + number // 250}.{number % 250}.0.0/{16 + number % 9}",
                transitGatewayId="tgw-0123456789abcdef0",
            )
            for number in range(count)
        )
    )


def rules(count: int, *, apart: bool) -> Resources:
    out = resource(
        "ec2/route:Route", "out", routeTableId="table-id", destinationCidrBlock="0.0.0.0/0", gatewayId="gateway-id"
    )
    return network(
        out,
        *(
            resource(
                "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                f"rule-{number}",
                securityGroupId="group-id",
                ipProtocol="tcp",
                fromPort=1_000 + number if apart else 5432,
                toPort=1_000 + number if apart else 5432,
                cidrIpv4=f"52.{number // 250}.{number % 250}.7/32",
            )
            for number in range(count)
        ),
    )


def steps(stack: Stack) -> int:
    """How many lines of Python run while a stack is judged by all rules, none of which may fail."""
    terms = Terms(tuple(rule_sets(RULES.values(), Profile.STRICT)))
    count = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        judged = weigh(stack, terms)
    finally:
        sys.settrace(before)
    assert [one for one in judged.of(JudgementKind.VIOLATION) if "failed" in one.finding.text] == []
    return count


@pytest.mark.parametrize(
    ("shape", "count"),
    [(routes, 500), (partial(rules, apart=False), 1_000), (partial(rules, apart=True), 1_000)],
    ids=["routes", "rules of one port", "rules of a port each"],
)
def test_twice_the_network_is_twice_the_work(shape: Callable[[int], Resources], count: int) -> None:
    """In lines that run, which no slow machine changes; the benchmark measures the time of 5,000 rules."""
    half, whole = steps(Stack(shape(count // 2))), steps(Stack(shape(count)))
    assert half > 100 * count
    assert whole < 2.1 * half


def test_ranges_of_a_hub_are_put_together_once() -> None:
    many = [addresses((f"{11 + number // 250}.{number % 250}.0.0/16",)) for number in range(5_000)]
    assert united(many) == addresses(f"{11 + number // 250}.{number % 250}.0.0/16" for number in range(5_000))
    assert united(()) == Addresses()
