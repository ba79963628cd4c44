"""Deployments by canary: what ECS needs to shift a service's requests, and what it is told of each service.

What ECS does, step by step, is in its developer guide ("Amazon ECS canary deployments", "Lambda hooks for Amazon ECS
service deployments"); tests/components/canary_machine.py follows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function
from components.compute.load_balancer import TEST_HEADER, AlternateGroup, LoadBalancer, TargetGroup
from components.handles import NamedRole
from components.iam import allow, document
from components.service_role import service_role
from settings.tables.compute import TaskContainer
from settings.tables.deployment import CanaryTable

#: What ECS looks at before it shifts anything; ELB offers no resource for these.
SEEN: Final = ("Listeners", "Rules", "TargetGroups", "TargetHealth")
LOOKS: Final = tuple(f"elasticloadbalancing:Describe{what}" for what in SEEN)
REGISTERS: Final = ("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets")
TESTS: Final = "POST_TEST_TRAFFIC_SHIFT"  #: the new version gets all requests of tests, and none of anybody else


@dataclass(frozen=True, kw_only=True)
class CanaryArgs(Args):
    """The load balancer whose requests are shifted, and the function that tests new versions."""

    load_balancer: LoadBalancer
    function: Function


@dataclass(frozen=True, kw_only=True)
class CanaryDeployment:
    """What one service's deployments need, beside its two target groups."""

    table: CanaryTable
    role: pulumi.Output[str]  #: ARN of the role that shifts
    hook_role: pulumi.Output[str]  #: ARN of the role that runs the test
    function: pulumi.Output[str]  #: ARN of the test
    asks: Mapping[str, pulumi.Input[str]]  #: what the test is told
    alarms: Sequence[str]  #: names of those that bring the old version back
    after: Sequence[pulumi.Resource]  #: roles, their permissions, and alarms


class Canary(Component):
    """What ECS may do to shift requests to a new version of a service.

    Creates two roles: one registers tasks with the target groups and changes the rules of this load balancer; one runs
    the function that tests a new version.
    """

    role: NamedRole
    hook_role: NamedRole

    def __init__(self, name: str, args: CanaryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args, facts, balancer = args, args.facts, args.load_balancer
        self.role = self._role(
            "shift",
            "Shifts requests to a service's new version, and back",
            allow(LOOKS, ["*"]),
            allow(REGISTERS, [facts.target_group(each) for each in balancer.shifted]),
            allow(["elasticloadbalancing:ModifyRule"], [facts.listener_rules(balancer.name)]),
            after=balancer,
        )
        runs = allow(["lambda:InvokeFunction"], [facts.function(args.function.function_name)])
        self.hook_role = self._role("test", "Runs the test of a new version", runs, after=args.function)
        self.register_outputs({"role": self.role.arn, "hook_role": self.hook_role.arn})

    def _role(self, word: str, description: str, *statements: Any, after: pulumi.Resource) -> NamedRole:
        args, physical = self._args, self._args.names.of("role", "deployment", word)
        role = service_role(self, word, physical, "ecs", args.facts, description)
        aws.iam.RolePolicy(
            self.child(word, "permissions"),
            name=f"{physical}-permissions",
            role=role.name,
            policy=document(*statements),
            opts=self.owned(depends_on=[after]),
        )
        return NamedRole(name=physical, arn=args.facts.role(physical), resource=role)


def url_to_test(target: TaskContainer, table: CanaryTable) -> str:
    """The URL that the test calls. It is one of the service's own route, so that the listener's rule matches."""
    route = next(iter(target.table.routes.values()))
    below = route.paths[0].rstrip("*").rstrip("/") if route.paths else ""
    return f"https://{route.hosts[0]}{table.test or below + target.table.health.path}"


def hook_details(balancer: LoadBalancer, target: TaskContainer, table: CanaryTable) -> dict[str, pulumi.Input[str]]:
    """The function's input for a service: URL, header, and the status that means healthy."""
    return {
        "url": url_to_test(target, table),
        "header": TEST_HEADER,
        "passphrase": balancer.test_passphrase or "",
        "status": target.table.health.status,
    }


def deployment_arguments(canary: CanaryDeployment | None) -> dict[str, Any]:
    """Arguments of the ECS service for a canary deployment; empty if it deploys task by task."""
    if not canary:
        return {}
    hook = {
        "hook_target_arn": canary.function,
        "role_arn": canary.hook_role,
        "lifecycle_stages": [TESTS],
        "hook_details": pulumi.Output.json_dumps(dict(canary.asks), sort_keys=True),
    }
    table = canary.table
    return {
        "deployment_configuration": {
            "strategy": "CANARY",
            "canary_configuration": {
                "canary_percent": table.percent,
                "canary_bake_time_in_minutes": str(table.minutes),
            },
            "bake_time_in_minutes": str(table.keep_minutes),
            "lifecycle_hooks": [hook],
        },
        "alarms": {"enable": True, "rollback": True, "alarm_names": list(canary.alarms)},
    }


def load_balancer_arguments(
    targets: Sequence[TaskContainer], groups: Mapping[str, TargetGroup], canary: CanaryDeployment | None
) -> list[Any]:
    """The `load_balancers` argument of the ECS service. A canary adds the second target group and the rules of both."""
    return [
        {
            "target_group_arn": groups[each.word].arn,
            "container_name": each.name,
            "container_port": each.table.listens or 0,
            **_advanced_configuration(groups[each.word].alternate, canary),
        }
        for each in targets
    ]


def _advanced_configuration(other: AlternateGroup | None, canary: CanaryDeployment | None) -> dict[str, Any]:
    if not other or not canary:
        return {}
    return {
        "advanced_configuration": {
            "alternate_target_group_arn": other.arn,
            "production_listener_rule": other.production,
            "test_listener_rule": other.test,
            "role_arn": canary.role,
        }
    }
