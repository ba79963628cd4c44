"""Examples of the rule secret-injected."""

import pulumi_aws as aws
import pulumi_random as random

ROLE = "arn:aws:iam::111122223333:role/worker"


def fails() -> None:
    password = random.RandomPassword("password", length=32)
    aws.lambda_.Function(
        "worker",
        role=ROLE,
        runtime="python3.13",
        handler="main.run",
        environment={"variables": {"DB_PASSWORD": password.result}},
    )


def passes() -> None:
    secret = aws.secretsmanager.Secret("database")
    aws.lambda_.Function(
        "worker",
        role=ROLE,
        runtime="python3.13",
        handler="main.run",
        environment={"variables": {"DB_SECRET_ARN": secret.arn}},
    )
