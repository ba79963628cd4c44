"""Buckets refuse plain HTTP, by their policy."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from guard.aws.cloudformation_resources import THING
from guard.aws.conditions import conditions
from guard.aws.policy_documents import anyone, covers, statements, words
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, items
from guard.model.logic import Answer, some
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-in-transit"

BUCKET: Final = "aws:s3/bucket:Bucket"

_NEGATIVE: Final = ("bool", "stringequals", "stringequalsignorecase")


def _denies_plain(statement: dict[str, Any]) -> bool:
    """Say whether a statement denies everybody everything that does not come over TLS, and under no other condition."""
    wide = (
        statement.get("Effect") == "Deny"
        and anyone(statement.get("Principal"))
        and any(pattern in ("*", "s3:*") for pattern in words(statement.get("Action")))
    )
    return wide and [_is_plain(*condition) for condition in conditions(statement)] == [True]


def _is_plain(operator: str, key: str, values: list[str]) -> bool:
    operator = operator.removesuffix("ifexists")
    inverted = operator.startswith("stringnotequals")
    known = operator in _NEGATIVE or inverted
    return known and key == "aws:securetransport" and values == ["true" if inverted else "false"]


def tls_only(document: Any, bucket: Any) -> Answer:
    """Return whether a bucket's policy refuses plain HTTP for the bucket and all of its objects."""
    found = statements(document)
    if isinstance(found, Missing):
        return UNKNOWN
    resources = [pattern for entry in found if _denies_plain(entry) for pattern in items(entry.get("Resource"))]
    if not resources:
        return False
    if not isinstance(bucket, str):
        # In a template it is the bucket's own: S3 takes no policy that speaks of another.
        own = [str(one) for one in resources if str(one).startswith(THING)]
        return True if "*" in resources or any(f"{one}/*" in own for one in own) else UNKNOWN
    arn = f"arn:aws:s3:::{bucket}"
    own = [re.sub(rf"^{re.escape(THING)}\w+", arn, str(pattern)) for pattern in resources]
    shared = [re.sub(r"^arn:aws[\w-]*:", "arn:aws:", pattern) for pattern in own]
    return covers(shared, arn) and covers(shared, f"{arn}/any/object")


@rule(
    "bucket-tls",
    family=FAMILY,
    on=BUCKET,
    severity=Severity.MEDIUM,
    controls=("FSBP S3.5", "CIS 5.0 2.1.1"),
    why="S3 answers plain HTTP unless the bucket's policy denies it.",
    fix="Add a statement to the bucket's policy: Effect Deny, Principal '*', Action 's3:*', Resource the bucket and "
    "its objects, Condition {'Bool': {'aws:SecureTransport': 'false'}}, and nothing else in it.",
)
def bucket_tls(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    name = bucket.known("bucket")
    answers = [] if bucket["policy"] is ABSENT else [tls_only(bucket["policy"], name)]
    policies = attached(stack, bucket, "aws:s3/bucketPolicy:BucketPolicy", "bucket")
    match some([*answers, policies.some(lambda policy: tls_only(policy["policy"], name))]):
        case False:
            yield bucket.finding("answers plain HTTP: no policy denies it", at="policy")
        case True:
            pass
        case _:
            yield bucket.undecided("policy")
