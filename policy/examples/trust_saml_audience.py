"""Examples of the rule trust-saml-audience."""

import json

import pulumi_aws as aws


def fails() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/staff"},
        "Action": "sts:AssumeRoleWithSAML",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)


def passes() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/staff"},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws.iam.Role("deployer", assume_role_policy=document)
