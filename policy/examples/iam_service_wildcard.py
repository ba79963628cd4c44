"""Examples of the rule iam-service-wildcard."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            }
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
