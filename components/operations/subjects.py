"""The parts of a stack, as CloudWatch's metrics call them."""

from collections.abc import Iterable

from components.compute.cluster import Cluster
from components.compute.function import Function
from components.compute.load_balancer import LoadBalancer
from components.compute.service import Service
from components.data.cache import Cache
from components.data.database import Database
from components.edge.health_checks import HealthChecks
from components.operations.findings import Findings
from components.operations.log_insights import LogInsights
from components.operations.watch import (
    CACHE,
    DATABASE,
    FUNCTION,
    LOAD_BALANCER,
    NAME,
    QUEUE,
    SERVICE,
    TASKS,
    Subject,
)
from settings.tables.compute import ServiceTable
from settings.tables.data import DatabaseTable
from settings.tables.operations import connections


def of_load_balancer(balancer: LoadBalancer, target: ServiceTable) -> list[Subject]:
    """The load balancer, and the tasks behind it."""
    whole = {"LoadBalancer": balancer.arn_suffix}
    part = {**whole, "TargetGroup": balancer.target_group_suffix}
    tasks: float = target.count.min
    return [
        Subject(of="load-balancer", namespace=LOAD_BALANCER, dimensions=whole, resource=balancer),
        Subject(of="targets", namespace=LOAD_BALANCER, dimensions=part, bounds={"tasks": tasks}, resource=balancer),
    ]


def of_names(checks: HealthChecks) -> list[Subject]:
    """Each public name, as Route 53 finds it."""
    return [
        Subject(of="name", word=word, namespace=NAME, dimensions={"HealthCheckId": id_}, resource=checks)
        for word, id_ in checks.ids.items()
    ]


def of_service(word: str, table: ServiceTable, cluster: Cluster, service: Service, log: LogInsights) -> list[Subject]:
    """A service, its tasks and its log."""
    names = {"ClusterName": cluster.name, "ServiceName": service.service_name}
    bounds: dict[str, float] = {"tasks": table.count.min}
    return [
        Subject(of="service", word=word, namespace=SERVICE, dimensions=names, resource=service),
        Subject(of="tasks", word=word, namespace=TASKS, dimensions=names, bounds=bounds, resource=service),
        Subject(of="log", word=word, namespace=log.namespace, resource=log),
    ]


def of_database(database: Database, table: DatabaseTable) -> list[Subject]:
    """The database, with what it has of connections and disk."""
    most = connections(table)
    assert most is not None  # settings see to it
    return [
        Subject(
            of="database",
            namespace=DATABASE,
            dimensions={"DBInstanceIdentifier": database.instance_id},
            bounds={"connections": most, "storage": table.storage.initial * 2**30},
            resource=database,
        )
    ]


def of_cache(cache: Cache) -> list[Subject]:
    """Every node of the cache; of several each may be a replica, since a fail-over changes which."""
    nodes = {name.rpartition("-")[2]: {"CacheClusterId": name} for name in cache.nodes}
    found = [
        Subject(of="cache", word=word, namespace=CACHE, dimensions=node, resource=cache) for word, node in nodes.items()
    ]
    if len(nodes) > 1:
        found += [
            Subject(of="replica", word=word, namespace=CACHE, dimensions=node, resource=cache)
            for word, node in nodes.items()
        ]
    return found


def of_functions(functions: Iterable[Function]) -> list[Subject]:
    """Each function, and the queue of the events that it failed on."""
    return [
        subject
        for each in functions
        for subject in (
            Subject(
                of="function",
                word=each.word,
                namespace=FUNCTION,
                dimensions={"FunctionName": each.function_name},
                resource=each,
            ),
            Subject(
                of="dead-letters",
                word=each.word,
                namespace=QUEUE,
                dimensions={"QueueName": each.dead_letters},
                resource=each,
            ),
        )
    ]


def of_trail(findings: Findings) -> list[Subject]:
    """What is counted in the trail's log."""
    return [Subject(of="trail", namespace=findings.namespace, resource=findings)]
