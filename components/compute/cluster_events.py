"""What ECS tells of a cluster: tasks that start and stop, deployments, services that cannot place a task."""

import json
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster
from components.handles import NamedLog
from components.iam import document
from components.service_principals import WRITE_LOGS, grant_to

#: Whose events are written: EventBridge hands them to CloudWatch Logs' own delivery.
WRITERS: Final = ("delivery.logs", "events")


@dataclass(frozen=True, kw_only=True)
class ClusterEventsArgs(Args):
    """The cluster, and the log that takes what is told of it."""

    cluster: Cluster
    log: NamedLog


class ClusterEvents(Component):
    """Every event of a cluster, written to a log.

    Creates the rule of EventBridge, its target, and the permission of CloudWatch Logs to write to this group alone: a
    target that is a log group takes no role (terraform-aws-eventbridge#136). An account and region may have ten such
    permissions.
    """

    rule: str  #: physical

    def __init__(self, name: str, args: ClusterEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.rule = args.names.of("rule", "cluster-events")
        streams = [f"{args.facts.log_group(args.log.name)}:*"]
        statements = [
            grant_to(service, "log", WRITE_LOGS, streams, says={}, sid=f"Writes{service.title().replace('.', '')}")
            for service in WRITERS
        ]
        policy = aws.cloudwatch.LogResourcePolicy(
            self.child("write"),
            policy_name=args.names.of("policy", "cluster-events"),
            policy_document=document(*statements),
            opts=self.owned(depends_on=[args.log.resource]),
        )
        pattern = {"source": ["aws.ecs"], "detail": {"clusterArn": [args.facts.cluster(args.cluster.name)]}}
        rule = aws.cloudwatch.EventRule(
            self.child("rule"),
            name=self.rule,
            description=f"Logs what ECS tells of {args.cluster.name}",
            event_pattern=json.dumps(pattern, sort_keys=True),
            tags=self.named(self.rule),
            opts=self.owned(depends_on=[args.cluster]),
        )
        aws.cloudwatch.EventTarget(
            self.child("rule"), rule=rule.name, arn=args.log.resource.arn, opts=self.owned(depends_on=[policy])
        )
        self.register_outputs({"rule": self.rule})
