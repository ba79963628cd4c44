"""Examples of the rule default-group-empty."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.DefaultSecurityGroup(
        "default", vpc_id="vpc-1", ingress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}]
    )


def passes() -> None:
    aws.ec2.DefaultSecurityGroup("default", vpc_id="vpc-1")
