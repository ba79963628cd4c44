"""Examples of the rule policy-open."""

import json

import pulumi_aws as aws


def fails() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::invoices/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("invoices", bucket="invoices", policy=document)


def passes() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::invoices/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("invoices", bucket="invoices", policy=document)
