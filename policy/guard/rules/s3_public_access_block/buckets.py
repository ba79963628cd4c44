"""Every bucket blocks public access: by a block of its own or by the account's, with all four switches on.

Directory buckets are not here: they block it always, and have no switch.
"""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from guard.aws.accounts import same_account
from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Finding, Resource, Stack
from guard.model.logic import Answer, every, some
from guard.model.rule import Severity, rule

FAMILY: Final = "s3-public-access-block"

BUCKET: Final = "aws:s3/bucket:Bucket"
OF_BUCKET: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OF_ACCOUNT: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"

SWITCHES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _all_on(block: Resource) -> Answer:
    return every(block.switch(switch) for switch in SWITCHES)


def _of_its_account(block: Resource, bucket: Resource) -> Answer:
    """Return whether an account's block is for a bucket: by the account that it names, or else its provider's."""
    named = block["accountId"]
    if named is UNKNOWN:
        return UNKNOWN
    ids = isinstance(named, str) and re.fullmatch(r"\d{12}", bucket.account)
    return named == bucket.account if ids else same_account(block, bucket)


@rule(
    "bucket-public-access-block",
    family=FAMILY,
    on=BUCKET,
    severity=Severity.MEDIUM,
    controls=("FSBP S3.8", "CIS 5.0 2.1.4"),
    why="Without a block, one ACL or one statement in a policy opens the bucket to everybody.",
    fix="Declare aws.s3.BucketPublicAccessBlock for the bucket with all four switches True.",
)
def bucket_public_access_block(bucket: Resource, stack: Stack) -> Iterator[Finding]:
    """Whether it has a block at all; what a block's switches say is the next rule's."""
    account_block = some(every((_of_its_account(block, bucket), _all_on(block))) for block in stack.of(OF_ACCOUNT))
    match some((account_block, attached(stack, bucket, OF_BUCKET, "bucket").some(lambda _: True))):
        case False:
            yield bucket.finding("has no block of public access", at="bucket")
        case True:
            pass
        case _:
            yield bucket.undecided("bucket")


def _close(_: Resource) -> Mapping[str, Any]:
    return dict.fromkeys(SWITCHES, True)


@rule(
    "public-access-block-complete",
    family=FAMILY,
    on=(OF_BUCKET, OF_ACCOUNT),
    severity=Severity.HIGH,
    controls=("FSBP S3.1", "FSBP S3.8", "CIS 5.0 2.1.4"),
    why="A switch that is unset is off, and what it would have blocked is open to whoever writes the next policy.",
    fix="Set block_public_acls, block_public_policy, ignore_public_acls and restrict_public_buckets, all to True.",
    remediate=_close,
)
def public_access_block_complete(block: Resource) -> Iterator[Finding]:
    for switch in SWITCHES:
        match block.switch(switch):
            case True:
                pass
            case False:
                yield block.finding(f"leaves `{switch}` off", at=switch)
            case _:
                yield block.undecided(switch)


# Access points have a block of their own, which is on unless a switch says no, and stays as it was created.
_ACCESS_POINTS: Final = {
    "aws:s3/accessPoint:AccessPoint": "publicAccessBlockConfiguration",
    "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": "details.publicAccessBlock",
}


@rule(
    "access-point-public-access-block",
    family=FAMILY,
    on=_ACCESS_POINTS,
    severity=Severity.HIGH,
    controls=("FSBP S3.19", "FSBP S3.24"),
    why="An access point without the block can be opened by its policy, and the choice cannot be taken back.",
    fix="Leave the block out, it is on then, or set all four of its switches to True.",
)
def access_point_public_access_block(point: Resource) -> Iterator[Finding]:
    path = _ACCESS_POINTS[point.type]
    if point[path] is UNKNOWN:
        yield point.undecided(path)
        return
    for switch in SWITCHES:
        match point.switch(f"{path}.{switch}", absent=True):
            case True:
                pass
            case False:
                yield point.finding(f"leaves `{switch}` off", at=f"{path}.{switch}")
            case _:
                yield point.undecided(f"{path}.{switch}")
