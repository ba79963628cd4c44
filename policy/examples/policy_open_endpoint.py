"""Examples of the rule policy-open-endpoint."""

import json

import pulumi_aws as aws


def fails() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "es:ESHttp*",
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.opensearch.Domain("search", access_policies=document)


def passes() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop-task"},
        "Action": "es:ESHttp*",
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.opensearch.Domain("search", access_policies=document)
