"""Examples of the rule table-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.dynamodb.Table(
        "orders", hash_key="id", attributes=[{"name": "id", "type": "S"}], billing_mode="PAY_PER_REQUEST"
    )


def passes() -> None:
    aws.dynamodb.Table(
        "orders",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        deletion_protection_enabled=True,
    )
