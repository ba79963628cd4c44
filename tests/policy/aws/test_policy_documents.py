"""Policy documents: one meaning in every spelling, and conditions that bind exactly those whom AWS would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guard.aws.policy_documents import (
    OPAQUE,
    admits_anyone,
    allowed,
    anyone,
    bound,
    carried,
    conditions,
    covers,
    names_its_caller,
    open_to_anyone,
    parts,
    statements,
    words,
)
from guard.model.graph import ABSENT, UNKNOWN, Resource, Stack
from guard.model.rule import RULES, judge
from guard.rules.iam_trust.trust import _SUBJECTS, _subject

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
QUEUE = "aws:sqs/queue:Queue"


def allow(principal: Any = "*", **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


# --- one shape ----------------------------------------------------------------------------------------------------


def test_text_and_data_lists_and_single_statements_are_one() -> None:
    one = allow()
    for document in ({"Statement": one}, {"Statement": [one]}, json.dumps({"Statement": one})):
        assert statements(document) == [one]
    assert parts({"Statement": [{"effect": "Allow", "ACTION": "*"}]}) == [{"Effect": "Allow", "Action": "*"}]


@pytest.mark.parametrize(
    "document", ["", "{", "[]", "3", "null", {}, {"Statement": []}, {"Statement": ["x"]}, True, ABSENT]
)
def test_what_is_no_document_says_nothing(document: Any) -> None:
    assert statements(document) == []
    assert allowed(document) == []


def test_a_rule_that_asks_for_something_needs_all_of_the_document() -> None:
    assert statements(UNKNOWN) is UNKNOWN
    assert statements({"Statement": [allow(), UNKNOWN]}) is UNKNOWN
    assert statements({"Statement": [{"Effect": "Deny", "Resource": ["x", UNKNOWN]}]}) is UNKNOWN


def test_a_rule_that_forbids_something_reads_what_there_is() -> None:
    assert parts(UNKNOWN) == [OPAQUE]
    assert parts({"Statement": [allow(), UNKNOWN]}) == [allow(), OPAQUE]
    assert allowed({"Statement": [{**allow(), "Effect": UNKNOWN}, {**allow(), "Effect": "Deny"}]}) == [OPAQUE]


def test_documents_in_blocks_are_each_their_own() -> None:
    blocks = [{"name": "a", "policy": "{}"}, {"name": "b"}, {"policy": UNKNOWN}]
    found = carried(Resource("u", ROLE, {"inlinePolicies": blocks}), "inlinePolicies.policy")
    assert [(one.name, one.document) for one in found] == [("a", "{}"), ("", UNKNOWN)]
    hidden = carried(Resource("u", ROLE, {"inlinePolicies": UNKNOWN}), "inlinePolicies.policy")
    assert [one.document for one in hidden] == [UNKNOWN]
    assert carried(Resource("u", POLICY, {"policy": "{}", "name": "x"}), "policy")[0].name == ""


def test_words_and_patterns() -> None:
    assert words(["A", False, 3, UNKNOWN, None]) == ["a", "false", "3"]
    assert words("A") == ["a"]
    assert covers("s3:Get*", "S3:getobject")
    assert covers(("x", "a?c"), "abc")
    assert not covers("a[bc]d", "abd")
    assert covers("a[bc]d", "a[bc]d")
    assert not covers(None, "")


def test_conditions_are_told_apart() -> None:
    found = conditions(allow(**{"ForAnyValue:StringLikeIfExists": {"AWS:SourceVpc": "Vpc-1"}}))
    assert [(one.operator, one.key, one.values) for one in found] == [
        ("foranyvalue:stringlikeifexists", "aws:sourcevpc", ["vpc-1"])
    ]
    assert (found[0].plain, found[0].lenient, found[0].patterns) == ("stringlike", True, True)


@pytest.mark.parametrize(
    ("principal", "all_of_them", "strangers"),
    [
        ("*", True, True),
        (["*"], True, True),
        ({"AWS": "*"}, True, True),
        ({"AWS": ["111122223333", "*"]}, True, True),
        ({"AWS": "arn:aws:iam::*:root"}, False, True),
        ({"Federated": "*"}, False, True),
        ({"Service": "*"}, False, True),
        ({"Service": "s3.amazonaws.com"}, False, False),
        ({"AWS": "arn:aws:iam::111122223333:role/a"}, False, False),
        ({"AWS": "444455556666"}, False, False),
        ({"CanonicalUser": "79a59d"}, False, False),
        ({"AWS": UNKNOWN}, False, UNKNOWN),
        ({"AWS": UNKNOWN, "Federated": "*"}, False, True),
        (UNKNOWN, False, UNKNOWN),
        (None, False, False),
    ],
)
def test_principals(principal: Any, all_of_them: bool, strangers: Any) -> None:
    assert anyone(principal) is all_of_them
    assert admits_anyone({"Principal": principal}) is strangers


def test_all_but_some_is_anyone() -> None:
    assert admits_anyone({"NotPrincipal": {"AWS": "111122223333"}}) is True


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceAccount": UNKNOWN}}, True),
        ({"StringLike": {"aws:SourceAccount": UNKNOWN}}, UNKNOWN),
        ({"ArnLike": {"aws:SourceArn": ["arn:aws:sns:eu-west-1:111122223333:a", UNKNOWN]}}, UNKNOWN),
        ({"ArnLike": {"aws:SourceArn": ["*", UNKNOWN]}}, False),
        ({"IpAddress": {"aws:SourceIp": UNKNOWN}}, UNKNOWN),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringEquals": {}}, False),
        ({"StringEquals": {"aws:SourceAccount": []}}, False),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_unknown_values_bind_where_they_can_only_be_one_value(condition: Any, expected: Any) -> None:
    assert bound({"Condition": condition}, names_its_caller) is expected


# --- every spelling has one meaning -------------------------------------------------------------------------------

ACTIONS = [
    "*",
    "s3:*",
    "s*:*",
    "s3:GetObject",
    "iam:PassRole",
    "kms:Decrypt",
    "sts:AssumeRole",
    "ec2:Describe*",
    "sqs:SendMessage",
]
RESOURCES = ["*", "arn:aws:s3:::bills/*", "arn:aws:s3:::*", "arn:aws:iam::111122223333:role/*"]
identity = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True),
        "Resource": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2, unique=True),
    }
)


@st.composite
def respelt(draw: st.DrawFn, entries: list[dict[str, Any]]) -> Any:
    """Return the same statements in another order, other cases, lists for words and words for lists, text or data."""

    def values(words: list[str]) -> Any:
        cased = [draw(st.sampled_from([word, word.upper(), word.lower()])) for word in draw(st.permutations(words))]
        return cased[0] if len(cased) == 1 and draw(st.booleans()) else cased

    made = [
        {**entry, "Action": values(entry["Action"]), "Resource": draw(st.permutations(entry["Resource"]))}
        for entry in draw(st.permutations(entries))
    ]
    document = {"Version": "2012-10-17", "Statement": made[0] if len(made) == 1 and draw(st.booleans()) else made}
    return json.dumps(document) if draw(st.booleans()) else document


def broken(token: str, path: str, document: Any) -> set[str]:
    resource = Resource(f"urn:pulumi:s::p::{token}::it", token, {path: document})
    stack = Stack([resource])
    found = (finding for rule in RULES.values() if token in rule.on for finding in judge(rule, resource, stack))
    return {finding.text for finding in found}


@given(st.data(), st.lists(identity, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_document_means_the_same_however_it_is_written(data: st.DataObject, entries: list[dict[str, Any]]) -> None:
    diagnostics = broken(POLICY, "policy", {"Statement": entries})
    assert broken(POLICY, "policy", data.draw(respelt(entries))) == diagnostics


@given(st.lists(identity, min_size=1, max_size=2), identity)
@settings(max_examples=60, deadline=None)
def test_another_statement_hides_nothing(entries: list[dict[str, Any]], more: dict[str, Any]) -> None:
    assert broken(POLICY, "policy", {"Statement": entries}) <= broken(POLICY, "policy", {"Statement": [*entries, more]})


# --- conditions: against a slow, obvious evaluation of requests ----------------------------------------------------

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
def clauses(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    key = draw(st.sampled_from(list(MINE)))
    values = draw(st.lists(st.sampled_from(MINE[key]), min_size=1, max_size=2, unique=True))
    nulls: list[dict[str, Any]] = [{}, {"Null": {key: ["false"]}}]
    return {draw(operators(key)): {key: values}, **draw(st.sampled_from(nulls))}


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
        assert [request for request in STRANGERS if permits(document, request)] == []


@given(clauses())
@settings(max_examples=400, deadline=None)
def test_what_is_called_open_admits_one(clause: dict[str, dict[str, list[str]]]) -> None:
    """One condition at a time: of several, each open by itself, one may still shut out whom another lets in.

    Nor one that excludes everybody, as all organizations but `o-*`: the pack need not see that nobody is left.
    """
    excluded = [keys for operator, keys in clause.items() if "Not" in operator]
    assume(all(values == MINE[key][:1] for keys in excluded for key, values in keys.items()))
    document = {"Statement": [conditional("Allow", [clause])]}
    if open_to_anyone(document["Statement"][0], document):
        assert any(permits(document, request) for request in STRANGERS)


# --- whose account it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], False),  # Nothing tells which account is the stack's own.
        ([("pulumi:providers:aws", {"allowedAccountIds": '["111122223333"]'}, {})], True),
        ([("pulumi:providers:aws", {"allowedAccountIds": '["444455556666"]'}, {})], False),
        ([(QUEUE, {}, {"arn": "arn:aws:sqs:eu-west-1:111122223333:jobs"})], True),
        ([(QUEUE, {}, {"arn": UNKNOWN})], False),
    ],
)
def test_another_account_is_told_from_ones_own(more: list[tuple[str, Any, Any]], expected: bool) -> None:
    trust = {**allow({"AWS": "arn:aws:iam::444455556666:root"}), "Action": "sts:AssumeRole"}
    role = Resource("urn:pulumi:s::p::role::it", ROLE, {"assumeRolePolicy": {"Statement": trust}})
    others = [Resource(f"urn:pulumi:s::p::other::{at}", *one) for at, one in enumerate(more)]
    assert bool(judge(RULES["trust-other-account"], role, Stack([role, *others]))) is expected


# --- subjects of tokens -------------------------------------------------------------------------------------------

OURS = {
    "repo:acme/shop:ref:refs/heads/main": [
        "repo:evil/shop:ref:refs/heads/main",
        "repo:acme/shop-2:ref:refs/heads/main",
        "repo:acme-2/shop:ref:refs/heads/main",
        "repo:acme/2:x",
        "repo:a/s:r",
    ],
    "project_path:acme/shop:ref_type:branch:ref:main": [
        "project_path:evil/shop:ref_type:branch:ref:main",
        "project_path:acme/shop-2:ref_type:branch:ref:main",
        "project_path:acme-2/shop:ref_type:branch:ref:main",
    ],
    "system:serviceaccount:shop:api": ["system:serviceaccount:evil:api", "system:serviceaccount:shop-2:api"],
    "organization:acme:project:shop:workspace:prod:run_phase:plan": [
        "organization:evil:project:shop:workspace:prod:run_phase:plan",
        "organization:acme-2:project:shop:workspace:prod:run_phase:plan",
    ],
}


def holes(text: str) -> Iterator[str]:
    """Return a subject with each part of it in turn replaced by wildcards."""
    for start in range(len(text)):
        for end in (start, start + 1, start + 4, len(text)):
            for wildcard in ("*", "?", "?*"):
                yield text[:start] + wildcard + text[end:]


@pytest.mark.parametrize("subject", OURS)
def test_a_bound_subject_matches_no_stranger(subject: str) -> None:
    patterns = list(holes(subject))
    taken = [pattern for pattern in patterns if _subject(pattern)]
    assert 0 < len(taken) < len(patterns)
    assert [(one, other) for one in taken for other in OURS[subject] if fnmatchcase(other, one)] == []
    assert len(_SUBJECTS) == 5
