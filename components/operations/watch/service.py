"""A service, and its tasks as Container Insights counts them."""

from typing import Final

from components.compute.cluster import Cluster
from components.compute.service import Service
from components.operations.watch.incidents import OUTAGE
from components.operations.watch.load_balancer import HEALTHY, UNHEALTHY
from components.operations.watch.model import Alarm, Chart, Kind, Line, Metric, Subject
from settings.tables.compute import ServiceTable

SERVICE: Final = Kind("service")
TASKS: Final = Kind("tasks")
SERVICE_CPU: Final = Metric(SERVICE, "CPUUtilization", "Average")
SERVICE_MEMORY: Final = Metric(SERVICE, "MemoryUtilization", "Average")
RUNNING: Final = Metric(TASKS, "RunningTaskCount", "Minimum")

ALARMS: Final = (
    Alarm(
        word="service-cpu",
        metric=SERVICE_CPU,
        rings="above",
        periods=5,
        missing="notBreaching",  # no running task is service-tasks' matter
        todo="Scaling has not helped: see whether the most tasks are running, and raise count.max or cpu.",
    ),
    Alarm(
        word="service-memory",
        metric=SERVICE_MEMORY,
        rings="above",
        periods=5,
        missing="notBreaching",  # no running task is service-tasks' matter
        todo="See whether it grows from a deployment on (a leak: roll back) or with the requests (raise memory).",
    ),
    Alarm(
        word="service-tasks",
        metric=RUNNING,
        rings="below",
        bound="tasks",
        periods=5,  # a task that stopped is replaced sooner
        missing="breaching",  # Container Insights counts every minute, as long as the service is there
        incident=OUTAGE,
        todo="Read the service's events and the reason why its last tasks stopped.",
    ),
)
CHARTS: Final = (
    Chart(title="ECS CPU Utilization", lines=(Line(metric=SERVICE_CPU, label="percent"),)),
    Chart(title="ECS Memory Usage", lines=(Line(metric=SERVICE_MEMORY, label="percent"),)),
    Chart(title="Running Tasks", view="singleValue", lines=(Line(metric=RUNNING, label="running"),)),
    Chart(
        title="Healthy and Unhealthy Tasks",
        lines=(Line(metric=HEALTHY, label="healthy"), Line(metric=UNHEALTHY, label="unhealthy")),
    ),
)


def service_subjects(word: str, table: ServiceTable, cluster: Cluster, service: Service) -> list[Subject]:
    """A service and its tasks."""
    names = {"ClusterName": cluster.name, "ServiceName": service.service_name}
    tasks: float = table.count.min
    return [
        Subject(
            of=SERVICE,
            word=word,
            namespace="AWS/ECS",
            dimensions=names,
            thresholds=table.alarms.thresholds,
            resource=service,
        ),
        Subject(
            of=TASKS,
            word=word,
            namespace="ECS/ContainerInsights",
            dimensions=names,
            bounds={"tasks": tasks},
            thresholds=table.alarms.thresholds,
            resource=service,
        ),
    ]
