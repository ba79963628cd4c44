"""The ECS cluster that the services run in."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.tier import Args, Tier
from settings.compute import ClusterTable


@dataclass(frozen=True, kw_only=True)
class ClusterArgs(Args):
    """The cluster's table of the stack file."""

    table: ClusterTable
    spot: bool  #: whether a service runs on spare capacity


class Cluster(Tier):
    """A Fargate cluster with Container Insights.

    Creates the cluster and says which capacity its tasks may use.
    """

    arn: pulumi.Output[str]
    name: str  #: physical
    capacity: aws.ecs.ClusterCapacityProviders  #: a service depends on it

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name = args.names.of("ecs-cluster")
        cluster = aws.ecs.Cluster(
            self.child("cluster"),
            name=self.name,
            settings=[{"name": "containerInsights", "value": args.table.insights}],
            tags=self.named(self.name),
            opts=self.owned(),
        )
        capacities = ["FARGATE", "FARGATE_SPOT"] if args.spot else ["FARGATE"]
        self.capacity = aws.ecs.ClusterCapacityProviders(
            self.child("capacity"),
            cluster_name=cluster.name,
            capacity_providers=capacities,
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=self.owned(),
        )
        self.arn = cluster.arn
        self.register_outputs({"arn": self.arn, "name": self.name})
