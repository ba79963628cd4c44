"""The load balancer, and the tasks that it knows as targets."""

from typing import Final

from components.compute.load_balancer import LoadBalancer
from components.operations.watch.incidents import OUTAGE
from components.operations.watch.log import LOG_ERRORS
from components.operations.watch.model import Alarm, Chart, ChartLine, Formula, Metric, MetricKind, Subject
from settings.settings import Settings

NAMESPACE: Final = "AWS/ApplicationELB"
LOAD_BALANCER: Final = MetricKind("load-balancer")
TARGETS: Final = MetricKind("targets")
REQUESTS: Final = Metric(LOAD_BALANCER, "RequestCount", "Sum")
LATENCY_P50: Final = Metric(LOAD_BALANCER, "TargetResponseTime", "p50")
LATENCY_P99: Final = Metric(LOAD_BALANCER, "TargetResponseTime", "p99")
ANSWERS_4XX: Final = Metric(LOAD_BALANCER, "HTTPCode_Target_4XX_Count", "Sum")
ANSWERS_5XX: Final = Metric(LOAD_BALANCER, "HTTPCode_Target_5XX_Count", "Sum")
HEALTHY: Final = Metric(TARGETS, "HealthyHostCount", "Minimum")
UNHEALTHY: Final = Metric(TARGETS, "UnHealthyHostCount", "Maximum")
LATENCY_P95: Final = Metric(LOAD_BALANCER, "TargetResponseTime", "p95")
OWN_5XX: Final = Metric(LOAD_BALANCER, "HTTPCode_ELB_5XX_Count", "Sum")
ANSWERS_2XX: Final = Metric(LOAD_BALANCER, "HTTPCode_Target_2XX_Count", "Sum")
ANSWERS_3XX: Final = Metric(LOAD_BALANCER, "HTTPCode_Target_3XX_Count", "Sum")
CONNECTIONS: Final = Metric(LOAD_BALANCER, "ActiveConnectionCount", "Sum")
REQUESTS_OF_TARGET: Final = Metric(TARGETS, "RequestCount", "Sum")
#: Percent. What was not counted did not happen.
ERROR_RATE: Final = Formula(
    expression="100 * (FILL(failed, 0) + FILL(refused, 0)) / requests",
    parts={"failed": ANSWERS_5XX, "refused": OWN_5XX, "requests": REQUESTS},
)
#: Percent of the requests that were answered without a fault of ours.
UPTIME: Final = Formula(expression=f"100 - {ERROR_RATE.expression}", parts=ERROR_RATE.parts)

ALARMS: Final = (
    Alarm(
        word="load-balancer-latency",
        metric=LATENCY_P99,
        fires="above",
        periods=5,
        missing="notBreaching",  # no requests, no latency
        todo="See on the dashboard whether CPU, database or cache is slow as well, and look at the slow requests.",
    ),
    Alarm(
        word="load-balancer-4xx",
        metric=ANSWERS_4XX,
        fires="above",
        periods=5,  # a scanner is gone sooner
        missing="notBreaching",  # reported only where there are any
        todo="Find out by the access logs who gets them, and whether a client or a deployment broke.",
    ),
    Alarm(
        word="load-balancer-5xx",
        metric=ANSWERS_5XX,
        fires="above",
        periods=2,
        missing="notBreaching",  # reported only where there are any
        incident=OUTAGE,
        todo="Read the recent errors on the dashboard; if they began with a deployment, roll it back.",
    ),
    Alarm(
        word="load-balancer-5xx-rate",
        metric=ERROR_RATE,
        fires="above",
        periods=3,
        missing="notBreaching",  # no requests, no rate
        incident=OUTAGE,
        todo="Compare the balancer's own errors with its targets': no healthy task, or an application that fails.",
    ),
    Alarm(
        word="load-balancer-requests",
        metric=REQUESTS,
        fires="outside",
        period=300,
        periods=3,
        missing="breaching",  # nobody asks at all
        todo="Many: see whether one client or address sends them. Few: ask the public name yourself.",
    ),
    Alarm(
        word="load-balancer-healthy",
        metric=HEALTHY,
        fires="below",
        bound="tasks",
        periods=3,
        missing="breaching",  # not reported where no task is registered
        incident=OUTAGE,
        todo="See why tasks stop or fail their health check; it fails too where database or cache cannot be reached.",
    ),
    Alarm(
        word="load-balancer-unhealthy",
        metric=UNHEALTHY,
        fires="above",
        periods=3,
        missing="notBreaching",  # no registered task is load-balancer-healthy's matter
        incident=OUTAGE,
        todo="Ask the target group for the reason, then read that task's log.",
    ),
)
CHARTS: Final = (
    Chart(
        word="requests",
        title="Request Rate",
        stacked=True,
        lines=(ChartLine(metric=REQUESTS, label="requests a minute"),),
    ),
    Chart(
        word="latency",
        title="Latency (p50/p99)",
        lines=(
            ChartLine(metric=LATENCY_P50, label="p50, seconds"),
            ChartLine(metric=LATENCY_P99, label="p99, seconds"),
        ),
    ),
    Chart(word="errors-5xx", title="Error Rate (5xx)", lines=(ChartLine(metric=ANSWERS_5XX, label="5xx a minute"),)),
    Chart(
        word="client-errors",
        title="Client Errors and Error Lines",
        lines=(ChartLine(metric=ANSWERS_4XX, label="4xx a minute"), ChartLine(metric=LOG_ERRORS, label="log lines")),
    ),
)
#: Beside them, where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(word="error-rate", title="Error Rate", lines=(ChartLine(metric=ERROR_RATE, label="percent"),)),
    Chart(word="uptime", title="Uptime", lines=(ChartLine(metric=UPTIME, label="percent of requests answered"),)),
    Chart(
        word="answers",
        title="HTTP Status Codes",
        stacked=True,
        lines=tuple(
            ChartLine(metric=metric, label=f"{kind}xx a minute")
            for kind, metric in enumerate((ANSWERS_2XX, ANSWERS_3XX, ANSWERS_4XX, ANSWERS_5XX), 2)
        ),
    ),
    Chart(word="connections", title="Active Connections", lines=(ChartLine(metric=CONNECTIONS, label="connections"),)),
    Chart(
        word="requests-by-target",
        title="Requests per Target Group",
        lines=(ChartLine(metric=REQUESTS_OF_TARGET, label="requests a minute"),),
    ),
    Chart(
        word="percentiles",
        title="Response Time (p50/p95/p99)",
        lines=tuple(
            ChartLine(metric=metric, label=f"{metric.stat}, seconds")
            for metric in (LATENCY_P50, LATENCY_P95, LATENCY_P99)
        ),
    ),
)


def load_balancer_subjects(balancer: LoadBalancer, settings: Settings) -> list[Subject]:
    """The load balancer, and the tasks behind each of its target groups."""
    whole, default = {"LoadBalancer": balancer.arn_suffix}, settings.default_target
    subjects = [Subject(of=LOAD_BALANCER, namespace=NAMESPACE, dimensions=whole, resource=balancer)]
    for target in settings.targets:
        tasks, other = float(settings.services[target.service].count.least), balancer.targets[target.word].alternate
        subject = Subject(
            of=TARGETS,
            word="" if target == default else target.word,  # a further target must not rename what is watched already
            namespace=NAMESPACE,
            dimensions={**whole, "TargetGroup": balancer.targets[target.word].suffix},
            alternate={**whole, "TargetGroup": other.suffix} if other else {},
            bounds={"tasks": tasks},
            resource=balancer,
        )
        subjects.append(subject)
    return subjects
