"""Examples of the rule cache-node-in-transit."""

import pulumi_aws as aws


def fails() -> None:
    aws.elasticache.Cluster("pages", engine="memcached", node_type="cache.t4g.micro", num_cache_nodes=2)


def passes() -> None:
    aws.elasticache.Cluster(
        "pages", engine="memcached", node_type="cache.t4g.micro", num_cache_nodes=2, transit_encryption_enabled=True
    )
