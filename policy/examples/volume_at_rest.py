"""Examples of the rule volume-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.Instance("worker", ami="ami-0f1e2d3c4b5a69788", instance_type="t4g.small")


def passes() -> None:
    aws.ec2.Instance(
        "worker", ami="ami-0f1e2d3c4b5a69788", instance_type="t4g.small", root_block_device={"encrypted": True}
    )
