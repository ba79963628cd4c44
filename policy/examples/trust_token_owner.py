"""Examples of the rule trust-token-owner."""

import json

import pulumi_aws as aws


def fails() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)


def passes() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/tags/*"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)
