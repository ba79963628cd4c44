"""What is watched: every alarm, the chart that shows its metric, and the incident that it belongs to, in one table.

An alarm's word is also its threshold's in `settings.tables.operations.AlarmsTable` and its heading's in
docs/runbooks/alarms.md; tests/components/test_alarms.py holds the three and the charts together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi

from settings.tables.operations import AlarmsTable

#: What a metric is of: a `name` is a public one as Route 53 finds it, `targets` are the load balancer's, `tasks` a
#: service's as Container Insights counts them, `log` a service's log, `cache` one node, `replica` a node where there
#: are several, `dead-letters` a function's queue.
Of = Literal[
    "name",
    "load-balancer",
    "targets",
    "service",
    "tasks",
    "log",
    "database",
    "cache",
    "replica",
    "function",
    "dead-letters",
    "trail",
]
#: What runs whether or not the environment does: its alarms are never mute.
ALWAYS: Final[frozenset[Of]] = frozenset({"function", "dead-letters", "trail"})
View = Literal["timeSeries", "singleValue", "gauge"]

NAME: Final = "AWS/Route53"
LOAD_BALANCER: Final = "AWS/ApplicationELB"
SERVICE: Final = "AWS/ECS"
TASKS: Final = "ECS/ContainerInsights"
DATABASE: Final = "AWS/RDS"
CACHE: Final = "AWS/ElastiCache"
FUNCTION: Final = "AWS/Lambda"
QUEUE: Final = "AWS/SQS"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing that is watched: what its metrics are called in CloudWatch, and what bounds them."""

    of: Of
    word: str = ""  #: what tells it from others of its kind
    namespace: str
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    bounds: Mapping[str, float] = field(default_factory=dict[str, float])  #: tasks that always run, connections, bytes
    resource: pulumi.Resource  #: whatever names the subject waits for it


@dataclass(frozen=True)
class Metric:
    """A metric of one kind of subject, and how its values of a period become one."""

    of: Of
    name: str
    stat: str


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A metric that is computed of others, by the names that the expression gives them."""

    expression: str
    parts: Mapping[str, Metric]

    @property
    def of(self) -> Of:
        """What its parts are of: the same for all."""
        return next(iter(self.parts.values())).of


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One fault, however many alarms it rings: people are called once."""

    word: str
    meaning: str
    after: str = ""  #: the incident during which it is held back: whoever was called for that sees this too


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A metric that is above or below its threshold for some periods in a row."""

    word: str
    metric: Metric | Formula
    rings: Literal["above", "below"]
    unit: float = 1  #: what one of the threshold is in CloudWatch's unit
    bound: str = ""  #: the bound of the subject of which the threshold is a percentage
    period: int = 60  #: seconds
    periods: int
    missing: Literal["breaching", "notBreaching", "missing"]  #: what a period without data counts as
    incident: Incident | None = None  #: an alarm is critical if it belongs to one, else a warning
    ends: bool = True  #: whether it is told that it is over
    todo: str  #: what to do first

    def threshold(self, table: AlarmsTable, subject: Subject) -> float:
        """What the stack file says, in CloudWatch's unit."""
        said: float = getattr(table, self.word.replace("-", "_"))
        return said / 100 * subject.bounds[self.bound] if self.bound else said * self.unit


@dataclass(frozen=True, kw_only=True)
class Line:
    """A metric in a chart."""

    metric: Metric
    label: str
    right: bool = False  #: on an axis of its own


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A widget of the dashboard."""

    title: str
    view: View = "timeSeries"
    stacked: bool = False
    most: str = ""  #: the bound that a gauge ends at
    lines: Sequence[Line]


# The metrics. Their names and units are AWS's (note N-13); those of a log are our metric filters'.

CHECKED: Final = Metric("name", "HealthCheckPercentageHealthy", "Average")
REQUESTS: Final = Metric("load-balancer", "RequestCount", "Sum")
LATENCY_P50: Final = Metric("load-balancer", "TargetResponseTime", "p50")
LATENCY_P99: Final = Metric("load-balancer", "TargetResponseTime", "p99")
ANSWERS_4XX: Final = Metric("load-balancer", "HTTPCode_Target_4XX_Count", "Sum")
ANSWERS_5XX: Final = Metric("load-balancer", "HTTPCode_Target_5XX_Count", "Sum")
HEALTHY: Final = Metric("targets", "HealthyHostCount", "Minimum")
UNHEALTHY: Final = Metric("targets", "UnHealthyHostCount", "Maximum")
SERVICE_CPU: Final = Metric("service", "CPUUtilization", "Average")
SERVICE_MEMORY: Final = Metric("service", "MemoryUtilization", "Average")
RUNNING: Final = Metric("tasks", "RunningTaskCount", "Minimum")
LOG_ERRORS: Final = Metric("log", "Errors", "Sum")
DATABASE_CPU: Final = Metric("database", "CPUUtilization", "Average")
CONNECTIONS: Final = Metric("database", "DatabaseConnections", "Average")
STORAGE: Final = Metric("database", "FreeStorageSpace", "Minimum")
READ_LATENCY: Final = Metric("database", "ReadLatency", "Average")
WRITE_LATENCY: Final = Metric("database", "WriteLatency", "Average")
DATABASE_MEMORY: Final = Metric("database", "FreeableMemory", "Average")
CACHE_CPU: Final = Metric("cache", "CPUUtilization", "Average")
CACHE_MEMORY: Final = Metric("cache", "DatabaseMemoryUsagePercentage", "Average")
CLIENTS: Final = Metric("cache", "CurrConnections", "Average")
HITS: Final = Metric("cache", "CacheHits", "Sum")
MISSES: Final = Metric("cache", "CacheMisses", "Sum")
LAG: Final = Metric("replica", "ReplicationLag", "Average")
FAILED_RUNS: Final = Metric("function", "Errors", "Sum")
DEAD_LETTERS: Final = Metric("dead-letters", "ApproximateNumberOfMessagesVisible", "Maximum")
REFUSED_CALLS: Final = Metric("trail", "UnauthorizedCalls", "Sum")
PLAIN_SIGN_INS: Final = Metric("trail", "SignInsWithoutMfa", "Sum")
TRAIL_CHANGES: Final = Metric("trail", "TrailChanges", "Sum")

#: Of few lookups a few misses say nothing; a thousand in five minutes are three a second (note N-14).
HIT_RATE: Final = Formula(
    expression="IF(hits + misses >= 1000, 100 * hits / (hits + misses))", parts={"hits": HITS, "misses": MISSES}
)

# The alarms, by kind of resource.

OUTAGE: Final = Incident(
    word="service-incident", meaning="Requests fail, or soon will: the service has lost tasks or answers with errors."
)
SHORTAGE: Final = Incident(
    word="database-incident",
    meaning="The database is about to refuse work: its disk or its connections are used up.",
    after=OUTAGE.word,
)
INCIDENTS: Final = (OUTAGE, SHORTAGE)

ALARMS: Final = (
    Alarm(
        word="public-name",
        metric=CHECKED,
        rings="below",
        periods=3,
        missing="breaching",  # Route 53 reports every minute
        incident=OUTAGE,
        todo="Ask the name yourself: DNS, certificate and load balancer lie between the users and healthy tasks.",
    ),
    Alarm(
        word="load-balancer-latency",
        metric=LATENCY_P99,
        rings="above",
        periods=5,
        missing="notBreaching",  # no requests, no latency
        todo="See on the dashboard whether CPU, database or cache is slow as well, and look at the slow requests.",
    ),
    Alarm(
        word="load-balancer-4xx",
        metric=ANSWERS_4XX,
        rings="above",
        periods=5,  # a scanner is gone sooner
        missing="notBreaching",  # reported only where there are any
        todo="Find out by the access logs who gets them, and whether a client or a deployment broke.",
    ),
    Alarm(
        word="load-balancer-5xx",
        metric=ANSWERS_5XX,
        rings="above",
        periods=2,
        missing="notBreaching",  # reported only where there are any
        incident=OUTAGE,
        todo="Read the recent errors on the dashboard; if they began with a deployment, roll it back.",
    ),
    Alarm(
        word="load-balancer-healthy",
        metric=HEALTHY,
        rings="below",
        bound="tasks",
        periods=3,
        missing="breaching",  # not reported where no task is registered
        incident=OUTAGE,
        todo="See why tasks stop or fail their health check; it fails too where database or cache cannot be reached.",
    ),
    Alarm(
        word="load-balancer-unhealthy",
        metric=UNHEALTHY,
        rings="above",
        periods=3,
        missing="notBreaching",  # no registered task is load-balancer-healthy's matter
        incident=OUTAGE,
        todo="Ask the target group for the reason, then read that task's log.",
    ),
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
    Alarm(
        word="service-errors",
        metric=LOG_ERRORS,
        rings="above",
        periods=2,
        missing="notBreaching",  # no log, no errors
        incident=OUTAGE,
        todo="Run the saved query Error Analysis: it names the endpoint.",
    ),
    Alarm(
        word="database-cpu",
        metric=DATABASE_CPU,
        rings="above",
        period=300,
        periods=2,
        missing="missing",  # a database that is gone stops the health checks, and load-balancer-healthy rings
        todo="Find the statement that costs most; if all of them are needed, take the next class.",
    ),
    Alarm(
        word="database-connections",
        metric=CONNECTIONS,
        rings="above",
        bound="connections",
        periods=5,
        missing="missing",  # as for database-cpu
        incident=SHORTAGE,
        todo="See who holds them: more tasks than planned, or sessions that are idle in a transaction.",
    ),
    Alarm(
        word="database-storage",
        metric=STORAGE,
        rings="below",
        unit=1e9,
        period=300,
        periods=1,
        missing="missing",  # as for database-cpu
        incident=SHORTAGE,
        todo="Storage should have grown by itself: raise storage.max, and find out what fills it.",
    ),
    Alarm(
        word="database-read-latency",
        metric=READ_LATENCY,
        rings="above",
        unit=1e-3,
        periods=10,
        missing="missing",  # as for database-cpu
        todo="See whether reads do not fit memory or the disk's operations are used up.",
    ),
    Alarm(
        word="database-write-latency",
        metric=WRITE_LATENCY,
        rings="above",
        unit=1e-3,
        periods=10,
        missing="missing",  # as for database-cpu
        todo="See whether a large import, a vacuum or a backup is running, then the disk's operations.",
    ),
    Alarm(
        word="database-memory",
        metric=DATABASE_MEMORY,
        rings="below",
        unit=1e6,
        period=300,
        periods=3,
        missing="missing",  # as for database-cpu
        todo="Close idle connections, then look for large sorts; if both are fine, take the next class.",
    ),
    Alarm(
        word="cache-cpu",
        metric=CACHE_CPU,
        rings="above",
        periods=5,
        missing="missing",  # a cache that is gone stops the health checks, and load-balancer-healthy rings
        todo="Look for slow commands (KEYS, large sets) in the slow log; else take the next node type.",
    ),
    Alarm(
        word="cache-memory",
        metric=CACHE_MEMORY,
        rings="above",
        period=300,
        periods=3,
        missing="missing",  # as for cache-cpu
        todo="See whether keys are evicted and have a time to live; if all are needed, take the next node type.",
    ),
    Alarm(
        word="cache-connections",
        metric=CLIENTS,
        rings="above",
        periods=5,
        missing="missing",  # as for cache-cpu
        todo="See whether tasks open a connection a request instead of keeping a pool.",
    ),
    Alarm(
        word="cache-hit-rate",
        metric=HIT_RATE,
        rings="below",
        period=300,
        periods=6,  # an emptied cache has filled again
        missing="notBreaching",  # hardly any lookups
        todo="See whether keys are evicted or expire too soon, or a deployment changed their names.",
    ),
    Alarm(
        word="cache-lag",
        metric=LAG,
        rings="above",
        periods=5,
        missing="notBreaching",  # the primary has none, and any node may become that
        todo="See whether writes are unusually many; until it is over, a fail-over loses the last of them.",
    ),
    Alarm(
        word="function-errors",
        metric=FAILED_RUNS,
        rings="above",
        period=300,
        periods=1,
        missing="notBreaching",  # it did not run
        ends=False,  # the notifier itself would fail on that message, and ring again
        todo="Read the record of the failed run in the function's log: it says what it could not do.",
    ),
    Alarm(
        word="function-dead-letters",
        metric=DEAD_LETTERS,
        rings="above",
        period=300,
        periods=1,
        missing="notBreaching",  # a queue that nobody uses reports nothing
        todo="Every try failed: mend the reason, run the function with the event again, and purge the queue.",
    ),
    Alarm(
        word="unauthorized-calls",
        metric=REFUSED_CALLS,
        rings="above",
        period=300,
        periods=1,
        missing="notBreaching",  # nobody called anything
        todo="Find in the trail who was refused what: a changed role, or somebody who tries out a stolen key.",
    ),
    Alarm(
        word="sign-in-without-mfa",
        metric=PLAIN_SIGN_INS,
        rings="above",
        period=300,
        periods=1,
        missing="notBreaching",  # as for unauthorized-calls
        todo="Ask whoever it was, and take the user away: people come through the identity provider.",
    ),
    Alarm(
        word="trail-changed",
        metric=TRAIL_CHANGES,
        rings="above",
        period=300,
        periods=1,
        missing="notBreaching",  # as for unauthorized-calls
        todo="If no deployment did it, somebody covers tracks: switch the trail on again, then look at who it was.",
    ),
)

# The dashboard: four rows of the ledger's three charts; beside them what else has an alarm. The shared stack has the
# trail's row alone. Checked names and functions stand in the last row, beside the recent errors.

ROWS: Final[Sequence[Sequence[Chart]]] = (
    (
        Chart(title="Request Rate", stacked=True, lines=(Line(metric=REQUESTS, label="requests a minute"),)),
        Chart(
            title="Latency (p50/p99)",
            lines=(Line(metric=LATENCY_P50, label="p50, seconds"), Line(metric=LATENCY_P99, label="p99, seconds")),
        ),
        Chart(title="Error Rate (5xx)", lines=(Line(metric=ANSWERS_5XX, label="5xx a minute"),)),
        Chart(
            title="Client Errors and Error Lines",
            lines=(Line(metric=ANSWERS_4XX, label="4xx a minute"), Line(metric=LOG_ERRORS, label="log lines")),
        ),
    ),
    (
        Chart(title="ECS CPU Utilization", lines=(Line(metric=SERVICE_CPU, label="percent"),)),
        Chart(title="ECS Memory Usage", lines=(Line(metric=SERVICE_MEMORY, label="percent"),)),
        Chart(title="Running Tasks", view="singleValue", lines=(Line(metric=RUNNING, label="running"),)),
        Chart(
            title="Healthy and Unhealthy Tasks",
            lines=(Line(metric=HEALTHY, label="healthy"), Line(metric=UNHEALTHY, label="unhealthy")),
        ),
    ),
    (
        Chart(title="RDS Connections", lines=(Line(metric=CONNECTIONS, label="connections"),)),
        Chart(title="RDS CPU Utilization", lines=(Line(metric=DATABASE_CPU, label="percent"),)),
        Chart(title="RDS Storage", view="gauge", most="storage", lines=(Line(metric=STORAGE, label="free bytes"),)),
        Chart(
            title="RDS Latency and Free Memory",
            lines=(
                Line(metric=READ_LATENCY, label="read, seconds"),
                Line(metric=WRITE_LATENCY, label="write, seconds"),
                Line(metric=DATABASE_MEMORY, label="free memory, bytes", right=True),
            ),
        ),
    ),
    (
        Chart(
            title="Redis Hit/Miss Ratio",
            stacked=True,
            lines=(Line(metric=HITS, label="hits"), Line(metric=MISSES, label="misses")),
        ),
        Chart(title="Redis Memory Usage", lines=(Line(metric=CACHE_MEMORY, label="percent"),)),
        Chart(title="Redis Connections", view="singleValue", lines=(Line(metric=CLIENTS, label="clients"),)),
        Chart(
            title="Redis CPU and Replica Lag",
            lines=(
                Line(metric=CACHE_CPU, label="CPU, percent"),
                Line(metric=LAG, label="lag, seconds", right=True),
            ),
        ),
    ),
    (
        Chart(title="Refused Calls", lines=(Line(metric=REFUSED_CALLS, label="refused"),)),
        Chart(title="Sign-ins without MFA", lines=(Line(metric=PLAIN_SIGN_INS, label="sign-ins"),)),
        Chart(title="Changes of the Trail", lines=(Line(metric=TRAIL_CHANGES, label="changes"),)),
    ),
)
LAST_ROW: Final = (
    Chart(title="Public Names", lines=(Line(metric=CHECKED, label="percent of the checkers"),)),
    Chart(
        title="Functions",
        lines=(Line(metric=FAILED_RUNS, label="failed"), Line(metric=DEAD_LETTERS, label="dead letters")),
    ),
)


def watched(subjects: Sequence[Subject]) -> Iterator[tuple[Alarm, Subject]]:
    """Each alarm with each subject that has its metric."""
    for alarm in ALARMS:
        for subject in subjects:
            if subject.of == alarm.metric.of:
                yield alarm, subject


def joined(*words: str) -> str:
    """The words that are not empty: an alarm and its subject, where there are several."""
    return "-".join(word for word in words if word)
