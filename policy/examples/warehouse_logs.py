"""Examples of the rule warehouse-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.redshift.Cluster("reports", cluster_identifier="reports", node_type="ra3.large")


def passes() -> None:
    cluster = aws.redshift.Cluster("reports", cluster_identifier="reports", node_type="ra3.large")
    aws.redshift.Logging(
        "reports",
        cluster_identifier=cluster.cluster_identifier,
        log_destination_type="cloudwatch",
        log_exports=["connectionlog", "userlog"],
    )
