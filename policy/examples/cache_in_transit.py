"""Examples of the rule cache-in-transit."""

import pulumi_aws as aws


def fails() -> None:
    aws.elasticache.ReplicationGroup(
        "sessions",
        description="sessions",
        node_type="cache.t4g.micro",
        transit_encryption_enabled=True,
        transit_encryption_mode="preferred",
    )


def passes() -> None:
    aws.elasticache.ReplicationGroup(
        "sessions",
        description="sessions",
        node_type="cache.t4g.micro",
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
    )
