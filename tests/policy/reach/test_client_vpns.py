"""A Client VPN: a source in its associated subnets, bounded by authorization rules and routes, and no way in."""

from __future__ import annotations

import pytest

from guard.aws.nodes import called
from guard.model.graph import UNKNOWN, Resource, Stack
from guard.reach.blockers import blockers
from guard.reach.interfaces import NetworkInterfaces
from guard.reach.paths import Answer, NetworkPath, Paths
from tests.policy.declare import GROUP, OTHER, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.rules.internet_to_data_path import paths as rows
from tests.policy.rules.internet_to_data_path.paths import JUMP, NET, TRUSTS_JUMP, VAULT, store

TOKEN = "ec2clientvpn/{}".format
BY_ID = {"clientVpnEndpointId": "door.id"}
DOOR = r(TOKEN("endpoint:Endpoint"), "door", refs={"vpcId": "net.id", "securityGroupIds[0]": "jump.id"})
JOIN = r(TOKEN("networkAssociation:NetworkAssociation"), "join", refs={**BY_ID, "subnetId": "edge.id"})
PROOF = "door -> it on port 5432 (rule r1)"
AUTHORIZATION = ("authorization rule", "door has no authorization rule for the addresses of it")
both = pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])


def allows(cidr: str, name: str = "allows") -> Declared:
    return r(TOKEN("authorizationRule:AuthorizationRule"), name, targetNetworkCidr=cidr, refs=BY_ID)


def leads(cidr: str) -> Declared:
    return r(TOKEN("route:Route"), "leads", destinationCidrBlock=cidr, refs={**BY_ID, "targetVpcSubnetId": "edge.id"})


def network(*more: Declared, known: bool = False) -> Stack:
    return graph(OTHER, *NET, GROUP, JUMP, store(), *more, known=known)


def answer(stack: Stack) -> Answer | str:
    found = Paths(stack).between(named(stack, "door"), named(stack, "it"))
    return found.proof if isinstance(found, NetworkPath) else found


def stopped(stack: Stack) -> list[tuple[str, str]]:
    return [(each.kind.value, each.text) for each in blockers(stack, named(stack, "door"), named(stack, "it"))]


@both
@pytest.mark.parametrize("cidr", ["10.61.0.0/16", "10.61.20.0/24", "0.0.0.0/0"])
def test_clients_reach_what_a_rule_and_a_group_admit_without_a_route_in_their_own_vpc(cidr: str, known: bool) -> None:
    stack = network(*TRUSTS_JUMP, DOOR, JOIN, allows(cidr), known=known)
    assert answer(stack) == PROOF
    assert [path.proof for path in Paths(stack).reachable(named(stack, "door")).paths] == [PROOF]


@both
@pytest.mark.parametrize(
    ("more", "found"),
    [
        (TRUSTS_JUMP, [AUTHORIZATION]),
        ((*TRUSTS_JUMP, allows("10.61.0.0/24")), [AUTHORIZATION]),
        (
            (VAULT, allows("10.61.0.0/16")),
            [("security group", "vault has no rule that lets door in on port 5432")],
        ),
        (
            (VAULT,),
            [AUTHORIZATION, ("security group", "vault has no rule that lets door in on port 5432")],
        ),
    ],
    ids=["no rule", "a rule for another subnet", "no group rule", "neither"],
)
def test_what_stops_clients_is_named(more: tuple[Declared, ...], found: list[tuple[str, str]], known: bool) -> None:
    stack = network(DOOR, JOIN, *more, known=known)
    assert answer(stack) is None
    assert stopped(stack) == found


@both
def test_another_vpc_asks_for_a_route_of_the_endpoint(known: bool) -> None:
    """Peering and its routes alone do not do; only the own VPC's range is routed by itself."""
    peered = (rows.PEERING, *rows.routes_between("vpcPeeringConnectionId", "bridge.id"), allows("0.0.0.0/0"))
    base = (*NET, *rows.FAR, JUMP, *TRUSTS_JUMP, store(), DOOR, JOIN, *peered)
    without = graph(*base, known=known)
    assert (answer(without), stopped(without)) == (None, [("route", "door has no route to the addresses of it")])
    assert answer(graph(*base, leads("10.99.0.0/16"), known=known)) == PROOF


def test_what_nobody_knows_yet_stops_nothing() -> None:
    vague = r(TOKEN("authorizationRule:AuthorizationRule"), "vague", refs={**BY_ID, **unknown("targetNetworkCidr")})
    stray = r(
        TOKEN("authorizationRule:AuthorizationRule"),
        "stray",
        targetNetworkCidr="10.61.0.0/16",
        refs=unknown("clientVpnEndpointId"),
    )
    joins = r(JOIN.type.removeprefix("aws:"), "join", refs={"subnetId": "edge.id", **unknown("clientVpnEndpointId")})
    for doubt in ((JOIN, vague), (JOIN, stray), (joins, allows("10.61.0.0/16"))):
        stack = network(*TRUSTS_JUMP, DOOR, *doubt)
        assert (answer(stack), stopped(stack)) == (UNKNOWN, [])


@both
def test_the_rules_of_another_endpoint_do_not_count(known: bool) -> None:
    other = Declared("gap", DOOR.type, {}, DOOR.refs)
    theirs = Declared("theirs", allows("").type, {"targetNetworkCidr": "0.0.0.0/0"}, {"clientVpnEndpointId": "gap.id"})
    assert answer(network(*TRUSTS_JUMP, DOOR, JOIN, other, theirs, known=known)) is None


@both
def test_an_endpoint_stands_in_its_associated_subnets(known: bool) -> None:
    def found(*more: Declared) -> list[tuple[list[str], list[str]]]:
        stack = network(VAULT, *more, known=known)
        there = NetworkInterfaces(stack).of(named(stack, "door"))
        return [(list(map(called, each.subnets.nodes)), list(map(called, each.groups.nodes))) for each in there]

    again = Declared("again", JOIN.type, {}, {**JOIN.refs, "subnetId": "data.id"})
    assert found(DOOR) == []
    assert found(DOOR, JOIN, again) == [(["edge", "data"], ["jump"])]
    bare = r(TOKEN("endpoint:Endpoint"), "door", refs={"vpcId": "net.id"})
    default = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "house", refs={"vpcId": "net.id"})
    assert found(bare, JOIN, default) == [(["edge"], ["house"])]


@both
def test_it_is_no_way_in_for_the_internet(known: bool) -> None:
    """Its group admits the world, and it reaches the store: clients authenticate before."""
    stack = network(*TRUSTS_JUMP, DOOR, JOIN, allows("0.0.0.0/0"), known=known)
    paths, it = Paths(stack), named(stack, "it")
    assert isinstance(it, Resource)
    assert (paths.from_internet(named(stack, "door")), paths.to_data(it)) == (None, None)
    assert paths.exposed.paths == ()
