"""Examples of the rule balancer-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])


def passes() -> None:
    aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"], enable_deletion_protection=True)
