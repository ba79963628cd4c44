"""A service, and its tasks as Container Insights counts them."""

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
#: Each task reports once a minute, so that the samples of a minute are the running tasks.
SAMPLES: Final = Metric(SERVICE, "CPUUtilization", "SampleCount")
RECEIVED: Final = Metric(TASKS, "NetworkRxBytes", "Average")
SENT: Final = Metric(TASKS, "NetworkTxBytes", "Average")

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
        missing="breaching",  # Container Insights counts every minute, as long as the service is there
        incident=OUTAGE,
        todo="Read the service's events and the reason why its last tasks stopped.",
    ),
)
CHARTS: Final = (
    Chart(word="service-cpu", title="ECS CPU Utilization", lines=(ChartLine(metric=SERVICE_CPU, label="percent"),)),
    Chart(word="service-memory", title="ECS Memory Usage", lines=(ChartLine(metric=SERVICE_MEMORY, label="percent"),)),
    Chart(
        word="service-tasks",
        title="Running Tasks",
        view="singleValue",
        lines=(ChartLine(metric=RUNNING, label="running"),),
    ),
    Chart(
        word="service-health",
        title="Healthy and Unhealthy Tasks",
        lines=(ChartLine(metric=HEALTHY, label="healthy"), ChartLine(metric=UNHEALTHY, label="unhealthy")),
    ),
)

#: Beside them, where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(
        word="service-running", title="Running and Desired Tasks", lines=(ChartLine(metric=SAMPLES, label="running"),)
    ),
    Chart(
        word="service-network",
        title="Network of the Tasks",
        lines=(
            ChartLine(metric=RECEIVED, label="received, bytes a second"),
            ChartLine(metric=SENT, label="sent, bytes a second"),
        ),
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
        starts={alarm: [arn] for alarm, arn in scaling.on_alarms.items()} if scaling else {},
        off=frozenset(table.alarms.off),
        resource=service,
    )
    counted = Subject(
        of=TASKS,
        word=word,
        namespace="ECS/ContainerInsights",
        dimensions=names,
        bounds={"tasks": tasks},
        thresholds=table.alarms.thresholds,
        off=frozenset(table.alarms.off),
        resource=service,
    )
    # Without Container Insights nobody counts them, and the alarm would always ring.
    return [found, counted] if cluster.insights else [found]
