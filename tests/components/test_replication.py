"""Copies of buckets: what is copied, under which key, and what S3 may do for that."""

import json

import pytest

from components.data.replication import Replication
from tests.components.examples import KEY, built, only, replication_args

RULE = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
HERE, THERE = "arn:aws:s3:::acme-test-media", "arn:aws:s3:::acme-media-dr"


def test_the_rule():
    """All objects, those under a key and deletions too, once the bucket has its versions and the role may."""
    recording = built(lambda: Replication("replication-media", replication_args()))
    rule, role = only(recording, RULE), only(recording, "aws:iam/role:Role")
    assert rule["role"] == role.outputs["arn"]
    assert rule["rules"] == [
        {
            "id": "all",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": ""},
            "deleteMarkerReplication": {"status": "Enabled"},
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
            "destination": {
                "bucket": THERE,
                "encryptionConfiguration": {"replicaKmsKeyId": "arn:aws:kms:us-west-2:210987654321:alias/acme-dr-kms"},
                "metrics": {"status": "Enabled"},
            },
        }
    ]
    waits = " ".join(rule.dependencies)
    assert "replication-media-objects" in waits
    assert "replication-media-keys" in waits


@pytest.mark.parametrize(
    ("key", "resource", "named"),
    [
        ("key/" + "0" * 36, "key/" + "0" * 36, {}),
        ("alias/acme-dr-kms", "key/*", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/acme-dr-kms"}}),
    ],
)
def test_what_s3_may_do(key, resource, named):
    """Read here, write there; decrypt here, encrypt there, and each key for S3 and its bucket alone."""
    recording = built(lambda: Replication("replication-media", replication_args(key)))
    objects, keys = (
        json.loads(next(each for each in recording.resources.values() if each.name == name)["policy"])["Statement"]
        for name in ("replication-media-objects", "replication-media-keys")
    )
    assert [(each["Action"], each["Resource"]) for each in objects] == [
        (["s3:GetReplicationConfiguration", "s3:ListBucket"], [HERE]),
        (
            ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
            [f"{HERE}/*"],
        ),
        (["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], [f"{THERE}/*"]),
    ]
    context = "kms:EncryptionContext:aws:s3:arn"
    assert keys == [
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY],
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
                "StringLike": {context: [HERE, f"{HERE}/*"]},
            },
        },
        {
            "Effect": "Allow",
            "Action": ["kms:Encrypt"],
            "Resource": [f"arn:aws:kms:us-west-2:210987654321:{resource}"],
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"},
                "StringLike": {context: [THERE, f"{THERE}/*"]},
                **named,
            },
        },
    ]
