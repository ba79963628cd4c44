"""The services with their cluster, scaling, alarms and log archives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.compute.cluster import Cluster
from components.compute.function import Scope
from components.compute.scaling import Scaling
from components.compute.service import Service, ServiceArgs
from components.operations.log_insights import LogInsights, LogInsightsArgs
from components.operations.watch.log import log_subjects
from components.operations.watch.model import Subject
from components.operations.watch.service import service_subjects
from components.platform.alerts import Alerts
from components.platform.buckets import Buckets
from components.platform.canaries import Canaries
from components.platform.cluster import cluster_of, events_of, failures_of
from components.platform.context import Context
from components.platform.edge import Edge
from components.platform.files import FileSystems
from components.platform.identity import Identity
from components.platform.log_archive import archive_of
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from components.platform.permissions import acts_after, acts_on
from components.platform.registry import image_of
from components.platform.scaling import scaling_of
from components.platform.secrets import StoredSecrets
from components.platform.stores import Stores
from components.platform.tables import Tables
from components.security.parameters import Parameters, ParametersArgs
from settings.tables.compute import ServiceTable


@dataclass(frozen=True, kw_only=True)
class Services(Part):
    """The deployed services by word, and the cluster that they run in."""

    cluster: Cluster
    services: Mapping[str, Service]
    starts: Mapping[str, Sequence[pulumi.Input[str]]]  #: ARNs of what alarms start, by the alarms' words

    def scope(self, context: Context, words: Sequence[str]) -> Scope:
        """A function's permission on these services alone."""
        names = [self.services[word].service_name for word in words]
        return Scope([context.facts.service(self.cluster.name, name) for name in names])


def services(context: Context, parts: Parts) -> Services | None:
    """Build the cluster, each service with what belongs to it, and the Parameter Store copies of their settings."""
    tables = context.settings.services
    if not tables:
        return None
    cluster = cluster_of(context)
    built: dict[str, Service] = {}
    subjects: list[Subject] = []
    starts: dict[str, list[pulumi.Input[str]]] = {}
    exports: dict[str, Any] = {"cluster_name": cluster.name, "cluster_arn": cluster.arn}
    for word, table in tables.items():
        built[word] = service = _service(context, parts, word, table, cluster)
        scaling = scaling_of(context, parts, word, table, cluster, service)
        subjects += _watch(context, parts, word, table, cluster, service, scaling)
        for alarm, arn in scaling.on_alarms.items() if scaling else ():
            starts.setdefault(alarm, []).append(arn)
        archive_of(context, parts, word, table, service)
        exports |= _exports(word, service)
    subjects += [*events_of(context, parts, cluster), *failures_of(context, parts, cluster)]
    published = {
        word: {"ENVIRONMENT": context.names.environment, **table.environment}
        for word, table in tables.items()
        if table.parameters
    }
    if published:
        Parameters("parameters", ParametersArgs(environments=published, **context.common), context.options)
    return Services(cluster=cluster, services=built, starts=starts, subjects=subjects, exports=exports)


def _service(context: Context, parts: Parts, word: str, table: ServiceTable, cluster: Cluster) -> Service:
    vpc, stores, roles = parts.of(Vpc), parts.of(Stores), parts.of(Identity).roles
    placement, own = vpc.placement(table.tier, table.group), parts.of(Buckets).buckets
    canaries = parts.find(Canaries)
    balancer = parts.of(Edge).load_balancer if any(each.table.routes for each in table.task_containers(word)) else None
    args = ServiceArgs(
        table=table,
        word=word,
        images={each.word: image_of(context, parts, each, table.architecture) for each in table.task_containers(word)},
        cluster=cluster,
        subnet_ids=placement.subnet_ids,
        group=placement.group,
        execution_role=roles.execution[word],
        task_role=roles.task[word],
        addresses=stores.variables(table),
        secrets={**parts.of(StoredSecrets).secrets, **stores.secrets},
        buckets={each: own[each] for each in table.buckets},
        tables={each: parts.of(Tables).tables[each] for each in table.tables},
        files=parts.of(FileSystems).files,
        acts_on=acts_on(context, stores, word),
        acts_after=acts_after(context, stores, word),
        execution=context.settings.cluster.execution,
        key=context.key,
        agent=context.settings.cluster.runtime_monitoring,
        network_path=vpc.path,
        load_balancer=balancer,
        canary=canaries.deployment(context, parts, word) if canaries else None,
        **context.common,
    )
    return Service(f"service-{word}", args, context.options)


def _watch(
    context: Context,
    parts: Parts,
    word: str,
    table: ServiceTable,
    cluster: Cluster,
    service: Service,
    scaling: Scaling | None,
) -> list[Subject]:
    """What of a service gets alarms: the service, its tasks and its log; nothing without topics."""
    if not parts.find(Alerts):
        return []
    args = LogInsightsArgs(service=word, group=service.log.name, **context.common)
    log = LogInsights(f"log-insights-{word}", args, context.options)
    return [*service_subjects(word, table, cluster, service, scaling), *log_subjects(word, table, log)]


def _exports(word: str, service: Service) -> dict[str, pulumi.Input[str]]:
    name = f"service_{word.replace('-', '_')}"
    return {
        name: service.service_name,
        f"{name}_arn": service.arn,
        f"{name}_log_group": service.log_group,
        f"{name}_task_definition": service.task_definition_arn,
    }
