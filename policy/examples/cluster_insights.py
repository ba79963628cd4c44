"""Examples of the rule cluster-insights."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecs.Cluster("shop")


def passes() -> None:
    aws.ecs.Cluster("shop", settings=[{"name": "containerInsights", "value": "enhanced"}])
