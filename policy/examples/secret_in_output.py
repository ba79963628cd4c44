"""Examples of the rule secret-in-output."""

import pulumi
import pulumi_aws as aws


def fails() -> None:
    aws.secretsmanager.Secret("db", name="quay/prod/db")
    pulumi.export("db_password", "Copper-Anchor-77")


def passes() -> None:
    secret = aws.secretsmanager.Secret("db", name="quay/prod/db")
    pulumi.export("db_secret_arn", secret.arn)
    pulumi.export("db_password", pulumi.Output.secret("Copper-Anchor-77"))
