"""The cache: one replication group in subnets without a route out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.component import Args, Component
from components.handles import Connection, StoredSecret
from components.secret import secret
from settings.posture import Posture
from settings.tables.data import CACHE_PORT, CLUSTERED, CacheSecretTable, CacheTable


@dataclass(frozen=True, kw_only=True)
class CacheArgs(Args):
    """The cache's table of the stack file, and what it takes from its neighbours."""

    table: CacheTable
    subnet_ids: Sequence[pulumi.Input[str]]  #: of its tier, one a zone
    #: the primary stands in the first, each replica in the next; none: AWS chooses, as it does for shards
    zones: Sequence[str] = ()
    group: pulumi.Input[str]  #: id of the security group whose rules say who may connect
    key: pulumi.Input[str]  #: ARN of the stack's key
    posture: Posture
    copies: Mapping[str, str] = field(default_factory=dict[str, str])  #: of the secret: keys by the other regions
    events: pulumi.Input[str] | None = None  #: ARN of the topic that gets what happens to its members


class Cache(Component):
    """An in-memory store for sessions and cached data, encrypted at rest and in transit.

    Creates a subnet group, a parameter group, an AUTH token, a secret that holds it, and the replication group.
    """

    name: str  #: physical
    host: pulumi.Output[str]  #: of the primary; of a cluster, where its clients ask which node holds what
    port: int
    secret_arn: pulumi.Output[str]  #: of the secret with the AUTH token
    subnet_group: pulumi.Output[str]
    nodes: Sequence[str]  #: the names that ElastiCache gives its members

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        table = args.table
        self.name = args.names.of("redis")
        group = args.names.of("redis-subnets")
        subnets = aws.elasticache.SubnetGroup(
            self.child("subnets"),
            name=group,
            description="The subnets of the cache",
            subnet_ids=list(args.subnet_ids),
            tags=self.named(group),
            opts=self.owned(),
        )
        parameters = self._parameter_group(args)
        token = random.RandomPassword(self.child("token"), length=64, special=False, opts=self.owned())
        store = self._create(args, subnets, parameters, token.result)
        self.host = store.configuration_endpoint_address if table.shards else store.primary_endpoint_address
        self.port = CACHE_PORT
        self.secret_arn = secret(
            self,
            "token",
            args.names.of("secret", table.secret.path),
            self._form(table.secret, token.result),
            key=args.key,
            copies=args.copies,
            recovery_days=args.posture.secret_days,
            handed_over=table.secret.rotate_days is not None,
        ).arn
        self.subnet_group = subnets.name
        self.nodes = _nodes(self.name, table)
        self.register_outputs(
            {
                "name": self.name,
                "host": self.host,
                "port": self.port,
                "secret_arn": self.secret_arn,
                "subnet_group": self.subnet_group,
                "nodes": list(self.nodes),
            }
        )

    def _create(
        self,
        args: CacheArgs,
        subnets: aws.elasticache.SubnetGroup,
        parameters: aws.elasticache.ParameterGroup,
        token: pulumi.Output[str],
    ) -> aws.elasticache.ReplicationGroup:
        table = args.table
        return aws.elasticache.ReplicationGroup(
            self.child("store"),
            replication_group_id=self.name,
            description="Sessions and cached data",
            engine=table.engine,
            engine_version=table.version,
            auto_minor_version_upgrade=table.minor_upgrades,
            node_type=table.node,
            **_members(table, args.zones),
            automatic_failover_enabled=table.failover,
            multi_az_enabled=table.failover,
            port=CACHE_PORT,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=[args.group],
            snapshot_retention_limit=table.snapshot_days,
            snapshot_window=table.snapshot_window if table.snapshot_days else None,
            maintenance_window=table.maintenance_window,
            at_rest_encryption_enabled=True,
            kms_key_id=args.key,
            transit_encryption_enabled=True,
            auth_token=token,
            notification_topic_arn=args.events,
            auth_token_update_strategy="ROTATE",
            tags=self.named(self.name),
            opts=self.owned(
                protect=args.posture.protect,
                ignore_changes=_owned_by_others(table),
            ),
        )

    @property
    def connection(self) -> Connection:
        """How services reach it."""
        variables = {"HOST": self.host, "PORT": str(self.port)}
        return Connection(variables=variables, secret=StoredSecret(arn=self.secret_arn, writer=self))

    def _parameter_group(self, args: CacheArgs) -> aws.elasticache.ParameterGroup:
        name = args.names.replaceable("redis-parameters", forced={"family": args.table.family})
        parameters = {**args.table.parameters, **({CLUSTERED: "yes"} if args.table.shards else {})}
        return aws.elasticache.ParameterGroup(
            self.child("parameters"),
            name=name,
            family=args.table.family,
            description="The stack file's parameters",
            parameters=[{"name": key, "value": value} for key, value in sorted(parameters.items())],
            tags=self.named(name),
            opts=self.owned(delete_before_replace=args.names.stays("redis-parameters") or None),
        )

    def _form(self, table: CacheSecretTable, token: pulumi.Output[str]) -> pulumi.Output[str]:
        """The token alone, or the whole of what a client opens; functions/rotate_cache keeps either form."""
        if table.form == "token":
            return token
        end = "" if table.database is None else f"/{table.database}"
        return pulumi.Output.concat("rediss://:", token, "@", self.host, f":{self.port}{end}")


def _members(table: CacheTable, zones: Sequence[str]) -> dict[str, Any]:
    """How many nodes there are, and where: of a cluster ElastiCache takes no list of zones, and spreads each shard."""
    if table.shards:
        return {
            "num_node_groups": table.shards,
            "replicas_per_node_group": table.replicas,
            "cluster_mode": "enabled",
        }
    nodes = 1 + table.replicas
    return {"num_cache_clusters": nodes, "preferred_cache_cluster_azs": list(islice(cycle(zones), nodes)) or None}


def _nodes(name: str, table: CacheTable) -> list[str]:
    """What ElastiCache calls the members: by number, in a cluster after the number of the shard."""
    members = range(1, 2 + table.replicas)
    if table.shards is None:
        return [f"{name}-{member:03}" for member in members]
    return [f"{name}-{shard:04}-{member:03}" for shard in range(1, 1 + table.shards) for member in members]


def _owned_by_others(table: CacheTable) -> list[str]:
    """The minor version, while AWS upgrades it; the token, where a function renews it."""
    minor, token = table.minor_upgrades, table.secret.rotate_days
    return [*(["engine_version"] if minor else []), *(["auth_token"] if token else [])]
