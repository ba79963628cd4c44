"""Examples of the rule iam-data-anywhere."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/*",
            }
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
