"""Policy documents: one meaning in every spelling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.aws.policy_documents import OPAQUE, admits_anyone, allowed, anyone, carried, covers, parts, statements, words
from guard.model.graph import ABSENT, UNKNOWN, Resource, Stack
from guard.model.rule import RULES, judge
from guard.rules.iam_trust.subjects import SubjectScope, _subject
from tests.policy.declare import allow

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
QUEUE = "aws:sqs/queue:Queue"


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


# --- whose account it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], ["undecided"]),  # Nothing tells which account is the stack's own.
        ([("pulumi:providers:aws", {"allowedAccountIds": '["111122223333"]'}, {})], ["breach"]),
        ([("pulumi:providers:aws", {"allowedAccountIds": '["444455556666"]'}, {})], []),
        ([(QUEUE, {}, {"arn": "arn:aws:sqs:eu-west-1:111122223333:jobs"})], ["breach"]),
        ([(QUEUE, {}, {"arn": UNKNOWN})], ["undecided"]),
    ],
)
def test_another_account_is_told_from_ones_own(more: list[tuple[str, Any, Any]], expected: list[str]) -> None:
    trust = {**allow({"AWS": "arn:aws:iam::444455556666:root"}), "Action": "sts:AssumeRole"}
    role = Resource("urn:pulumi:s::p::role::it", ROLE, {"assumeRolePolicy": {"Statement": trust}})
    others = [Resource(f"urn:pulumi:s::p::other::{at}", *one) for at, one in enumerate(more)]
    found = judge(RULES["trust-other-account"], role, Stack([role, *others]))
    assert ["undecided" if one.undecided else "breach" for one in found] == expected


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


#: Who gives tokens of which subjects.
ISSUERS = {
    "repo": "token.actions.githubusercontent.com",
    "project_path": "gitlab.com",
    "system": "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
    "organization": "app.terraform.io",
}


def holes(text: str) -> Iterator[str]:
    """Return a subject with each part of it in turn replaced by wildcards."""
    for start in range(len(text)):
        for end in (start, start + 1, start + 4, len(text)):
            for wildcard in ("*", "?", "?*"):
                yield text[:start] + wildcard + text[end:]


@pytest.mark.parametrize("subject", OURS)
def test_a_bound_subject_matches_no_stranger(subject: str) -> None:
    """A pattern that counts as one project's admits the subjects of no other."""
    patterns = list(holes(subject))
    issuer = ISSUERS[subject.partition(":")[0]]
    taken = [pattern for pattern in patterns if _subject(issuer, pattern) is SubjectScope.PROJECT]
    assert 0 < len(taken) < len(patterns)
    assert [(one, other) for one in taken for other in OURS[subject] if fnmatchcase(other, one)] == []
