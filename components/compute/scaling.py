"""Scaling: how many tasks of a service run."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster
from components.compute.service import Service
from settings.tables.compute import CountTable

CPU, REQUESTS = "ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"  # as CloudWatch names them


@dataclass(frozen=True, kw_only=True)
class ScalingArgs(Args):
    """How many tasks, by what, and of which service."""

    table: CountTable
    cluster: Cluster
    service: Service
    requests: pulumi.Input[str] | None  #: how CloudWatch names the requests to the service


class Scaling(Component):
    """As many tasks as the load wants, between the table's bounds.

    Creates the scalable target and a policy for each aim of the table: average CPU, requests a minute and task.
    """

    target_id: pulumi.Output[str]

    def __init__(self, name: str, args: ScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        target = aws.appautoscaling.Target(
            self.child("target"),
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{args.cluster.name}/{args.service.service_name}",
            min_capacity=args.table.min,
            max_capacity=args.table.max,
            tags=self.named(args.service.service_name),
            opts=self.owned(depends_on=[args.cluster, args.service]),
        )
        metric = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs
        if args.table.cpu:
            self._aim(args, target, "cpu", args.table.cpu, metric(predefined_metric_type=CPU))
        if args.table.requests and args.requests is not None:
            aim = metric(predefined_metric_type=REQUESTS, resource_label=args.requests)
            self._aim(args, target, "requests", args.table.requests, aim)
        self.target_id = target.id
        self.register_outputs({"target_id": self.target_id})

    def _aim(
        self,
        args: ScalingArgs,
        target: aws.appautoscaling.Target,
        word: str,
        value: int,
        metric: aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs,
    ) -> None:
        aws.appautoscaling.Policy(
            self.child(word),
            name=f"{args.service.service_name}-{word}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=(
                aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                    predefined_metric_specification=metric,
                    target_value=value,
                    scale_out_cooldown=args.table.wait_out,
                    scale_in_cooldown=args.table.wait_in,
                )
            ),
            opts=self.owned(),
        )
