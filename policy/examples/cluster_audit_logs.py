"""Examples of the rule cluster-audit-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.eks.Cluster(
        "shop", role_arn="arn:aws:iam::111122223333:role/eks", vpc_config={"subnet_ids": ["subnet-1", "subnet-2"]}
    )


def passes() -> None:
    aws.eks.Cluster(
        "shop",
        role_arn="arn:aws:iam::111122223333:role/eks",
        vpc_config={"subnet_ids": ["subnet-1", "subnet-2"]},
        enabled_cluster_log_types=["api", "audit", "authenticator"],
    )
