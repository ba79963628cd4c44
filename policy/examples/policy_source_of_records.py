"""Examples of the rule policy-source-of-records."""

import json

import pulumi_aws as aws


def fails() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::trails/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("trails", bucket="trails", policy=document)


def passes() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::trails/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.s3.BucketPolicy("trails", bucket="trails", policy=document)
