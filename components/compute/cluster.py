"""The ECS cluster that the services run in."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.log_group import log_group
from settings.tables.compute import ClusterTable


@dataclass(frozen=True, kw_only=True)
class ClusterArgs(Args):
    """The cluster's table of the stack file."""

    table: ClusterTable
    spot: bool  #: whether a service runs on spare capacity
    shell: bool  #: whether people may open a shell in a service's tasks
    key: pulumi.Input[str]  #: ARN of the stack's key


class Cluster(Component):
    """A Fargate cluster with Container Insights.

    Creates the cluster and says which capacity its tasks may use; a log group for shells, where there may be any.
    """

    arn: pulumi.Output[str]
    name: str  #: physical
    insights: bool  #: whether its tasks are counted
    shell_log: str  #: name of the log group
    capacity: aws.ecs.ClusterCapacityProviders  #: a service depends on it

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name = args.names.of("ecs-cluster")
        self.insights = args.table.insights != "disabled"
        self.shell_log = f"/shell{args.names.of('log', 'ecs')}"
        cluster = aws.ecs.Cluster(
            self.child("cluster"),
            name=self.name,
            settings=[{"name": "containerInsights", "value": args.table.insights}],
            configuration=self._shell(args) if args.shell else None,
            tags=self.named(self.name),
            opts=self.owned(),
        )
        capacities = ["FARGATE", "FARGATE_SPOT"] if args.spot or "spot" in args.table.capacities else ["FARGATE"]
        self.capacity = aws.ecs.ClusterCapacityProviders(
            self.child("capacity"),
            cluster_name=cluster.name,
            capacity_providers=capacities,
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=self.owned(),
        )
        self.arn = cluster.arn
        self.register_outputs(
            {"arn": self.arn, "name": self.name, "insights": self.insights, "shell_log": self.shell_log}
        )

    def _shell(self, args: ClusterArgs) -> Any:
        """A shell is encrypted on its way, and logged."""
        log = log_group(self, "shell-log", self.shell_log, days=args.table.log_days, key=args.key)
        to_log = {"cloud_watch_encryption_enabled": True, "cloud_watch_log_group_name": log.name}
        shell = {"kms_key_id": args.key, "logging": "OVERRIDE", "log_configuration": to_log}
        return {"execute_command_configuration": shell}
