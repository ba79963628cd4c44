"""Conditions of statements bind exactly those whom AWS would refuse."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.aws.conditions import bound, conditions, names_its_caller, open_to_anyone
from guard.model.graph import UNKNOWN
from tests.policy.declare import allow


def test_conditions_are_told_apart() -> None:
    found = conditions(allow(**{"ForAnyValue:StringLikeIfExists": {"AWS:SourceVpc": "Vpc-1"}}))
    assert [(one.operator, one.key, one.values) for one in found] == [
        ("foranyvalue:stringlikeifexists", "aws:sourcevpc", ["vpc-1"])
    ]
    assert (found[0].plain, found[0].lenient, found[0].patterns) == ("stringlike", True, True)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceAccount": UNKNOWN}}, True),
        ({"StringLike": {"aws:SourceAccount": UNKNOWN}}, UNKNOWN),
        ({"ArnLike": {"aws:SourceArn": ["arn:aws:sns:eu-west-1:111122223333:a", UNKNOWN]}}, UNKNOWN),
        ({"ArnLike": {"aws:SourceArn": ["*", UNKNOWN]}}, False),
        ({"IpAddress": {"aws:SourceIp": UNKNOWN}}, UNKNOWN),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}, True),
        ({"StringEquals": {"aws:ResourceAccount": "111122223333"}}, False),
        ({"StringEquals": {}}, False),
        ({"StringEquals": {"aws:SourceAccount": []}}, False),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_unknown_values_bind_where_they_can_only_be_one_value(condition: Any, expected: Any) -> None:
    assert bound({"Condition": condition}, names_its_caller) is expected


# --- against a slow, obvious evaluation of requests ----------------------------------------------------

MINE = {
    "aws:principalorgid": ["o-mine", "o-*", "*"],
    "aws:principalaccount": ["111122223333", "1111*", "????????????"],
    "aws:principalarn": ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:role/deploy", "*"],
    "aws:sourcevpce": ["vpce-mine", "vpce-*"],
    "aws:sourceip": ["203.0.113.0/24", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"],
    "aws:securetransport": ["true", "false"],
    "aws:principaltag/team": ["shop", "*"],
}

# What strangers can bring about: their own organization, account, role and network, any tag, TLS or not.
STRANGERS = [
    {key: value for key, value in zip(MINE, values, strict=True) if value is not None}
    for values in product(
        (None, "o-strange"),
        (None, "999999999999", "111199999999"),
        (None, "arn:aws:iam::999999999999:role/deploy"),
        (None, "vpce-strange"),
        (None, "8.8.8.8", "198.18.0.1", "150.1.1.1"),
        ("true", "false"),
        (None, "shop", "other", "*"),
    )
]


@cache
def unlike(keys: frozenset[str]) -> list[dict[str, str]]:
    """Their requests in these keys, each once: what else is in a request changes nothing."""
    found = [{key: value for key, value in request.items() if key in keys} for request in STRANGERS]
    return [dict(request) for request in dict.fromkeys(tuple(request.items()) for request in found)]


def strangers(document: dict[str, Any]) -> list[dict[str, str]]:
    """The requests that a document can tell apart."""
    blocks = [entry.get("Condition", {}).values() for entry in document["Statement"]]
    return unlike(frozenset(key for block in blocks for keys in block for key in keys))


def holds_for(operator: str, wanted: list[str], actual: str) -> bool:
    """Evaluate one operator on one value, as AWS documents it."""
    negated = "Not" in operator
    if "IpAddress" in operator:
        found = any(ip_address(actual) in ip_network(one) for one in wanted)
    elif "Like" in operator or operator.startswith("Arn"):
        found = any(fnmatchcase(actual, one) for one in wanted)
    else:
        found = actual in wanted
    return found is not negated


def satisfied(operator: str, wanted: list[str], actual: str | None) -> bool:
    quantifier, _, rest = operator.rpartition(":")
    plain = rest.removesuffix("IfExists")
    if plain == "Null":
        return wanted == [str(actual is None).lower()]
    if actual is None:
        lenient = rest.endswith("IfExists") or quantifier == "ForAllValues"
        return lenient or ("Not" in plain and quantifier != "ForAnyValue")
    return holds_for(plain, wanted, actual)


def permits(document: dict[str, Any], request: dict[str, str]) -> bool:
    """Evaluate a document whose statements differ in effect and conditions only."""
    matching = [
        entry["Effect"]
        for entry in document["Statement"]
        if all(
            satisfied(operator, values, request.get(key))
            for operator, keys in entry.get("Condition", {}).items()
            for key, values in keys.items()
        )
    ]
    return "Allow" in matching and "Deny" not in matching


# To make a strategy takes longer than to draw from it.
KEYS = st.sampled_from(list(MINE))
VALUES = {key: st.lists(st.sampled_from(each), min_size=1, max_size=2, unique=True) for key, each in MINE.items()}
NULLS = {key: st.sampled_from([{}, {"Null": {key: ["false"]}}]) for key in MINE}


@cache
def operators(key: str) -> st.SearchStrategy[str]:
    if key == "aws:sourceip":
        return st.sampled_from(["IpAddress", "NotIpAddress", "IpAddressIfExists", "NotIpAddressIfExists"])
    if key == "aws:securetransport":
        return st.sampled_from(["Bool", "BoolIfExists"])
    kinds = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"]
    kinds += ["ArnLike", "ArnNotLike", "ArnEquals"] if key == "aws:principalarn" else []
    quantifiers = ["", "ForAnyValue:", "ForAllValues:"]
    return st.builds(
        "{}{}{}".format, st.sampled_from(quantifiers), st.sampled_from(kinds), st.sampled_from(["", "IfExists"])
    )


@st.composite
def clauses(draw: st.DrawFn, *, some_left: bool = False) -> dict[str, dict[str, list[str]]]:
    """A condition; with `some_left` it excludes but one, and never everybody."""
    key = draw(KEYS)
    operator = draw(operators(key))
    wanted = MINE[key][:1] if some_left and "Not" in operator else draw(VALUES[key])
    return {operator: {key: wanted}, **draw(NULLS[key])}


def merged(blocks: list[dict[str, dict[str, list[str]]]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for block in blocks:
        for operator, keys in block.items():
            found[operator] = {**found.get(operator, {}), **keys}
    return found


def conditional(effect: str, blocks: list[dict[str, dict[str, list[str]]]]) -> dict[str, Any]:
    return {**allow(), "Effect": effect, "Condition": merged(blocks)}


@given(st.lists(clauses(), max_size=3), st.lists(st.lists(clauses(), min_size=1, max_size=2), max_size=2))
@settings(max_examples=400, deadline=None)
def test_what_is_called_closed_admits_no_stranger(
    allows: list[dict[str, dict[str, list[str]]]], denies: list[list[dict[str, dict[str, list[str]]]]]
) -> None:
    statement = conditional("Allow", allows)
    document = {"Statement": [statement, *(conditional("Deny", deny) for deny in denies)]}
    if open_to_anyone(statement, document) is False:
        assert [request for request in strangers(document) if permits(document, request)] == []


@given(clauses(some_left=True))
@settings(max_examples=400, deadline=None)
def test_what_is_called_open_admits_one(clause: dict[str, dict[str, list[str]]]) -> None:
    """One condition at a time: of several, each open by itself, one may still shut out whom another lets in.

    Nor one that excludes everybody, as all organizations but `o-*`: the pack need not see that nobody is left.
    """
    document = {"Statement": [conditional("Allow", [clause])]}
    if open_to_anyone(document["Statement"][0], document):
        assert any(permits(document, request) for request in strangers(document))
