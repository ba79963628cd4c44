"""Examples of the rule bucket-tls."""

import json

import pulumi_aws as aws


def fails() -> None:
    aws.s3.Bucket("photos", bucket="quay-photos")


def passes() -> None:
    bucket = aws.s3.Bucket("photos", bucket="quay-photos")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::quay-photos", "arn:aws:s3:::quay-photos/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    aws.s3.BucketPolicy("photos", bucket=bucket.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
