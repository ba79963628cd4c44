"""A service that deploys by canary: what brings its old version back while a new one takes over."""

from typing import Final

from components.compute.load_balancer import LoadBalancer
from components.operations.watch.load_balancer import NAMESPACE
from components.operations.watch.model import Alarm, Chart, ChartLine, Metric, MetricKind, Subject
from settings.settings import Settings

CANARY: Final = MetricKind("canary")
ANSWERS_5XX: Final = Metric(CANARY, "HTTPCode_Target_5XX_Count", "Sum")
LATENCY: Final = Metric(CANARY, "TargetResponseTime", "p99")
UNHEALTHY: Final = Metric(CANARY, "UnHealthyHostCount", "Maximum")
#: ECS reads their states, and these belong to no incident: it acts before anybody could.
ALARMS: Final = (
    Alarm(
        word="canary-5xx",
        metric=ANSWERS_5XX,
        fires="above",
        periods=2,
        missing="notBreaching",  # reported only where there are any
        todo="See whether the service is being deployed: then ECS takes the new version back, and its log says why.",
    ),
    Alarm(
        word="canary-latency",
        metric=LATENCY,
        fires="above",
        periods=3,
        missing="notBreaching",  # no requests, no latency
        todo="See whether the service is being deployed: then ECS takes the new version back; compare both.",
    ),
    Alarm(
        word="canary-unhealthy",
        metric=UNHEALTHY,
        fires="above",
        periods=3,
        missing="notBreaching",  # of a group without tasks nothing is reported
        todo="Ask both target groups for the reason; during a deployment ECS takes the new version back.",
    ),
)
MORE_CHARTS: Final = (
    Chart(
        word="canary",
        title="Deployments by Canary",
        lines=(
            ChartLine(metric=ANSWERS_5XX, label="5xx a minute"),
            ChartLine(metric=UNHEALTHY, label="unhealthy"),
            ChartLine(metric=LATENCY, label="p99, seconds", right=True),
        ),
    ),
)


def canary_subjects(balancer: LoadBalancer, settings: Settings) -> list[Subject]:
    """Both target groups of each service that deploys by canary."""
    found: list[Subject] = []
    for target in settings.targets:
        group = balancer.targets[target.word]
        if group.alternate:
            first, second = (
                {"LoadBalancer": balancer.arn_suffix, "TargetGroup": suffix}
                for suffix in (group.suffix, group.alternate.suffix)
            )
            found.append(
                Subject(
                    of=CANARY,
                    word=target.service,
                    namespace=NAMESPACE,
                    dimensions=first,
                    alternate=second,
                    resource=balancer,
                )
            )
    return found
