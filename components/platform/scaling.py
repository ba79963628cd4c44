"""Scaling of services."""

import pulumi

from components.compute.cluster import Cluster
from components.compute.scaling import Scaling, ScalingArgs
from components.compute.service import Service
from components.platform.context import Context
from components.platform.edge import Edge
from components.platform.part import Parts
from settings.tables.compute import ServiceTable


def scaling_of(
    context: Context, parts: Parts, word: str, table: ServiceTable, cluster: Cluster, service: Service
) -> Scaling | None:
    """Build a service's scaling, unless its number of tasks is fixed."""
    if table.count.max is None:
        return None
    args = ScalingArgs(
        table=table.count,
        word=word,
        cluster=cluster,
        service=service,
        requests=_requests(parts, table, word),
        metrics=context.settings.metrics,
        **context.common,
    )
    return Scaling(f"scaling-{word}", args, context.options)


def _requests(parts: Parts, table: ServiceTable, word: str) -> pulumi.Output[str] | None:
    """CloudWatch's label for a service's requests: those to its first container that has routes."""
    targets = [each.word for each in table.task_containers(word) if each.table.routes]
    return parts.of(Edge).load_balancer.targets[targets[0]].request_label if targets else None
