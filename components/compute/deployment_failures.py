"""Deployments of a cluster's services that fail: whoever is told of warnings hears of them."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster


@dataclass(frozen=True, kw_only=True)
class DeploymentFailuresArgs(Args):
    """The cluster, and the topic that hears of it."""

    cluster: Cluster
    topic: pulumi.Input[str]  #: ARN


class DeploymentFailures(Component):
    """ECS's event SERVICE_DEPLOYMENT_FAILED of the services of one cluster.

    Creates the rule of EventBridge and its target. CloudWatch counts how often the rule ran, which a board shows.
    """

    rule: str  #: physical

    def __init__(self, name: str, args: DeploymentFailuresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.rule = args.names.of("rule", "deployment-failed")
        # A service is named in `resources` alone: detail has no cluster (ECS developer guide, service deployment state
        # change events).
        services = args.facts.service(args.cluster.name, "*")
        pattern = {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            "resources": [{"wildcard": services}],
            "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        }
        rule = aws.cloudwatch.EventRule(
            self.child("rule"),
            name=self.rule,
            description=f"Tells that a deployment of a service of {args.cluster.name} failed",
            event_pattern=json.dumps(pattern, sort_keys=True),
            tags=self.named(self.rule),
            opts=self.owned(depends_on=[args.cluster]),
        )
        aws.cloudwatch.EventTarget(self.child("rule"), rule=rule.name, arn=args.topic, opts=self.owned())
        self.register_outputs({"rule": self.rule})
