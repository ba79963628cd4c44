"""Which types take tags: the table beside the pack says what the SDK says."""

from __future__ import annotations

from guard.aws.taggable import FILE, of_sdk, tokens, write
from guard.rules import RULES
from tests.policy import sdk


def test_the_table_is_fresh() -> None:
    found = of_sdk()
    assert FILE.read_text() == write(found), "write it anew: python -m guard.aws.taggable"
    assert tokens() == tuple(sorted(found))


def test_the_table_is_about_tags() -> None:
    """The SDK's own classes agree with what is read from its sources."""
    some = (
        "aws:sqs/queue:Queue", "aws:s3/bucket:Bucket", "aws:ec2/instance:Instance", "aws:autoscaling/group:Group",
        "aws:lambda/function:Function", "aws:iam/role:Role", "aws:kms/key:Key",
    )  # fmt: skip
    none = (
        "aws:ec2/route:Route", "aws:iam/rolePolicy:RolePolicy", "aws:s3/bucketPolicy:BucketPolicy",
        "aws:lambda/permission:Permission", "aws:devopsguru/resourceCollection:ResourceCollection",
    )  # fmt: skip
    assert set(some) <= set(tokens())
    assert all("tags" in sdk.inputs(token) for token in some)
    assert not set(none) & set(tokens())
    assert len(tokens()) > 800


def test_the_rule_asks_every_type_by_its_one_token() -> None:
    asked = RULES["required-tags"].on
    assert len(asked) == len(set(asked))
    assert "aws:lb/loadBalancer:LoadBalancer" in asked
    assert "aws:alb/loadBalancer:LoadBalancer" not in asked
