"""Examples of the rule store-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Instance(
        "store",
        engine="postgres",
        instance_class="db.t4g.medium",
        allocated_storage=40,
        username="quay",
        publicly_accessible=True,
    )


def passes() -> None:
    aws.rds.Instance("store", engine="postgres", instance_class="db.t4g.medium", allocated_storage=40, username="quay")
    aws.rds.Cluster("fleet", engine="postgres", db_cluster_instance_class="db.r6gd.large", publicly_accessible=False)
