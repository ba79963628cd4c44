"""Buckets: how they encrypt, keep and guard what is in them."""

import json

import pytest

from components.data.bucket import Bucket, BucketArgs, access_log_deliveries
from components.iam import grant
from settings.tables.buckets import BucketTable
from tests.components.examples import COMMON, KEY, built, counted, only, waits_for
from tests.components.examples.data import bucket

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ALWAYS = {
    "aws:s3/bucket:Bucket": 1,
    LIFECYCLE: 1,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
    "aws:s3/bucketPolicy:BucketPolicy": 1,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
    ENCRYPTION: 1,
}


def _bucket(statements=(), force_destroy=False, protect=False, only=(), **table):
    args = BucketArgs(
        table=BucketTable(**table),
        word="media",
        key=KEY,
        statements=statements,
        only=only,
        force_destroy=force_destroy,
        protect=protect,
        **COMMON,
    )
    return built(lambda: Bucket("media", args))


def test_the_least_bucket():
    """Not versioned: no versioning resource; named by the pattern, or as the row says."""
    assert counted(_bucket()) == ALWAYS
    assert only(_bucket(), "aws:s3/bucket:Bucket")["bucket"] == "acme-test-media"
    assert only(_bucket(name="acme-media"), "aws:s3/bucket:Bucket")["bucket"] == "acme-media"


def test_versions():
    """Where the row says so; the life cycle waits for them."""
    recording = _bucket(versioned=True)
    assert counted(recording) == {**ALWAYS, VERSIONING: 1}
    assert only(recording, VERSIONING)["versioningConfiguration"] == {"status": "Enabled"}
    assert waits_for(recording, only(recording, LIFECYCLE)) == ["media-bucket", "media-versions"]


@pytest.mark.parametrize(
    ("table", "rule", "bucket_key"),
    [
        ({}, {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}, True),
        ({"encryption": "s3"}, {"sseAlgorithm": "AES256"}, False),
    ],
    ids=["key", "s3"],
)
def test_encryption(table, rule, bucket_key):
    """With the stack's key, or with S3's own."""
    assert only(_bucket(**table), ENCRYPTION)["rules"] == [
        {"applyServerSideEncryptionByDefault": rule, "bucketKeyEnabled": bucket_key}
    ]


@pytest.mark.parametrize(
    ("table", "transitions", "expiration"),
    [
        ({}, [], None),
        ({"glacier_days": 90}, [{"days": 90, "storageClass": "GLACIER"}], None),
        ({"tiering": True}, [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}], None),
        (
            {"tiering": True, "glacier_days": 30, "expire_days": 365},
            [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}, {"days": 30, "storageClass": "GLACIER"}],
            {"days": 365},
        ),
        ({"expire_days": 7}, [], {"days": 7}),
    ],
    ids=["nothing", "glacier", "tiering", "all", "expire"],
)
def test_life_cycles(table, transitions, expiration):
    """What moves where and when; what was begun and never finished goes after a week."""
    [rule] = only(_bucket(**table), LIFECYCLE)["rules"]
    assert rule["transitions"] == transitions
    assert rule.get("expiration") == expiration
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert (rule["filter"], rule["status"]) == ({"prefix": ""}, "Enabled")


def test_the_policy_refuses_plain_http_and_adds_what_is_granted():
    """The refusal comes first, for the bucket and all in it."""
    given = grant({"Service": "x.amazonaws.com"}, ["s3:PutObject"], ["arn:aws:s3:::acme-test-media/x/*"], sid="X")
    policy = only(_bucket(statements=[given]), "aws:s3/bucketPolicy:BucketPolicy")
    refusal, granted = json.loads(policy["policy"])["Statement"]
    assert refusal == {
        "Action": ["s3:*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Effect": "Deny",
        "Principal": "*",
        "Resource": ["arn:aws:s3:::acme-test-media", "arn:aws:s3:::acme-test-media/*"],
        "Sid": "RefusePlainHttp",
    }
    assert granted == given


def test_access_changes_one_after_the_other():
    """S3 refuses two at once."""
    recording = _bucket()
    assert waits_for(recording, only(recording, "aws:s3/bucketPolicy:BucketPolicy")) == [
        "media-bucket",
        "media-private",
    ]


@pytest.mark.parametrize("flag", [False, True])
def test_posture(flag):
    """Whether it goes with its content, and whether Pulumi refuses to delete it."""
    bucket = only(_bucket(force_destroy=flag, protect=not flag), "aws:s3/bucket:Bucket")
    assert (bucket["forceDestroy"], bucket.options.protect) == (flag, not flag)


def test_tags_of_a_row():
    """Beside its name."""
    bucket = only(_bucket(tags={"Purpose": "assets"}), "aws:s3/bucket:Bucket")
    assert bucket["tags"] == {"Name": "acme-test-media", "Purpose": "assets"}


def test_prefixes_and_old_versions():
    """A rule a prefix, beside the one of all objects; versions that a newer one replaced move and go by their own."""
    kept = {"audit/": {"glacier-days": 90, "expire-days": 2555}, "access/app/": {"expire-days": 90}}
    recording = _bucket(versioned=True, prefixes=kept, **{"old-versions": {"glacier-days": 30, "expire-days": 365}})
    every, audit, access = only(recording, LIFECYCLE)["rules"]
    assert every["noncurrentVersionTransitions"] == [{"noncurrentDays": 30, "storageClass": "GLACIER"}]
    assert every["noncurrentVersionExpiration"] == {"noncurrentDays": 365}
    assert (audit["id"], audit["status"], audit["filter"]) == ("audit", "Enabled", {"prefix": "audit/"})
    assert (audit["transitions"], audit["expiration"]) == ([{"days": 90, "storageClass": "GLACIER"}], {"days": 2555})
    assert (access["id"], access["filter"], access["transitions"]) == ("access-app", {"prefix": "access/app/"}, [])
    assert access["expiration"] == {"days": 90}


def test_deep_archive_and_versions_that_move_twice():
    """Each class of storage on its day."""
    old = {"old-versions": {"glacier-days": 30, "deep-archive-days": 120}}
    recording = _bucket(versioned=True, glacier_days=90, deep_archive_days=180, expire_days=2555, **old)
    [rule] = only(recording, LIFECYCLE)["rules"]
    assert rule["transitions"] == [
        {"days": 90, "storageClass": "GLACIER"},
        {"days": 180, "storageClass": "DEEP_ARCHIVE"},
    ]
    assert rule["noncurrentVersionTransitions"] == [
        {"noncurrentDays": 30, "storageClass": "GLACIER"},
        {"noncurrentDays": 120, "storageClass": "DEEP_ARCHIVE"},
    ]


def test_pages_of_other_origins():
    """One rule with the origins and methods of the row."""
    recording = _bucket(cors={"origins": ["https://a.example.com"], "methods": ["GET", "HEAD"]})
    assert only(recording, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")["corsRules"] == [
        {"allowedOrigins": ["https://a.example.com"], "allowedMethods": ["GET", "HEAD"]}
    ]


def test_nobody_else_touches_the_objects():
    """Objects alone: the policy itself stays open to whoever deploys; AWS's services have no role and are let in."""
    roles = ["arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/ops"]
    policy = only(_bucket(only=roles), "aws:s3/bucketPolicy:BucketPolicy")
    _, refusal = json.loads(policy["policy"])["Statement"]
    assert refusal == {
        "Action": ["s3:*"],
        "Condition": {
            "ArnNotLike": {"aws:PrincipalArn": roles},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
        "Effect": "Deny",
        "Principal": "*",
        "Resource": ["arn:aws:s3:::acme-test-media/*"],
        "Sid": "ObjectsForNobodyElse",
    }


def test_the_log_of_requests():
    """Under the bucket's name in the one that takes it, after that one's policy; which lets S3 put exactly that."""

    def program():
        takes = bucket("logs")
        bucket("media", log_to=takes.handle)

    recording = built(program)
    log = only(recording, "aws:s3/bucketLogging:BucketLogging")
    assert (log["targetBucket"], log["targetPrefix"]) == ("acme-test-logs", "access/media/")
    assert "bucket-logs-policy" in waits_for(recording, recording.named("bucket-media-bucket")[0])
    facts = COMMON["facts"]
    assert access_log_deliveries(facts, "arn:aws:s3:::logs", "acme-test-media", "media-files") == {
        "Action": ["s3:PutObject"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": facts.account, "aws:SourceArn": "arn:aws:s3:::acme-test-media"}
        },
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Resource": ["arn:aws:s3:::logs/access/media-files/*"],
        "Sid": "RequestsToMediaFiles",
    }
