"""Examples of the rule balancer-access-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"], access_logs={"bucket": "logs"})


def passes() -> None:
    aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"], access_logs={"bucket": "logs", "enabled": True})
