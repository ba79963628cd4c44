"""The metrics that the application publishes. The stack files' `metrics` name the same ones: a test compares both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

NAMESPACE = "SIEM/Application"
SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """One metric, as CloudWatch knows it."""

    name: str
    unit: str
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])

    def value(self, value: float) -> dict[str, Any]:
        """One value, as CloudWatch takes it."""
        dimensions = [{"Name": name, "Value": given} for name, given in self.dimensions.items()]
        return {"MetricName": self.name, "Value": value, "Unit": self.unit, "Dimensions": dimensions}


QUEUE_DEPTH = OwnMetric(name="QueueDepth", unit="Count", dimensions={"QueueName": "clean", "TenantId": "default"})
LOGS_INGESTED = OwnMetric(name="LogsIngested", unit="Count")
LOGS_PROCESSED = OwnMetric(name="LogsProcessed", unit="Count")
DEAD_LETTERS = OwnMetric(name="DeadLetters", unit="Count")
PROCESSING_LATENCY = OwnMetric(name="ProcessingLatency", unit="Milliseconds")
ACTIVE_TENANTS = OwnMetric(name="ActiveTenants", unit="Count")
ALERTS = {each: OwnMetric(name="AlertsGenerated", unit="Count", dimensions={"Severity": each}) for each in SEVERITIES}
METRICS = (
    QUEUE_DEPTH,
    LOGS_INGESTED,
    LOGS_PROCESSED,
    DEAD_LETTERS,
    PROCESSING_LATENCY,
    ACTIVE_TENANTS,
    *ALERTS.values(),
)


class Publishes(Protocol):
    """CloudWatch's client, as far as it is used."""

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> object:  # noqa: N803
        """Take values."""
        ...


def publish(client: Publishes, values: Iterable[tuple[OwnMetric, float]]) -> None:
    """Send values of some metrics, in one call."""
    client.put_metric_data(Namespace=NAMESPACE, MetricData=[metric.value(value) for metric, value in values])
