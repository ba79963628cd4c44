"""A service, and its tasks as TaskContainer Insights counts them."""

from typing import Final

from components.compute.cluster import Cluster
from components.compute.scaling import Scaling
from components.compute.service import Service
from components.operations.watch.incidents import OUTAGE
from components.operations.watch.load_balancer import HEALTHY, UNHEALTHY
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject
from settings.tables.compute import ServiceTable

SERVICE: Final = MetricKind("service")
TASKS: Final = MetricKind("tasks")
SERVICE_CPU: Final = Metric(SERVICE, "CPUUtilization", "Average")
SERVICE_MEMORY: Final = Metric(SERVICE, "MemoryUtilization", "Average")
RUNNING: Final = Metric(TASKS, "RunningTaskCount", "Minimum")

ALARMS: Final = (
    Alarm(
        word="service-cpu",
        metric=SERVICE_CPU,
        fires="above",
        periods=5,
        missing="notBreaching",  # no running task is service-tasks' matter
        todo="Scaling has not helped: see whether the most tasks are running, and raise count.max or cpu.",
    ),
    Alarm(
        word="service-memory",
        metric=SERVICE_MEMORY,
        fires="above",
        periods=5,
        missing="notBreaching",  # no running task is service-tasks' matter
        todo="See whether it grows from a deployment on (a leak: roll back) or with the requests (raise memory).",
    ),
    Alarm(
        word="service-tasks",
        metric=RUNNING,
        fires="below",
        bound="tasks",
        periods=5,  # a task that stopped is replaced sooner
        missing="breaching",  # TaskContainer Insights counts every minute, as long as the service is there
        incident=OUTAGE,
        todo="Read the service's events and the reason why its last tasks stopped.",
    ),
)
CHARTS: Final = (
    Chart(title="ECS CPU Utilization", lines=(ChartLine(metric=SERVICE_CPU, label="percent"),)),
    Chart(title="ECS Memory Usage", lines=(ChartLine(metric=SERVICE_MEMORY, label="percent"),)),
    Chart(title="Running Tasks", view="singleValue", lines=(ChartLine(metric=RUNNING, label="running"),)),
    Chart(
        title="Healthy and Unhealthy Tasks",
        lines=(ChartLine(metric=HEALTHY, label="healthy"), ChartLine(metric=UNHEALTHY, label="unhealthy")),
    ),
)


def service_subjects(
    word: str, table: ServiceTable, cluster: Cluster, service: Service, scaling: Scaling | None
) -> list[Subject]:
    """A service and its tasks."""
    names = {"ClusterName": cluster.name, "ServiceName": service.service_name}
    tasks: float = table.count.least
    found = Subject(
        of=SERVICE,
        word=word,
        namespace="AWS/ECS",
        dimensions=names,
        thresholds=table.alarms.thresholds,
        starts=scaling.on_alarms if scaling else {},
        resource=service,
    )
    counted = Subject(
        of=TASKS,
        word=word,
        namespace="ECS/ContainerInsights",
        dimensions=names,
        bounds={"tasks": tasks},
        thresholds=table.alarms.thresholds,
        resource=service,
    )
    # Without Container Insights nobody counts them, and the alarm would always ring.
    return [found, counted] if cluster.insights else [found]
