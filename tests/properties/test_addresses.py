"""Addresses: whatever network is accepted is one that AWS can build, and advice is true."""

import ipaddress
import re
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from settings.tables.network import NetworkTable

Network = ipaddress.IPv4Network
ZONES = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
TIERS = ["public", "private", "data", "spare"]


def table(vpc: Network, tiers: dict[str, list[Network]], zones: int) -> NetworkTable:
    """A network without ways out, so that only its addresses can be wrong."""
    return NetworkTable.model_validate(
        {
            "cidr": str(vpc),
            "zones": ZONES[:zones],
            "tiers": {name: {"route": "none", "cidrs": [str(each) for each in cidrs]} for name, cidrs in tiers.items()},
        }
    )


def complaints(error: ValidationError) -> list[tuple[tuple, str]]:
    """Where and what, of every complaint."""
    return [(each.path, each.message) for found in error.errors() for each in found["ctx"]["complaints"]]


def span(network: Network) -> range:
    """The addresses of a network as numbers: the independent view that decides here."""
    first = int(network.network_address)
    return range(first, first + 2 ** (32 - network.prefixlen))


def common(one: Network, other: Network) -> bool:
    """Whether two networks share an address."""
    a, b = span(one), span(other)
    return a.start < b.stop and b.start < a.stop


@st.composite
def networks(draw: st.DrawFn, within: Network | None = None, slack: int = 0) -> Network:
    """A network; `within` another one, or with `slack` perhaps just beside it."""
    least = within.prefixlen if within else 14
    prefix = draw(st.integers(least, 30))
    if within is None:
        return Network((draw(st.integers(0, 2**32 - 1)) >> (32 - prefix) << (32 - prefix), prefix))
    size = 2 ** (32 - prefix)
    index = draw(st.integers(-slack, 2 ** (prefix - least) - 1 + slack))
    start = int(within.network_address) + index * size
    return Network((max(0, min(start, 2**32 - size)), prefix))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Network, dict[str, list[Network]], int]:
    """A VPC and tiers of subnets that may overlap, lie outside or be of odd sizes."""
    vpc, zones = draw(networks()), draw(st.integers(1, 3))
    names = draw(st.lists(st.sampled_from(TIERS), min_size=1, max_size=3, unique=True))
    near = networks(vpc, slack=1)
    count = st.sampled_from([zones, zones, zones, max(1, zones - 1), zones + 1])
    return vpc, {name: draw(st.lists(near, min_size=(n := draw(count)), max_size=n)) for name in names}, zones


@st.composite
def right_plans(draw: st.DrawFn) -> tuple[Network, dict[str, list[Network]], int]:
    """A VPC of /16 to /24 and distinct parts of it, of one size, in any order."""
    prefix, zones = draw(st.integers(16, 24)), draw(st.integers(1, 3))
    vpc = Network((draw(st.integers(0, 2**prefix - 1)) << (32 - prefix), prefix))
    names = draw(st.lists(st.sampled_from(TIERS), min_size=1, max_size=4, unique=True))
    bits = draw(st.integers(4, min(8, 28 - prefix)))
    slots = draw(st.permutations(range(2**bits)))[: len(names) * zones]
    cut = [Network((int(vpc.network_address) + (s << (32 - prefix - bits)), prefix + bits)) for s in slots]
    return vpc, {name: cut[index * zones : (index + 1) * zones] for index, name in enumerate(names)}, zones


@given(plans())
def test_what_is_accepted_can_be_built(plan):
    """One subnet a tier and zone, all inside the VPC and of a size that AWS has, none touching another."""
    vpc, tiers, zones = plan
    try:
        accepted = table(vpc, tiers, zones)
    except ValidationError:
        return
    placed = [cidr for tier in accepted.tiers.values() for cidr in tier.cidrs]
    assert {len(tier.cidrs) for tier in accepted.tiers.values()} == {zones}
    assert 16 <= accepted.cidr.prefixlen <= 28
    for index, cidr in enumerate(placed):
        assert 16 <= cidr.prefixlen <= 28
        assert span(cidr).start in span(accepted.cidr)
        assert span(cidr)[-1] in span(accepted.cidr)
        assert not any(common(cidr, other) for other in placed[index + 1 :])


@given(plans())
def test_what_cannot_be_built_is_refused_where_it_is_wrong(plan):
    """Every wrong subnet is named by tier and position; a right network is never refused."""
    vpc, tiers, zones = plan
    wrong: set[tuple] = set()
    placed = [
        (("tiers", name, "cidrs", index), cidr) for name, cidrs in tiers.items() for index, cidr in enumerate(cidrs)
    ]
    if not 16 <= vpc.prefixlen <= 28:
        wrong.add(("cidr",))
    wrong |= {("tiers", name, "cidrs") for name, cidrs in tiers.items() if len(cidrs) != zones}
    for place, cidr in placed:
        if not (span(cidr).start in span(vpc) and span(cidr)[-1] in span(vpc)) or not 16 <= cidr.prefixlen <= 28:
            wrong.add(place)
    for (first, one), (second, other) in combinations(placed, 2):
        if common(one, other):  # the later is wrong, unless the earlier holds all of it
            wrong.add(first if one.prefixlen < other.prefixlen else second)
    if not wrong:
        assert table(vpc, tiers, zones)
        return
    with pytest.raises(ValidationError) as refused:
        table(vpc, tiers, zones)
    assert {place for place, _ in complaints(refused.value)} == wrong


@given(right_plans())
def test_distinct_parts_of_a_vpc_are_accepted(plan):
    """So the tests above see both sides: a right plan passes."""
    vpc, tiers, zones = plan
    assert [*table(vpc, tiers, zones).tiers] == [*tiers]


@given(right_plans(), st.data())
def test_advice_names_a_part_that_is_free(plan, data):
    """Put where one subnet overlaps another, the advised part makes the network right."""
    vpc, tiers, zones = plan
    names = [(name, index) for name, cidrs in tiers.items() for index in range(len(cidrs))]
    assume(len(names) > 1)
    (name, index), (other, at) = sorted(
        data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)), key=names.index
    )
    tiers[other][at] = tiers[name][index]
    with pytest.raises(ValidationError) as refused:
        table(vpc, tiers, zones)
    [(place, message)] = complaints(refused.value)
    assert place == ("tiers", other, "cidrs", at)
    assert f"{tiers[other][at]} overlaps {tiers[name][index]}, which is tiers.{name}.cidrs[{index}]; " in message
    advised = re.search(r"use a free part such as (\S+)$", message)
    assert advised, "the place that was taken away is free"
    tiers[other][at] = Network(advised[1])
    assert table(vpc, tiers, zones)


@given(st.integers(16, 27))
def test_a_full_vpc_is_told_to_be_full(prefix):
    """No part is left to advise."""
    vpc = Network(f"10.0.0.0/{prefix}")
    one, two = vpc.subnets(prefixlen_diff=1)
    with pytest.raises(ValidationError) as refused:
        table(vpc, {"data": [one, two], "spare": [one, one]}, 2)
    messages = {message.partition("; ")[2] for _, message in complaints(refused.value)}
    assert messages == {f"no /{prefix + 1} of {vpc} is free; use smaller subnets or a larger VPC"}


def test_a_vpc_far_too_large_is_refused_at_once(monkeypatch):
    """No advice is sought in more parts than a VPC of /16 has: in 0.0.0.0/0 that would take minutes."""
    real, tried = Network.subnets, []

    def counted(self, *args, **kwargs):
        for each in real(self, *args, **kwargs):
            tried.append(each)
            if len(tried) > 2 * 4096:
                pytest.fail("the search for a free part has no end")  # pydantic would swallow an assertion
            yield each

    monkeypatch.setattr(Network, "subnets", counted)
    with pytest.raises(ValidationError) as refused:
        table(Network("0.0.0.0/0"), {"data": [Network("0.0.0.0/0"), Network("10.0.0.0/28")]}, 2)
    assert (("cidr",), "a VPC's prefix is /16 to /28, not /0; use one in that range") in complaints(refused.value)
