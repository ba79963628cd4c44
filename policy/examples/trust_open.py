"""Examples of the rule trust-open."""

import json

import pulumi_aws as aws


def fails() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)


def passes() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)
