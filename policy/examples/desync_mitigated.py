"""Examples of the rule desync-mitigated."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.LoadBalancer("front", subnets=["subnet-1", "subnet-2"], desync_mitigation_mode="monitor")


def passes() -> None:
    aws.lb.LoadBalancer("front", subnets=["subnet-1", "subnet-2"], desync_mitigation_mode="strictest")
