"""Examples of the rule database-audit-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.docdb.Cluster("orders", enabled_cloudwatch_logs_exports=["profiler"])


def passes() -> None:
    aws.docdb.Cluster("orders", enabled_cloudwatch_logs_exports=["audit", "profiler"])
