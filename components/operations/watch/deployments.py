"""Deployments of services that failed, as a rule of EventBridge counts them."""

from typing import Final

import pulumi

from components.operations.watch.model import Chart, ChartLine, Metric, MetricKind, Subject

DEPLOYMENTS: Final = MetricKind("deployments")
FAILED: Final = Metric(DEPLOYMENTS, "TriggeredRules", "Sum")

#: Where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(word="failed-deployments", title="Failed Deployments", lines=(ChartLine(metric=FAILED, label="failed"),)),
)


def deployment_subject(rule: str, resource: pulumi.Resource) -> Subject:
    """The rule by its name; `resource` makes it."""
    return Subject(of=DEPLOYMENTS, namespace="AWS/Events", dimensions={"RuleName": rule}, resource=resource)
