"""Examples of the rule iam-pass-role."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["ecs:RunTask", "iam:PassRole"], "Resource": "*"}],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::111122223333:role/shop-task",
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            }
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
