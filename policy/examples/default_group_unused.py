"""Examples of the rule default-group-unused."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Cluster("orders", engine="aurora-postgresql", db_subnet_group_name="data")


def passes() -> None:
    group = aws.ec2.SecurityGroup("orders", vpc_id="vpc-1")
    aws.rds.Cluster(
        "orders", engine="aurora-postgresql", db_subnet_group_name="data", vpc_security_group_ids=[group.id]
    )
