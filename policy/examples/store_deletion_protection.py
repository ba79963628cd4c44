"""Examples of the rule store-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Cluster("orders", engine="aurora-postgresql", master_username="orders", manage_master_user_password=True)


def passes() -> None:
    aws.rds.Cluster(
        "orders",
        engine="aurora-postgresql",
        master_username="orders",
        manage_master_user_password=True,
        deletion_protection=True,
    )
