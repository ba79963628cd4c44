"""Public names, as Route 53's health checks find them."""

from typing import Final

from components.edge.health_checks import HealthChecks
from components.operations.watch.incidents import OUTAGE
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject

PUBLIC_NAME: Final = MetricKind("name")
CHECKED: Final = Metric(PUBLIC_NAME, "HealthCheckPercentageHealthy", "Average")

ALARMS: Final = (
    Alarm(
        word="public-name",
        metric=CHECKED,
        fires="below",
        periods=3,
        missing="breaching",  # Route 53 reports every minute
        incident=OUTAGE,
        todo="Ask the name yourself: DNS, certificate and load balancer lie between the users and healthy tasks.",
    ),
)
CHARTS: Final = (
    Chart(word="names", title="Public Names", lines=(ChartLine(metric=CHECKED, label="percent of the checkers"),)),
)


def health_check_subjects(checks: HealthChecks) -> list[Subject]:
    """Each public name."""
    return [
        Subject(
            of=PUBLIC_NAME,
            word=word,
            namespace="AWS/Route53",
            dimensions={"HealthCheckId": id_},
            resource=checks,
        )
        for word, id_ in checks.ids.items()
    ]
