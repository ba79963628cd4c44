"""Scaling: how many tasks of a service run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster
from components.compute.service import Service
from settings.tables.operations import MetricTable
from settings.tables.scaling import CountTable, StepTable

#: What a service aims at, as CloudWatch names it.
AIMS: Final = {
    "cpu": "ECSServiceAverageCPUUtilization",
    "memory": "ECSServiceAverageMemoryUtilization",
    "requests": "ALBRequestCountPerTarget",
}
OWN: Final = {"cpu": "CPUUtilization", "memory": "MemoryUtilization"}  #: names of a service's own metrics in AWS/ECS
AGGREGATES: Final = ("Average", "Maximum", "Minimum")  #: what a step takes of an alarm's periods
COMPARISONS: Final = {"up": "GreaterThanThreshold", "down": "LessThanThreshold"}
Direction = Literal["up", "down"]


@dataclass(frozen=True, kw_only=True)
class ScalingArgs(Args):
    """How many tasks, by what, and of which service."""

    table: CountTable
    word: str  #: the service's key in the stack file
    cluster: Cluster
    service: Service
    requests: pulumi.Input[str] | None  #: how CloudWatch names the requests to the service
    metrics: Mapping[str, MetricTable]  #: those that steps may name, by word


class Scaling(Component):
    """As many tasks as the load or the time of day wants, between the table's bounds.

    Creates the scalable target; a policy for each aim of the table; two policies and their alarms for each step that
    goes up and down; a policy for each alarm of the stack that adds tasks; a scheduled action for each row of the
    schedule. The alarms here start policies and tell nobody.
    """

    target_id: pulumi.Output[str]
    on_alarms: Mapping[str, pulumi.Output[str]]  #: what alarms of the stack start, by the alarm's word

    def __init__(self, name: str, args: ScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        table = args.table
        target = aws.appautoscaling.Target(
            self.child("target"),
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{args.cluster.name}/{args.service.service_name}",
            min_capacity=table.min,
            max_capacity=table.min if table.max is None else table.max,
            tags=self.named(args.service.service_name),
            opts=self.owned(
                depends_on=[args.cluster, args.service],
                # The schedule's last row says how many, until its next one.
                ignore_changes=["min_capacity", "max_capacity"] if table.schedule else None,
            ),
        )
        self._target: dict[str, Any] = {
            "service_namespace": target.service_namespace,
            "scalable_dimension": target.scalable_dimension,
            "resource_id": target.resource_id,
        }
        self._args = args
        for word in AIMS:
            self._aim(word)
        for word, step in table.steps.items():
            self._step(word, step, "up", step.up)
            self._step(word, step, "down", step.down)
        self.on_alarms = {
            alarm: self._change(self.child("on", alarm), f"on-{alarm}", "up", by).arn
            for alarm, by in table.alarms.items()
        }
        self._schedule()
        self.target_id = target.id
        self.register_outputs({"target_id": self.target_id, "on_alarms": dict(self.on_alarms)})

    def _aim(self, word: str) -> None:
        table, value = self._args.table, getattr(self._args.table, word)
        label = self._args.requests if word == "requests" else None
        if value is None or (word == "requests" and label is None):
            return
        aws.appautoscaling.Policy(
            self.child(word),
            name=f"{self._args.service.service_name}-{word}",
            policy_type="TargetTrackingScaling",
            **self._target,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {"predefined_metric_type": AIMS[word], "resource_label": label},
                "target_value": value,
                "scale_out_cooldown": table.wait_out,
                "scale_in_cooldown": table.wait_in,
            },
            opts=self.owned(),
        )

    def _step(self, word: str, step: StepTable, way: Direction, threshold: float | None) -> None:
        """One way of a step: the alarm, and the policy that it starts."""
        if threshold is None:
            return
        metric = self._metric(step.metric)
        policy = self._change(self.child("step", word, way), f"{word}-{way}", way, step.by, metric["statistic"])
        name = self._args.names.of("alarm", "scale", self._args.word, word, way)
        aws.cloudwatch.MetricAlarm(
            self.child("step", word, way),
            name=name,
            alarm_description=f"Starts a policy of {self._args.word}: {step.by} tasks {way}. Nobody is told.",
            comparison_operator=COMPARISONS[way],
            threshold=threshold,
            period=60,
            evaluation_periods=step.up_minutes if way == "up" else step.down_minutes,
            treat_missing_data="notBreaching",  # of what nobody measures nothing follows
            alarm_actions=[policy.arn],
            tags=self.named(name),
            opts=self.owned(depends_on=[self._args.service]),
            **metric,
        )

    def _metric(self, word: str) -> dict[str, Any]:
        """The service's own, or a row of `metrics`."""
        if word in OWN:
            names = {"ClusterName": self._args.cluster.name, "ServiceName": self._args.service.service_name}
            return {"namespace": "AWS/ECS", "metric_name": OWN[word], "dimensions": names, "statistic": "Average"}
        row = self._args.metrics[word]
        return {
            "namespace": row.namespace,
            "metric_name": row.name,
            "dimensions": dict(row.dimensions) or None,
            "statistic": row.stat,
        }

    def _change(self, name: str, end: str, way: Direction, by: int, stat: str = "Average") -> aws.appautoscaling.Policy:
        """A policy that adds or takes away so many tasks, from the alarm's threshold on."""
        out = way == "up"
        return aws.appautoscaling.Policy(
            name,
            name=f"{self._args.service.service_name}-{end}",
            policy_type="StepScaling",
            **self._target,
            step_scaling_policy_configuration={
                "adjustment_type": "ChangeInCapacity",
                "cooldown": self._args.table.wait_out if out else self._args.table.wait_in,
                "metric_aggregation_type": stat if stat in AGGREGATES else "Average",
                "step_adjustments": [
                    {"scaling_adjustment": by, "metric_interval_lower_bound": "0"}
                    if out
                    else {"scaling_adjustment": -by, "metric_interval_upper_bound": "0"}
                ],
            },
            opts=self.owned(),
        )

    def _schedule(self) -> None:
        """Each row says both bounds: what it left out would stay as the row before it left it."""
        table = self._args.table
        for word, row in table.schedule.items():
            aws.appautoscaling.ScheduledAction(
                self.child("schedule", word),
                name=f"{self._args.service.service_name}-{word}",
                **self._target,
                schedule=f"cron({row.cron})",
                timezone=row.zone,
                scalable_target_action={
                    "min_capacity": table.min if row.min is None else row.min,
                    "max_capacity": table.max if row.max is None else row.max,
                },
                opts=self.owned(),
            )
