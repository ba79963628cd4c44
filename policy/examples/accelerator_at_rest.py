"""Examples of the rule accelerator-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.dax.Cluster(
        "faster",
        cluster_name="faster",
        iam_role_arn="arn:aws:iam::111122223333:role/dax",
        node_type="dax.r5.large",
        replication_factor=2,
    )


def passes() -> None:
    aws.dax.Cluster(
        "faster",
        cluster_name="faster",
        iam_role_arn="arn:aws:iam::111122223333:role/dax",
        node_type="dax.r5.large",
        replication_factor=2,
        server_side_encryption={"enabled": True},
    )
