"""Rotation of a cache's AUTH token without downtime."""

from functions.common.function import RENEWS_A_SECRET, FunctionDefinition

ROTATE_CACHE = FunctionDefinition(
    name="rotate-cache",
    purpose="Renews the cache's AUTH token: both are valid until all tasks know the new one",
    handler="functions.rotate_cache.handler.handle",
    seconds=900,  # a deployment and two changes of the cache fit in
    variables=("REPLICATION_GROUP", "CACHE_HOST", "CACHE_PORT", "CLUSTER", "SERVICES"),
    actions={
        "secret": RENEWS_A_SECRET,
        "cache": ("elasticache:DescribeReplicationGroups", "elasticache:ModifyReplicationGroup"),
        "services": ("ecs:DescribeServices", "ecs:UpdateService"),
    },
    implied={"key": ("kms:Decrypt", "kms:GenerateDataKey")},  # behind reading and writing the secret
    in_vpc=True,
)
