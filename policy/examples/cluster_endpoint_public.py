"""Examples of the rule cluster-endpoint-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.eks.Cluster(
        "crew", role_arn="arn:aws:iam::111122223333:role/cluster", vpc_config={"subnet_ids": ["subnet-1", "subnet-2"]}
    )


def passes() -> None:
    aws.eks.Cluster(
        "crew",
        role_arn="arn:aws:iam::111122223333:role/cluster",
        vpc_config={
            "subnet_ids": ["subnet-1", "subnet-2"],
            "endpoint_public_access": False,
            "endpoint_private_access": True,
        },
    )
