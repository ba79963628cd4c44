"""What a stack file may say about alerts, alarms, working hours and the budget."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.data import DatabaseTable
from settings.tables.table import Complaint, SecretPath, Table, Time, minutes, repeated

Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", examples=["oncall@example.com"])]
Percent = Annotated[int, Field(ge=1, le=100)]

#: What stands in a stack file until somebody has an integration. Every other URL of PagerDuty's is a secret.
PLACEHOLDER: Final = "your-integration-key"
#: How urgent an alert is; each has a topic of its own.
Severity = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")


class SlackTable(Table):
    """The channel in Slack that alerts go to."""

    webhook: SecretPath = Field(description="path of the secret that holds the URL of Slack's incoming webhook")
    severities: tuple[Severity, ...] = Field(
        default=SEVERITIES, min_length=1, description="what is posted; every alert fails until the URL is written"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("severities",), self.severities)


class AlertsTable(Table):
    """Whom alerts notify: critical needs somebody now, warning the same day, info is for the record."""

    critical: tuple[Email, ...] = Field(min_length=1, description="e-mail addresses")
    warning: tuple[Email, ...] = Field(min_length=1, description="e-mail addresses")
    info: tuple[Email, ...] = Field(default=(), description="e-mail addresses")
    pagerduty: str | None = Field(
        default=None,
        pattern=r"^(config|https://events\.(eu\.)?pagerduty\.com/integration/[A-Za-z0-9-]+/enqueue)$",
        examples=["config"],
        description="PagerDuty's integration URL, for critical alerts; config: it comes from `pulumi config set "
        f"--secret secret:pagerduty`, since whoever has it can page; until there is one, with {PLACEHOLDER}",
    )

    slack: SlackTable | None = None

    def emails(self, severity: Severity) -> tuple[str, ...]:
        """Who gets the alerts of a severity by e-mail."""
        found: dict[Severity, tuple[str, ...]] = {
            "critical": self.critical,
            "warning": self.warning,
            "info": self.info,
        }
        return found[severity]

    def complaints(self) -> Iterator[Complaint]:
        for severity in SEVERITIES:
            yield from repeated((severity,), self.emails(severity))
        if self.pagerduty not in (None, "config") and PLACEHOLDER not in self.pagerduty:
            message = "whoever has this URL can page; use config, give the URL with "
            message += "`pulumi config set --secret secret:pagerduty`, and renew it where this file was committed"
            yield Complaint(("pagerduty",), message)


class MetricTable(Table):
    """A metric in CloudWatch, of AWS or of an application; which scaling can follow."""

    namespace: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/#:-]*$", max_length=255, examples=["Shop/Orders", "AWS/SQS"]
    )
    name: str = Field(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=255, examples=["QueueDepth"])
    dimensions: dict[Annotated[str, Field(min_length=1, max_length=255)], Annotated[str, Field(min_length=1)]] = Field(
        default={}, max_length=30, description="all of them: CloudWatch takes fewer for another metric"
    )
    stat: Literal["Average", "Maximum", "Minimum", "Sum", "SampleCount"] = Field(
        default="Average", description="how the values of a minute become one"
    )


class AlarmsTable(Table):
    """The thresholds of alarms, by the alarms' words in docs/runbooks/alarms.md."""

    public_name: Percent = Field(default=50, description="percent of Route 53's checkers that a name answers well")
    load_balancer_latency: float = Field(default=2, gt=0, description="seconds, of the slowest hundredth (p99)")
    load_balancer_4xx: int = Field(default=100, ge=1, description="answers a minute")
    load_balancer_5xx: int = Field(default=10, ge=1, description="answers a minute")
    load_balancer_healthy: Percent = Field(default=100, description="percent of the tasks that always run")
    load_balancer_unhealthy: int = Field(default=0, ge=0, description="tasks")
    service_cpu: Percent = Field(default=80, description="percent")
    service_memory: Percent = Field(default=85, description="percent")
    service_tasks: Percent = Field(default=100, description="percent of the tasks that always run")
    service_errors: int = Field(default=10, ge=1, description="log lines with ERROR a minute")
    database_cpu: Percent = Field(default=80, description="percent")
    database_connections: Percent = Field(default=80, description="percent of max_connections")
    database_storage: float = Field(default=5, gt=0, description="free GB")
    database_read_latency: float = Field(default=20, gt=0, description="milliseconds")
    database_write_latency: float = Field(default=20, gt=0, description="milliseconds")
    database_memory: int = Field(default=500, ge=1, description="free MB")
    cache_cpu: Percent = Field(default=80, description="percent of a node")
    cache_memory: Percent = Field(default=80, description="percent of a node")
    cache_connections: int = Field(default=1000, ge=1, description="clients of a node")
    cache_hit_rate: Percent = Field(default=80, description="percent of the lookups that a node answers")
    cache_lag: float = Field(default=1, gt=0, description="seconds that a replica is behind")
    function_errors: int = Field(default=0, ge=0, description="failed runs in five minutes")
    function_dead_letters: int = Field(default=0, ge=0, description="events that failed at every try")
    rule_failures: int = Field(default=0, ge=0, description="events in five minutes that a rule could not deliver")
    topic_failures: int = Field(default=0, ge=0, description="alerts in five minutes that a subscriber did not get")
    unauthorized_calls: int = Field(default=10, ge=0, description="refused calls in the account in five minutes")
    sign_in_without_mfa: int = Field(default=0, ge=0, description="sign-ins with a password alone in five minutes")
    trail_changed: int = Field(default=0, ge=0, description="changes of a trail in five minutes")


class ServiceAlarmsTable(Table):
    """Where a service's own thresholds differ from those in `alarms`, by the same words."""

    service_cpu: Percent | None = Field(default=None, description="percent")
    service_memory: Percent | None = Field(default=None, description="percent")
    service_tasks: Percent | None = Field(default=None, description="percent of the tasks that always run")
    service_errors: int | None = Field(default=None, ge=1, description="log lines with ERROR a minute")

    @property
    def thresholds(self) -> dict[str, float]:
        """Those that differ, by the alarms' words."""
        return self.model_dump(by_alias=True, exclude_none=True)


DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class HoursTable(Table):
    """When the environment runs: Monday to Friday between two times. At other times its alarms are muted."""

    start: Time
    stop: Time
    offset: int = Field(
        ge=-12, le=14, description="hours that these times are ahead of UTC, summer and winter; -5 is EST"
    )
    settle: int = Field(default=30, ge=0, le=180, description="minutes after the start until its alarms count")

    @property
    def minutes(self) -> int:
        """How long it runs in a day."""
        return minutes(self.stop) - minutes(self.start)

    def utc(self, time: str, first: str, last: str) -> tuple[int, int, str]:
        """Minute, hour and days in UTC of a time on some days here: schedules of AWS are in UTC."""
        day, minute = divmod(minutes(time) - 60 * self.offset, 24 * 60)
        first, last = (DAYS[(DAYS.index(word) + day) % 7] for word in (first, last))
        return minute % 60, minute // 60, first if first == last else f"{first}-{last}"

    def complaints(self) -> Iterator[Complaint]:
        if self.minutes <= 0:
            yield Complaint(("stop",), f"it would stop before it starts; use a time after {self.start}")
        elif self.settle >= self.minutes:
            yield Complaint(("settle",), f"its alarms would never count; use less than {self.minutes}")


class BudgetTable(Table):
    """What the environment may cost a month, and when somebody is told."""

    monthly: int = Field(ge=1, description="US dollars")
    alerts: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(
        default=(80, 100), min_length=1, max_length=4, description="percent of the budget at which a warning is sent"
    )
    forecast: bool = Field(default=True, description="warn as well when AWS forecasts more than the whole budget")
    counts: Literal["environment", "account"] = Field(
        default="environment",
        description="environment: what carries its tag, once Environment is a cost allocation tag; account: all of it",
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("alerts",), self.alerts)


class AnomaliesTable(Table):
    """When AWS Cost Anomaly Detection reports unusual costs."""

    above: int = Field(ge=1, description="US dollars more than expected, of any one service")


class CostsTable(Table):
    """What watches the account's costs; an account has it once."""

    anomalies: AnomaliesTable
    tags: tuple[Annotated[str, Field(min_length=1, max_length=128)], ...] = Field(
        default=(),
        description="tags that costs are broken down by; AWS refuses one that has not yet appeared on a bill, so name "
        "them a day after the first deployment",
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("tags",), self.tags)


#: MB of memory of RDS's burstable classes, by size. All others have more than 4 GB (RDS, instance class types).
MEMORY: Final = {"micro": 1024, "small": 2048, "medium": 4096}


def memory(database: DatabaseTable) -> int | None:
    """MB of memory of a database's class, where it is a small one."""
    return MEMORY.get(database.instance_class.rpartition(".")[2])


def connections(database: DatabaseTable) -> int | None:
    """How many connections a database accepts: the parameter, or the engine's default on RDS, if either is known."""
    given = database.parameters.get("max_connections")
    if given is not None:
        return int(given) if given.isdigit() else None
    size = memory(database)
    return size * 2**20 // database.of.bytes_a_connection if size else None
