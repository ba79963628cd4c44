"""Examples of the rule iam-privilege-escalation."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*"}],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "iam:CreatePolicyVersion",
                "Resource": "arn:aws:iam::111122223333:policy/team-shop/*",
            }
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
