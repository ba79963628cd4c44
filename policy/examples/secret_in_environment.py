"""Examples of the rule secret-in-environment."""

import pulumi_aws as aws

ROLE = "arn:aws:iam::111122223333:role/worker"


def fails() -> None:
    aws.lambda_.Function(
        "worker",
        role=ROLE,
        runtime="python3.13",
        handler="main.run",
        environment={"variables": {"DB_PASSWORD": "Copper-Anchor-77"}},
    )


def passes() -> None:
    secret = aws.secretsmanager.Secret("database")
    # The function reads the secret when it starts; its role may.
    aws.lambda_.Function(
        "worker",
        role=ROLE,
        runtime="python3.13",
        handler="main.run",
        environment={"variables": {"DB_SECRET_ARN": secret.arn}},
    )
