"""Examples of the rule invalid-headers-dropped."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.LoadBalancer("front", subnets=["subnet-1", "subnet-2"])


def passes() -> None:
    aws.lb.LoadBalancer("front", subnets=["subnet-1", "subnet-2"], drop_invalid_header_fields=True)
