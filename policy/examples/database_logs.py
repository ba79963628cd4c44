"""Examples of the rule database-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Instance("orders", engine="postgres", instance_class="db.t4g.small", allocated_storage=20)


def passes() -> None:
    aws.rds.Instance(
        "orders",
        engine="postgres",
        instance_class="db.t4g.small",
        allocated_storage=20,
        enabled_cloudwatch_logs_exports=["postgresql", "upgrade"],
    )
