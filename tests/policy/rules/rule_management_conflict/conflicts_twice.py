"""Rows of the family rule-management-conflict: what is managed twice."""

from __future__ import annotations

from tests.policy.declare import (
    BUCKET,
    DATA,
    OTHER,
    TABLE,
    VPC,
    Row,
    r,
    unknown,
)
from tests.policy.rules.rule_management_conflict.conflicts import DOCUMENT, EXPIRY, SECOND, TWICE, VERSIONS, of_bucket

ROWS = [
    # --- the same twice ---
    Row(
        TWICE,
        "breach",
        "two policies of a bucket",
        (
            BUCKET,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            of_bucket("s3/bucketPolicy:BucketPolicy", "two", policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two lifecycles, one by name",
        (
            BUCKET,
            of_bucket("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "one", rules=EXPIRY),
            r("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "two", bucket="parcels", rules=EXPIRY),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two of a bucket elsewhere",
        (
            r("s3/bucketPolicy:BucketPolicy", "one", bucket="elsewhere", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", bucket="elsewhere", policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two tables of a subnet",
        (
            VPC,
            DATA,
            TABLE,
            *(
                r(
                    "ec2/routeTableAssociation:RouteTableAssociation",
                    name,
                    refs={"subnetId": "data.id", "routeTableId": "tbl.id"},
                )
                for name in ("one", "two")
            ),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two policies of a queue",
        (
            r("sqs/queue:Queue", "line"),
            *(
                r("sqs/queuePolicy:QueuePolicy", name, refs={"queueUrl": "line.id"}, policy=DOCUMENT)
                for name in ("one", "two")
            ),
        ),
    ),
    Row(
        TWICE,
        "ok",
        "one each",
        (
            BUCKET,
            SECOND,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", refs={"bucket": "second.id"}, policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "ok",
        "one of each kind",
        (BUCKET, VERSIONS, of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT)),
    ),
    Row(
        TWICE,
        "ok",
        "the same name in two regions",
        tuple(
            r("sqs/queuePolicy:QueuePolicy", name, queueUrl="line", region=name, policy=DOCUMENT)
            for name in ("eu-west-1", "eu-west-2")
        ),
    ),
    Row(
        TWICE,
        "undecided",
        "an unknown bucket",
        (
            OTHER,
            BUCKET,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", refs=unknown("bucket"), policy=DOCUMENT),
        ),
    ),
]
