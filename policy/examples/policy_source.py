"""Examples of the rule policy-source."""

import json

import pulumi_aws as aws


def fails() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::invoices/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("invoices", bucket="invoices", policy=document)


def passes() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::invoices/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("invoices", bucket="invoices", policy=document)
