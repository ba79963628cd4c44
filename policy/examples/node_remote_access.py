"""Examples of the rule node-remote-access."""

import pulumi_aws as aws


def fails() -> None:
    aws.eks.NodeGroup(
        "nodes",
        cluster_name="crew",
        node_role_arn="arn:aws:iam::111122223333:role/node",
        subnet_ids=["subnet-1"],
        scaling_config={"desired_size": 2, "max_size": 4, "min_size": 2},
        remote_access={"ec2_ssh_key": "ops"},
    )


def passes() -> None:
    group = aws.ec2.SecurityGroup("ops", vpc_id="vpc-1")
    aws.eks.NodeGroup(
        "nodes",
        cluster_name="crew",
        node_role_arn="arn:aws:iam::111122223333:role/node",
        subnet_ids=["subnet-1"],
        scaling_config={"desired_size": 2, "max_size": 4, "min_size": 2},
        remote_access={"ec2_ssh_key": "ops", "source_security_group_ids": [group.id]},
    )
