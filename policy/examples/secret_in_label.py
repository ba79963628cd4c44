"""Examples of the rule secret-in-label."""

import pulumi_aws as aws


def fails() -> None:
    aws.sqs.Queue("orders", tags={"team": "quay", "admin-password": "Copper-Anchor-77"})


def passes() -> None:
    secret = aws.secretsmanager.Secret("orders", name="quay/prod/db", description="The password of the orders database")
    aws.sqs.Queue("orders", tags={"team": "quay", "password-secret": secret.name})
