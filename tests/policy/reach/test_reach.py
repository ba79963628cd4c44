"""Routes, subnets, addresses, fences and the paths through all of them: exact answers for small networks.

Whether a rule keeps its word is in the rows of internet-to-data-path; here is what other readers of the model rely on.
"""

from __future__ import annotations

import pytest

from guard.aws.networks import ANYWHERE, NOWHERE, Addresses, addresses
from guard.aws.nodes import DEFAULT_SUBNET, EGRESS, INGRESS, near
from guard.model.graph import UNKNOWN, Resource
from guard.reach.addressing import ranges
from guard.reach.connectivity import Connectivity
from guard.reach.extents import ALL, ANY, NONE, Extent, either, exactly, union
from guard.reach.interfaces import NetworkInterfaces
from guard.reach.packet_filters import PacketFilters
from guard.reach.paths import Answer, NetworkPath, Paths, Reached
from tests.policy.declare import GROUP, OTHER, VPC, r, unknown
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named
from tests.policy.reach.sets import WORLD, WORLD_SIX
from tests.policy.rules.internet_to_data_path import paths as rows
from tests.policy.rules.internet_to_data_path.paths import admits, group, machine, on, store

# --- extents: sets that are known in part ---


def test_an_extent_is_broad_if_what_is_sure_is_and_not_if_what_may_be_is_not() -> None:
    assert Extent(WORLD, ANYWHERE).broad is True
    assert Extent(NOWHERE, WORLD).broad is UNKNOWN
    assert Extent(NOWHERE, addresses(["10.0.0.0/8", "203.0.113.0/24"])).broad is False


def test_an_address_of_which_little_is_known_is_held_only_where_all_of_it_is() -> None:
    here = addresses(["10.0.0.0/24"])
    assert exactly(addresses(["10.0.0.0/16"])).holds(here) is True
    assert exactly(addresses(["10.0.0.0/25"])).holds(here) is UNKNOWN
    assert exactly(addresses(["10.0.1.0/24"])).holds(here) is False
    assert ANY.holds(here) is UNKNOWN


def test_of_several_extents_what_all_have_is_sure_and_what_one_has_may_be() -> None:
    one, other = exactly(addresses(["10.0.0.0/16"])), exactly(addresses(["10.0.0.0/8"]))
    assert either([one, other]) == Extent(one.least, other.most)
    assert union([one, other]) == other
    assert (either([]), union([])) == (ANY, NONE)
    assert (one & ALL, one | NONE, bool(NONE), bool(ANY)) == (one, one, False, True)


def test_what_is_near_is_in_one_region_as_far_as_that_is_known() -> None:
    west, east, lost = (Resource(f"urn::{home}", "aws:x", {}, provider_region=home) for home in ("west", "east", ""))
    assert [near(west, west), near(west, east), near(west, lost), near(lost, east)] == [True, False, True, True]


# --- packet filters ---


def test_a_group_that_says_nothing_of_egress_lets_everything_out() -> None:
    """The provider takes AWS's own rule away, but does not keep it away."""

    def out(*resources: Declared) -> Extent:
        stack = graph(OTHER, VPC, *resources, r("ec2/instance:Instance", refs={"vpcSecurityGroupIds[0]": "jump.id"}))
        (found,) = NetworkInterfaces(stack).of(named(stack, "it"))
        return PacketFilters(stack).opening(found, EGRESS, "tcp", 443).addresses

    rule = r(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "r",
        ipProtocol="-1",
        cidrIpv4="10.0.0.0/8",
        refs={"securityGroupId": "jump.id"},
    )
    stray = Declared("r", rule.type, rule.props, unknown("securityGroupId"))
    adopted = r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "jump", refs={"vpcId": "net.id"})
    assert out(group("jump")) == ALL
    assert out(group("jump", egress=[])) == NONE
    assert out(group("jump"), rule) == exactly(addresses(["10.0.0.0/8"]))
    assert out(group("jump"), stray) == ANY
    assert out(adopted) == NONE


def test_an_opening_lets_in_carriers_of_a_group_and_addresses() -> None:
    stack = graph(
        OTHER,
        *rows.NET,
        group("client"),
        group("vault", on(5432, cidrBlocks=["10.61.0.0/24"])),
        admits("vault", "client"),
        r("ec2/instance:Instance", "carrier", refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "client.id"}),
        r("ec2/instance:Instance", "vague", refs={"subnetId": "data.id", **unknown("vpcSecurityGroupIds")}),
        r("ec2/instance:Instance", "stranger", refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "vault.id"}),
        store(),
        GROUP,
    )
    interfaces = {
        name: NetworkInterfaces(stack).of(named(stack, name))[0] for name in ("it", "carrier", "vague", "stranger")
    }
    opening = PacketFilters(stack).opening(interfaces["it"], INGRESS, "tcp", 5432)
    edge, data = addresses(["10.61.0.9/32"]), addresses(["10.61.20.9/32"])
    assert [opening.lets(interfaces[name], data) for name in ("carrier", "vague", "stranger")] == [True, UNKNOWN, False]
    assert [opening.lets(interfaces[name], edge) for name in ("carrier", "vague", "stranger")] == [True, True, True]
    shut = PacketFilters(stack).opening(interfaces["it"], INGRESS, "udp", 5432)
    assert (shut.addresses, shut.peers, shut.lets(interfaces["carrier"], edge)) == (NONE, frozenset(), False)


def test_answers_pass_an_acl_on_any_port_that_the_client_may_choose() -> None:
    nacl = rows.acl(egress=[rows.entry(10, "deny", 0, 1023), rows.entry(20, "allow", 1000, 2000, "52.0.0.0/8")])
    stack = graph(*rows.NET, nacl)
    assert PacketFilters(stack).answers(named(stack, "edge"), "tcp") == exactly(addresses(["52.0.0.0/8"]))
    assert PacketFilters(stack).answers(named(stack, "data"), "tcp") == ALL
    assert PacketFilters(stack).answers(None, "tcp") == ANY
    assert PacketFilters(stack).answers(DEFAULT_SUBNET, "tcp") == ALL


def test_within_a_subnet_no_acl_is_asked() -> None:
    stack = graph(*rows.NET, rows.acl())
    filters, edge, data = PacketFilters(stack), named(stack, "edge"), named(stack, "data")
    ends = (ranges(edge), ranges(edge))
    assert filters.crosses(edge, edge, ends, "tcp", 22) is True
    assert filters.crosses(data, edge, (ranges(data), ranges(edge)), "tcp", 22) is False
    assert filters.crosses(None, None, ends, "tcp", 22) is UNKNOWN


# --- connectivity ---


def test_a_block_on_public_access_holds_in_its_region_and_not_for_what_is_excluded() -> None:
    def unblocked(*resources: Declared) -> Extent:
        stack = graph(OTHER, *rows.NET, *resources)
        return Connectivity(stack).unblocked(named(stack, "edge"))

    by_subnet = Declared(
        "x", rows.excluded("").type, {"internetGatewayExclusionMode": "allow-bidirectional"}, {"subnetId": "edge.id"}
    )
    elsewhere = Declared("x", by_subnet.type, by_subnet.props, {"subnetId": "data.id"})
    assert unblocked() == ALL
    assert unblocked(rows.bpa("off")) == ALL
    assert unblocked(rows.bpa("block-ingress")) == unblocked(rows.bpa(), elsewhere) == NONE
    assert unblocked(rows.bpa(), by_subnet) == unblocked(rows.bpa(), rows.excluded("allow-bidirectional")) == ALL
    assert unblocked(rows.bpa(), rows.excluded("allow-egress")) == NONE
    assert unblocked(Declared("bpa", rows.bpa().type, {}, unknown("internetGatewayBlockMode"))) == ANY
    here = r("ec2/subnet:Subnet", "edge", refs={"vpcId": "net.id"}, region="eu-west-1")
    for region, answer in (("eu-west-1", NONE), ("eu-north-1", ALL)):
        options = Declared("bpa", rows.bpa().type, {**rows.bpa().props, "region": region})
        stack = graph(VPC, here, options)
        assert Connectivity(stack).unblocked(named(stack, "edge")) == answer


# --- paths ---

BASTION = (*rows.BASTION, machine(associatePublicIpAddress=True))
PROOF = (
    "internet -> gateway gate -> subnet edge (table open, route out) -> hopper on port 22 (a rule in jump) "
    "-> it on port 5432 (rule r1)"
)


def proof(answer: Answer) -> str:
    assert isinstance(answer, NetworkPath)
    return answer.proof


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_a_proof_tells_each_step_and_what_opens_it(known: bool) -> None:
    stack = graph(*BASTION, known=known)
    paths, it, hopper = Paths(stack), named(stack, "it"), named(stack, "hopper")
    assert proof(paths.to_data(it)) == PROOF
    assert proof(paths.from_internet(hopper)) == PROOF.rpartition(" -> ")[0]
    assert proof(paths.between(hopper, it)) == "hopper -> it on port 5432 (rule r1)"
    assert paths.from_internet(it) is None
    assert proof(paths.between(it, hopper)) == "it -> hopper on port 22 (a rule in jump)"


def test_a_path_knows_its_ends() -> None:
    stack = graph(*BASTION)
    found = Paths(stack).to_data(named(stack, "it"))
    assert isinstance(found, NetworkPath)
    assert (found.source, found.target, len(found.steps)) == ("internet", named(stack, "it"), 4)


def names(reached: Reached) -> tuple[list[str], list[str]]:
    return sorted(path.proof for path in reached.paths), [one.name for one in reached.undecided]


def test_what_is_exposed() -> None:
    stack = graph(*BASTION)
    assert names(Paths(stack).exposed) == ([PROOF.rpartition(" -> ")[0]], [])
    vague = graph(OTHER, *rows.BASTION, machine(refs=unknown("associatePublicIpAddress")))
    assert names(Paths(vague).exposed) == ([], ["hopper"])


def test_what_a_thing_or_a_tier_can_reach() -> None:
    stack = graph(*rows.TIERS, rows.balancer())
    paths = Paths(stack)
    to_crew, to_store = "front -> crew on port 8443 (rule r0)", "crew -> it on port 5432 (rule r1)"
    to_front = [f"{name} -> front on port 443 (a rule in front-group)" for name in ("crew", "it")]
    assert names(paths.reachable(named(stack, "front"))) == ([to_crew], [])
    assert names(paths.reachable(named(stack, "crew"))) == ([to_front[0], to_store], [])
    assert names(paths.reachable(named(stack, "it"))) == ([to_front[1]], [])
    assert names(paths.reachable(named(stack, "edge"))) == ([to_crew], [])
    assert names(paths.reachable(named(stack, "data"))) == ([to_front[0], to_store, to_front[1]], [])


def test_reaching_is_by_address_too_and_not_beyond_the_vpc() -> None:
    vault = group("vault", on(5432, cidrBlocks=["10.0.0.0/8"]))
    stack = graph(*rows.NET, GROUP, vault, store(), rows.JUMP, machine())
    assert names(Paths(stack).reachable(named(stack, "hopper"))) == (
        ["hopper -> it on port 5432 (a rule in vault)"],
        [],
    )
    apart = graph(*rows.NET, *rows.FAR, vault, store(), rows.JUMP, machine())
    assert names(Paths(apart).reachable(named(apart, "hopper"))) == ([], [])


def test_doubts_name_the_thing_on_the_way() -> None:
    stack = graph(OTHER, *rows.BASTION, machine(refs=unknown("associatePublicIpAddress")))
    paths, it = Paths(stack), named(stack, "it")
    assert paths.to_data(it) is UNKNOWN
    assert paths.undecided_by(it) == ["by hopper"]
    direct = graph(OTHER, *rows.NET, rows.EDGE_GROUP, rows.OPEN_VAULT, store(refs=unknown("publiclyAccessible")))
    assert Paths(direct).undecided_by(named(direct, "it")) == ["directly"]


def test_asking_about_many_costs_as_much_more_as_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each store is compared with its own neighbours only, not with every machine there is."""

    def asked(copies: int) -> int:
        calls: list[int] = []
        real = PacketFilters.opening
        monkeypatch.setattr(PacketFilters, "opening", lambda *args: calls.append(1) or real(*args))
        many = [
            Declared(
                f"{one.name}-{number}",
                one.type,
                one.props,
                {path: f"{ref.partition('.')[0]}-{number}.{ref.partition('.')[2]}" for path, ref in one.refs.items()},
            )
            for number in range(copies)
            for one in BASTION
        ]
        stack = graph(*many)
        paths = Paths(stack)
        found = [paths.to_data(one) for one in stack.of("aws:rds/instance:Instance")]
        assert len(found) == copies
        assert all(isinstance(one, NetworkPath) for one in found)
        monkeypatch.setattr(PacketFilters, "opening", real)
        return len(calls)

    few = asked(4)
    assert asked(16) == 4 * few


def test_addresses_of_a_family_do_not_stand_for_the_other() -> None:
    """A machine with an address of IPv4 only is not reached by what is open to IPv6 only."""
    six_only = group("jump", on(22, ipv6CidrBlocks=["::/0"]))
    stack = graph(*rows.NET, rows.OUT_SIX, six_only, machine(associatePublicIpAddress=True))
    assert Paths(stack).from_internet(named(stack, "hopper")) is None
    assert Addresses(WORLD.four, WORLD_SIX.six) == ANYWHERE
