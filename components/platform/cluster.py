"""The cluster that the services run in, and the log of its events."""

from components.compute.cluster import Cluster, ClusterArgs
from components.compute.cluster_events import ClusterEvents, ClusterEventsArgs
from components.compute.deployment_failures import DeploymentFailures, DeploymentFailuresArgs
from components.operations.watch.delivery import rule_subjects
from components.operations.watch.deployments import deployment_subject
from components.operations.watch.model import Subject
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.logs import Logs
from components.platform.part import Parts


def cluster_of(context: Context) -> Cluster:
    """Build the cluster, with spot capacity and shells if a service asks for them."""
    tables = context.settings.services.values()
    args = ClusterArgs(
        table=context.settings.cluster,
        spot=any(service.capacity != "on-demand" for service in tables),
        shell=any(service.shell for service in tables),
        key=context.key,
        **context.common,
    )
    return Cluster("cluster", args, context.options)


def failures_of(context: Context, parts: Parts, cluster: Cluster) -> list[Subject]:
    """Build the warning about failed deployments, if the cluster's table asks; returns what gets alarms."""
    alerts = parts.find(Alerts)
    if not alerts or not context.settings.cluster.failed_deployments:
        return []
    args = DeploymentFailuresArgs(cluster=cluster, topic=alerts.by_grade["warning"], **context.common)
    failures = DeploymentFailures("deployment-failures", args, context.options)
    rules = rule_subjects({"deployment-failed": failures.rule}, failures)
    return [deployment_subject(failures.rule, failures), *rules]


def events_of(context: Context, parts: Parts, cluster: Cluster) -> list[Subject]:
    """Send ECS's events to a log, if the cluster's table names one; returns what gets alarms."""
    word = context.settings.cluster.events
    if not word:
        return []
    args = ClusterEventsArgs(cluster=cluster, log=parts.of(Logs).logs[word], **context.common)
    events = ClusterEvents("cluster-events", args, context.options)
    return rule_subjects({"cluster-events": events.rule}, events)
