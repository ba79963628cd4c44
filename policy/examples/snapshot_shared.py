"""Examples of the rule snapshot-shared."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Snapshot(
        "monday",
        db_instance_identifier="orders",
        db_snapshot_identifier="orders-monday",
        shared_accounts=["all"],
    )


def passes() -> None:
    aws.rds.Snapshot(
        "monday",
        db_instance_identifier="orders",
        db_snapshot_identifier="orders-monday",
        shared_accounts=["444455556666"],
    )
