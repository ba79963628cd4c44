"""Examples of the rule machine-public-address."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.Instance("worker", ami="ami-0a1b2c3d4e5f60718", instance_type="t4g.small", associate_public_ip_address=True)


def passes() -> None:
    aws.ec2.Instance("worker", ami="ami-0a1b2c3d4e5f60718", instance_type="t4g.small", subnet_id="subnet-1")
