"""Sets of addresses and ports agree with sets of single numbers, and what an ACL lets through with one packet's way."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from guard.aws.networks import (
    ALL,
    ANYWHERE,
    BROAD,
    INTERNET,
    NOWHERE,
    Addresses,
    addresses,
    broad,
)
from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Resource
from guard.reach.acls import Entry, addresses_through
from tests.properties.effort import examples

SMALL = st.integers(0, 12)
PARTS = st.lists(st.tuples(SMALL, SMALL), max_size=5)


def numbers(parts: list[tuple[int, int]]) -> set[int]:
    return {number for low, high in parts for number in range(low, high + 1)}


@given(PARTS, PARTS)
@examples(200)
def test_spans_are_sets_of_numbers(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    a, b = Spans.of(*left), Spans.of(*right)
    one, two = numbers(left), numbers(right)
    for found, wanted in ((a, one), (a | b, one | two), (a & b, one & two), (a - b, one - two)):
        assert {number for number in range(-1, 14) if number in found} == wanted
        assert found.size == len(wanted)
        assert bool(found) == bool(wanted)
        # One form of each set: in order, and neither overlapping nor touching.
        assert all(high + 1 < low for (_, high), (low, _) in zip(found.parts, found.parts[1:], strict=False))
    assert (a <= b) == (one <= two)
    assert (a == b) == (one == two)


MANY = st.lists(
    st.tuples(st.integers(0, 80), st.integers(0, 6)).map(lambda part: (part[0], part[0] + part[1])), max_size=30
)


@given(MANY, MANY)
@examples(300)
def test_many_intervals_are_sets_of_numbers(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    """Of two sets of many pieces, in every order in which they may overlap."""
    a, b = Spans.of(*left), Spans.of(*right)
    one, two = numbers(left), numbers(right)
    assert set(numbers([*(a | b).parts])) == one | two
    assert set(numbers([*(a & b).parts])) == one & two
    assert set(numbers([*(a - b).parts])) == one - two
    assert (a - b) | (a & b) == a
    assert Spans.union(part for spans in (a, b) for part in spans.parts) == a | b
    assert [number in a for number in range(90)] == [number in one for number in range(90)]


def test_what_is_taken_away_costs_no_more_than_it_has_pieces() -> None:
    """Each piece taken away used to double the work: sixty-four of them took all memory."""
    holes = Spans.of(*((10 * number, 10 * number + 5) for number in range(2_000)))
    left = Spans.of((0, 20_000)) - holes
    assert (len(left.parts), left.size) == (2_000, 20_001 - 12_000)
    assert left | holes == Spans.of((0, 20_000))


FOUR = st.builds(lambda base, length: f"{ip_address(base)}/{length}", st.integers(0, 2**32 - 1), st.integers(0, 32))
SIX = st.builds(
    lambda base, length: f"{ip_address(base + (1 << 64))}/{length}", st.integers(0, 2**128 - 2**65), st.integers(0, 128)
)
CIDRS = st.lists(st.one_of(FOUR, SIX), max_size=4)
ONE = st.one_of(st.integers(0, 2**32 - 1).map(ip_address), st.integers(1 << 64, 2**128 - 1).map(ip_address))


def holds(found: Addresses, address: str) -> bool:
    return addresses([address]) <= found


@given(CIDRS, CIDRS, ONE)
@examples(200)
def test_addresses_are_sets_of_addresses(left: list[str], right: list[str], address: object) -> None:
    """Of the one address that was drawn, and of the edges of every range."""
    edges = [str(edge) for text in left + right for edge in _edges(text)]
    a, b = addresses(left), addresses(right)
    for one in (str(address), *edges):
        in_left, in_right = (_in(one, texts) for texts in (left, right))
        assert holds(a, one) == in_left
        assert holds(a | b, one) == (in_left or in_right)
        assert holds(a & b, one) == (in_left and in_right)
        assert holds(a - b, one) == (in_left and not in_right)


def _edges(text: str) -> tuple[object, object]:
    network = ip_network(text, strict=False)
    return network[0], network[-1]


def _in(address: str, texts: list[str]) -> bool:
    networks = [ip_network(text, strict=False) for text in texts]
    one = ip_address(address)
    return any(one in network for network in networks if network.version == one.version)


@given(FOUR.filter(lambda text: not text.endswith("/32")))
@examples(100)
def test_the_halves_of_a_range_are_the_range(text: str) -> None:
    network = ip_network(text, strict=False)
    halves = [str(half) for half in network.subnets()]
    assert addresses(halves) == addresses([text]) == addresses(reversed(halves))
    assert broad(halves) == broad([text])


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
@examples(100)
def test_a_public_range_is_broad_from_a_slash_8_up(base: int, length: int) -> None:
    found = addresses([f"{ip_address(base)}/{length}"])
    if found <= INTERNET:
        assert found.broad == (length <= 8)
    if not found & INTERNET:
        assert not found.broad


def test_the_internet_in_all_spellings() -> None:
    whole = ("0.0.0.0/0", "::/0", "0::/0", "0:0:0:0:0:0:0:0/0", "2000::/3", "::/1", "1.2.3.4/0", " 0.0.0.0/0 ")
    assert [text for text in whole if not broad([text])] == []
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10", "224.0.0.0/4")
    assert not broad(private)
    assert addresses(["nonsense", "", "10.0.0.0/33"]) == NOWHERE
    assert addresses(["0.0.0.0/0", "::/0"]) == ANYWHERE
    assert BROAD == {4: 2**23, 6: 2**111}


# --- one packet at a time ---

RANGES = st.sampled_from(["10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25", "10.0.0.64/26", "10.0.1.0/24"])
ENTRIES = st.lists(
    st.builds(
        lambda allow, name, ports, text: (allow, name, ports, text),
        st.booleans(),
        st.sampled_from(["tcp", "udp", ALL]),
        st.sampled_from([(0, 65535), (20, 25), (22, 22), (443, 443)]),
        RANGES,
    ),
    max_size=6,
)
PACKETS = [(f"10.0.{net}.{host}", port) for net in (0, 1, 2) for host in (1, 65, 129, 250) for port in (21, 22, 443)]
NOBODY = Resource("urn", "aws:ec2/networkAcl:NetworkAcl", {})


@given(ENTRIES)
@examples(150)
def test_an_acl_lets_through_the_packets_that_its_first_matching_entry_allows(
    entries: list[tuple[bool, str, tuple[int, int], str]],
) -> None:
    written = [
        Entry(NOBODY, "ingress", number, allow, name, Spans.of(span), addresses([text]))
        for number, (allow, name, span, text) in enumerate(entries)
    ]
    for address, port in PACKETS:
        allowed = next(
            (
                allow
                for allow, name, (low, high), text in entries
                if name in ("tcp", ALL) and low <= port <= high and _in(address, [text])
            ),
            False,
        )
        for least in (True, False):
            through = addresses_through(written, ANYWHERE, "tcp", port, least=least)
            assert holds(through, address) == allowed


@given(ENTRIES, st.integers(0, 5), st.sampled_from(["allow", "addresses", "ports", "protocol", "number", "sure"]))
@examples(150)
def test_what_is_unknown_of_an_entry_only_widens_the_bounds(
    entries: list[tuple[bool, str, tuple[int, int], str]], index: int, part: str
) -> None:
    """Whatever the truth is, at least so much gets through, and at most so much."""
    if index >= len(entries):
        return
    truth = [
        Entry(NOBODY, "ingress", number, allow, name, Spans.of(span), addresses([text]))
        for number, (allow, name, span, text) in enumerate(entries)
    ]
    blanked = list(truth)
    blanked[index] = replace(truth[index], **{part: False if part == "sure" else UNKNOWN})
    if part == "number":  # nobody knows where it stands: `Acls.entries` asks it first
        blanked = [blanked[index], *blanked[:index], *blanked[index + 1 :]]
    for port in (21, 22, 443):
        exact = addresses_through(truth, ANYWHERE, "tcp", port, least=True)
        assert addresses_through(blanked, ANYWHERE, "tcp", port, least=True) <= exact
        assert exact <= addresses_through(blanked, ANYWHERE, "tcp", port, least=False)
