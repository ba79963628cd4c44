"""Rows of the family encrypt-in-transit: buckets."""

from __future__ import annotations

from tests.policy.declare import (
    BUCKET,
    OTHER,
    Row,
    bucket_policy,
    deny,
    r,
    unknown,
)
from tests.policy.engine import Declared

ROWS = [
    Row("bucket-tls", "ok", "", (BUCKET, bucket_policy(deny()))),
    Row(
        "bucket-tls",
        "ok",
        "in two statements",
        (BUCKET, bucket_policy(deny(Resource="arn:aws:s3:::parcels"), deny(Resource="arn:aws:s3:::parcels/*"))),
    ),
    Row(
        "bucket-tls",
        "ok",
        "a single statement, unwrapped",
        (
            BUCKET,
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": deny()}}, {"bucket": "it.id"}
            ),
        ),
    ),
    Row(
        "bucket-tls",
        "ok",
        "not equal true",
        (BUCKET, bucket_policy(deny(Condition={"StringNotEquals": {"AWS:SECURETRANSPORT": "true"}}))),
    ),
    Row(
        "bucket-tls",
        "ok",
        "the deprecated token, by its name",
        (
            r("s3/bucketV2:BucketV2", bucket="parcels"),
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": [deny()]}, "bucket": "parcels"}
            ),
        ),
    ),
    Row("bucket-tls", "breach", "objects only", (BUCKET, bucket_policy(deny(Resource="arn:aws:s3:::parcels/*")))),
    Row(
        "bucket-tls",
        "breach",
        "another bucket",
        (BUCKET, bucket_policy(deny(Resource=["arn:aws:s3:::letters", "arn:aws:s3:::letters/*"]))),
    ),
    Row(
        "bucket-tls",
        "breach",
        "one principal",
        (BUCKET, bucket_policy(deny(Principal={"AWS": "arn:aws:iam::111122223333:root"}))),
    ),
    Row("bucket-tls", "breach", "one action", (BUCKET, bucket_policy(deny(Action="s3:GetObject")))),
    Row(
        "bucket-tls",
        "breach",
        "a second condition narrows it",
        (
            BUCKET,
            bucket_policy(
                deny(Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/a": "b"}})
            ),
        ),
    ),
    Row("bucket-tls", "breach", "allows instead of denying", (BUCKET, bucket_policy(deny(Effect="Allow")))),
    Row(
        "bucket-tls",
        "breach",
        "a version is no denial of clear text",
        (BUCKET, bucket_policy(deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}))),
    ),
    Row(
        "bucket-tls",
        "breach",
        "the policy is another bucket's",
        (
            BUCKET,
            r("s3/bucket:Bucket", "bis", bucket="bis"),
            Declared(
                "door", "aws:s3/bucketPolicy:BucketPolicy", {"policy": {"Statement": [deny()]}}, {"bucket": "bis.id"}
            ),
        ),
    ),
    Row(
        "bucket-tls",
        "undecided",
        "an unknown document",
        (OTHER, BUCKET, r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id", **unknown("policy")})),
    ),
]
