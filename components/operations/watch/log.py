"""A service's log: the lines that a metric filter counts. Its chart stands in the load balancer's row."""

from typing import Final

from components.operations.log_insights import LogInsights
from components.operations.watch.incidents import OUTAGE
from components.operations.watch.model import Alarm, Metric, MetricKind, Subject
from settings.tables.compute import ServiceTable

LOG: Final = MetricKind("log")
LOG_ERRORS: Final = Metric(LOG, "Errors", "Sum")

ALARMS: Final = (
    Alarm(
        word="service-errors",
        metric=LOG_ERRORS,
        fires="above",
        periods=2,
        missing="notBreaching",  # no log, no errors
        incident=OUTAGE,
        todo="Run the saved query Error Analysis: it names the endpoint.",
    ),
)


def log_subjects(word: str, table: ServiceTable, log: LogInsights) -> list[Subject]:
    """The log of a service."""
    return [
        Subject(
            of=LOG,
            word=word,
            namespace=log.namespace,
            thresholds=table.alarms.thresholds,
            off=frozenset(table.alarms.off),
            resource=log,
        ),
    ]
