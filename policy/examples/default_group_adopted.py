"""Examples of the rule default-group-adopted."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")


def passes() -> None:
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")
    aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)
