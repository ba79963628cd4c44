"""What canary deployments need: the role that shifts requests, the function that tests, the alarms that roll back."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.compute.canary import Canary, CanaryArgs, CanaryDeployment, hook_details
from components.compute.function import Function
from components.operations.alarms import Alarms, AlarmsArgs
from components.operations.watch.canary import canary_subjects
from components.operations.watch.kinds import joined
from components.operations.watch.model import Subject
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.edge import Edge
from components.platform.functions import function
from components.platform.part import Part, Parts
from functions.test_deployment import TEST_DEPLOYMENT
from settings.tables.alarms import CANARY_ALARMS


@dataclass(frozen=True, kw_only=True)
class Canaries(Part):
    """The roles, the test function and the alarms of canary deployments."""

    roles: Canary
    test: Function
    alarms: Alarms
    watched: Sequence[Subject]

    def deployment(self, context: Context, parts: Parts, word: str) -> CanaryDeployment | None:
        """What a service's canary deployments need; None if it deploys task by task."""
        service, balancer = context.settings.services[word], parts.of(Edge).load_balancer
        if not service.canary:
            return None
        target = next(each for each in service.task_containers(word) if each.table.routes)
        alarms = [name for name in CANARY_ALARMS if joined(name, word) in self.alarms.alarm_arns]
        return CanaryDeployment(
            table=service.canary,
            role=self.roles.role.resource.arn,
            hook_role=self.roles.hook_role.resource.arn,
            function=self.test.arn,
            asks=hook_details(balancer, target, service.canary),
            alarms=[context.names.of("alarm", joined(name, word)) for name in alarms],
            after=[self.roles, self.alarms],
        )


def canaries(context: Context, parts: Parts) -> Canaries | None:
    """Build them. This comes before the services, because these name the alarms."""
    alerts = parts.find(Alerts)
    if not context.settings.canaries or not alerts:
        return None
    balancer = parts.of(Edge).load_balancer
    test = function(context, parts, TEST_DEPLOYMENT, scopes={}, variables={}, after=[])
    roles = Canary("canary", CanaryArgs(load_balancer=balancer, function=test, **context.common), context.options)
    watched = canary_subjects(balancer, context.settings)
    args = AlarmsArgs(
        thresholds=context.settings.alarms,
        subjects=watched,
        alerts=alerts.table,
        topics=alerts.topics.arns,
        **context.common,
    )
    alarms = Alarms("canary-alarms", args, context.options)
    return Canaries(roles=roles, test=test, alarms=alarms, watched=watched, functions=[test])
