"""Examples of the rule trust-other-account."""

import json

import pulumi_aws as aws


def fails() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document, permissions_boundary="arn:aws:iam::111122223333:policy/edge")


def passes() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "shop-7f3a"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document, permissions_boundary="arn:aws:iam::111122223333:policy/edge")
