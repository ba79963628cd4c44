"""Examples of the rule subnet-auto-public-ip."""

import pulumi_aws as aws


def fails() -> None:
    subnet = aws.ec2.Subnet("rack", vpc_id="vpc-1", cidr_block="10.0.1.0/24", map_public_ip_on_launch=True)
    aws.ec2.Instance("worker", ami="ami-1", instance_type="t4g.small", subnet_id=subnet.id)


def passes() -> None:
    subnet = aws.ec2.Subnet("rack", vpc_id="vpc-1", cidr_block="10.0.1.0/24")
    aws.ec2.Instance("worker", ami="ami-1", instance_type="t4g.small", subnet_id=subnet.id)
