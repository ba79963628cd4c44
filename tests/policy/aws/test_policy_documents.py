"""Policy documents: one meaning in every spelling, and conditions that bind exactly those whom AWS would refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
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
    parts,
    statements,
    words,
)
from guard.model.graph import ABSENT, UNKNOWN, Resource, Stack
from guard.model.rule import RULES, judge
from tests.policy.aws.documents import ROLE, allow

POLICY = "aws:iam/policy:Policy"


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
