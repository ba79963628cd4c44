"""Examples of the rule iam-not-action."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
