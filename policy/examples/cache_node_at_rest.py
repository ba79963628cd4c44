"""Examples of the rule cache-node-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.elasticache.Cluster("sessions", engine="redis", node_type="cache.t4g.micro", num_cache_nodes=1)


def passes() -> None:
    group = aws.elasticache.ReplicationGroup(
        "sessions", description="sessions", node_type="cache.t4g.micro", at_rest_encryption_enabled=True
    )
    aws.elasticache.Cluster("sessions-1", replication_group_id=group.id)
