"""What a stack file may say about alarms: thresholds, which there are, how grave each is, and alarms of its own."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.operations import Percent
from settings.tables.table import Complaint, Path, Period, Table, Word, repeated
from settings.words import choice


class ThresholdsTable(Table):
    """The thresholds of alarms, by the alarms' words in docs/runbooks/alarms.md; without one there is no alarm."""

    public_name: Percent = Field(default=50, description="percent of Route 53's checkers that a name answers well")
    load_balancer_latency: float = Field(default=2, gt=0, description="seconds, of the slowest hundredth (p99)")
    load_balancer_4xx: int = Field(default=100, ge=1, description="answers a minute")
    load_balancer_5xx: int = Field(default=10, ge=1, description="answers a minute")
    load_balancer_5xx_rate: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="percent of the requests, by the balancer and its targets; default: none",
    )
    load_balancer_requests: float | None = Field(
        default=None, gt=0, description="width of the band of what is usual, in standard deviations; default: none"
    )
    load_balancer_healthy: Percent = Field(default=100, description="percent of the tasks that always run")
    load_balancer_unhealthy: int = Field(default=0, ge=0, description="tasks")
    canary_5xx: int = Field(default=10, ge=1, description="answers a minute of a service that deploys by canary")
    canary_latency: float = Field(default=2, gt=0, description="seconds, of its slowest hundredth (p99)")
    canary_unhealthy: int = Field(default=0, ge=0, description="tasks of it")
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
    # Without transactions on the source, PostgreSQL's lag goes up to five minutes (RDS, "Monitoring read replication").
    database_lag: float = Field(default=600, gt=0, description="seconds that a replica is behind")
    cache_cpu: Percent = Field(default=80, description="percent of a node")
    cache_memory: Percent = Field(default=80, description="percent of a node")
    cache_connections: int = Field(default=1000, ge=1, description="clients of a node")
    cache_hit_rate: Percent = Field(default=80, description="percent of the lookups that a node answers")
    cache_evictions: int | None = Field(
        default=None, ge=0, description="keys that a node drops for want of memory; default: none"
    )
    cache_lag: float = Field(default=1, gt=0, description="seconds that a replica is behind")
    files_io: Percent = Field(default=95, description="percent of the I/O that a file system can do")
    replication_failures: int = Field(
        default=0, ge=0, description="objects in five minutes of which a bucket's copy failed"
    )
    certificate_days: int | None = Field(
        default=None, ge=1, le=45, description="days until a certificate ends; default: none"
    )
    imported_certificate_days: int = Field(
        default=30, ge=1, le=365, description="days until a certificate ends that was imported, and that nobody renews"
    )
    function_errors: int = Field(default=0, ge=0, description="failed runs in five minutes")
    function_dead_letters: int = Field(default=0, ge=0, description="events that failed at every try")
    rule_failures: int = Field(default=0, ge=0, description="events in five minutes that a rule could not deliver")
    topic_failures: int = Field(default=0, ge=0, description="alerts in five minutes that a subscriber did not get")
    unauthorized_calls: int = Field(default=10, ge=0, description="refused calls in the account in five minutes")
    sign_in_without_mfa: int = Field(default=0, ge=0, description="sign-ins with a password alone in five minutes")
    trail_changed: int = Field(default=0, ge=0, description="changes of a trail in five minutes")


#: The words of the built-in alarms.
BUILT_IN: Final = tuple(name.replace("_", "-") for name in ThresholdsTable.model_fields)
#: Those that bring the old version of a service back while a new one takes over by canary.
CANARY_ALARMS: Final = ("canary-5xx", "canary-latency", "canary-unhealthy")
#: Those whose threshold may be a part of what there is.
SHARES: Final = ("database-storage",)
ServiceWord = Literal["service-cpu", "service-memory", "service-tasks", "service-errors"]


AlarmWord = Annotated[str, Field(json_schema_extra={"enum": [*BUILT_IN]})]
Minutes = Annotated[int, Field(ge=1, le=1440)]


class AdjustedTable(Table):
    """What differs of a built-in alarm beside its threshold."""

    severity: Word | None = Field(
        default=None, description="one of the alerts' severities; default: critical in an incident, else warning"
    )
    minutes: Minutes | None = Field(default=None, description="how long before it goes off")
    period: Period | None = Field(
        default=None, description="seconds that one value is of; default: the alarm's own, or a minute"
    )
    percent: Annotated[int, Field(ge=1, le=99)] | None = Field(
        default=None, description="of the disk, in place of the threshold"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from whole(self.minutes, self.period)


def whole(minutes: int | None, period: int | None) -> Iterator[Complaint]:
    """An alarm looks at whole periods."""
    if minutes is not None and period is not None and minutes * 60 % period:
        yield Complaint(("period",), f"{minutes} minutes are no whole number of periods; use {minutes * 60} or 60")
    if minutes is None and period is not None:
        yield Complaint(("period",), "nothing says how many periods; add minutes")


class OwnAlarmTable(Table):
    """An alarm on a row of `metrics`. Its word is a heading in docs/runbooks/alarms.md."""

    metric: Word = Field(description="a row of `metrics`")
    above: float | None = Field(default=None, description="it goes off above this")
    below: float | None = Field(default=None, description="it goes off below this")
    band: float | None = Field(
        default=None, gt=0, description="it goes off outside what is usual, so many standard deviations wide"
    )
    minutes: Minutes = Field(default=5, description="how long before it goes off")
    period: Period = Field(
        default=60, description="seconds that one value is of: for a sum of an hour 3600, with minutes: 60"
    )
    missing: Literal["breaching", "notBreaching", "missing"] = Field(
        default="notBreaching", description="what a period without data counts as"
    )
    severity: Word | None = Field(
        default=None, description="one of the alerts' severities; default: the one that warnings are"
    )
    todo: str = Field(min_length=40, max_length=700, description="what to do first")

    def complaints(self) -> Iterator[Complaint]:
        given = [word for word in ("above", "below", "band") if getattr(self, word) is not None]
        if len(given) != 1:
            yield Complaint(tuple(given[1:2]), "an alarm has one threshold; use one of above, below and band")
        yield from whole(self.minutes, self.period)


class AlarmsTable(ThresholdsTable):
    """Which alarms there are, and when they go off: thresholds by the words in docs/runbooks/alarms.md."""

    off: tuple[AlarmWord, ...] = Field(default=(), description="built-in alarms that the stack does not have")
    adjusted: dict[AlarmWord, AdjustedTable] = Field(default={}, description="built-in alarms that differ otherwise")
    own: dict[Word, OwnAlarmTable] = Field(default={}, description="alarms on rows of `metrics`")
    incidents: bool = Field(
        default=True, description="alarms of one fault call people once; false: each calls them by itself"
    )
    tag: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="the tag of each alarm that says its severity; default: none", examples=["severity"]
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("off",), self.off)
        named: dict[Path, str] = {("off", index): word for index, word in enumerate(self.off)}
        named |= {("adjusted", word): word for word in self.adjusted}
        for path, word in named.items():
            if word not in BUILT_IN:
                yield Complaint(path, f"there is no alarm {word!r}; {choice(word, BUILT_IN)}")
        for word, row in self.adjusted.items():
            if word in self.off:
                yield Complaint(("adjusted", word), "it is off; remove this, or take it out of off")
            if row.percent is not None and word not in SHARES:
                message = f"there is no whole that it could be a part of; {choice(word, SHARES)}, or remove this"
                yield Complaint(("adjusted", word, "percent"), message)
        for word in self.own:
            if word in BUILT_IN:
                yield Complaint(("own", word), "a built-in alarm has this word; use another")


class ServiceAlarmsTable(Table):
    """Where a service's own thresholds differ from those in `alarms`, by the same words."""

    service_cpu: Percent | None = Field(default=None, description="percent")
    service_memory: Percent | None = Field(default=None, description="percent")
    service_tasks: Percent | None = Field(default=None, description="percent of the tasks that always run")
    service_errors: int | None = Field(default=None, ge=1, description="log lines with ERROR a minute")

    off: tuple[ServiceWord, ...] = Field(default=(), description="alarms that this service does not have")

    @property
    def thresholds(self) -> dict[str, float]:
        """Those that differ, by the alarms' words."""
        return self.model_dump(by_alias=True, exclude_none=True, exclude={"off"})
