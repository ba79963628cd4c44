"""Examples of the rule trust-certificates."""

import json

import pulumi_aws as aws


def fails() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "rolesanywhere.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)


def passes() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "rolesanywhere.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build.example.com"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)
