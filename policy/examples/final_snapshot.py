"""Examples of the rule final-snapshot."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Instance(
        "orders", engine="postgres", instance_class="db.t4g.small", allocated_storage=20, skip_final_snapshot=True
    )


def passes() -> None:
    aws.rds.Instance(
        "orders",
        engine="postgres",
        instance_class="db.t4g.small",
        allocated_storage=20,
        final_snapshot_identifier="orders-last",
    )
