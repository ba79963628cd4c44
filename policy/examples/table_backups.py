"""Examples of the rule table-backups."""

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
        point_in_time_recovery={"enabled": True},
    )
