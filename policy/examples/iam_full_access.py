"""Examples of the rule iam-full-access."""

import json

import pulumi_aws as aws


def fails() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws.iam.Policy("worker", policy=json.dumps(document))


def passes() -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::invoices/*"}
        ],
    }
    aws.iam.Policy("worker", policy=json.dumps(document))
