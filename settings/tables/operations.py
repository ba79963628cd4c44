"""What a stack file may say about alerts, metrics, working hours and the budget."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.data import DatabaseTable
from settings.tables.table import Complaint, Path, SecretPath, Table, Time, Word, minutes, repeated
from settings.words import choice

Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", examples=["oncall@example.com"])]
Percent = Annotated[int, Field(ge=1, le=100)]

#: What stands in a stack file until somebody has an integration. Every other URL of PagerDuty's is a secret.
PLACEHOLDER: Final = "your-integration-key"
#: How urgent an alert is to what sends it; a stack file may call the severities otherwise.
Severity = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
PagerUrl = Annotated[
    str,
    Field(
        pattern=r"^(config|https://events\.(eu\.)?pagerduty\.com/integration/[A-Za-z0-9-]+/enqueue)$",
        examples=["config"],
    ),
]
Phone = Annotated[str, Field(pattern=r"^\+[1-9]\d{7,14}$", examples=["+15555550100"])]


class SlackTable(Table):
    """The channel in Slack that alerts go to."""

    webhook: SecretPath = Field(description="path of the secret that holds the URL of Slack's incoming webhook")
    severities: tuple[Severity, ...] = Field(
        default=SEVERITIES, min_length=1, description="what is posted; every alert fails until the URL is written"
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("severities",), self.severities)


class ChatTable(Table):
    """A channel in Slack that Amazon Q Developer in chat applications (once AWS Chatbot) posts to."""

    workspace: str = Field(pattern=r"^[0-9A-Z]{1,255}$", description="id of the workspace", examples=["T0123456789"])
    channel: str = Field(pattern=r"^[A-Za-z0-9]{1,255}$", description="id of the channel", examples=["C0123456789"])


class SeverityTable(Table):
    """Whom alerts of a severity notify. One that notifies nobody has no topic: its alarms show on boards alone."""

    email: tuple[Email, ...] = Field(default=(), description="e-mail addresses")
    sms: tuple[Phone, ...] = Field(default=(), description="telephone numbers that get a text message")
    pagerduty: PagerUrl | None = Field(
        default=None, description="PagerDuty's integration URL; config: from `pulumi config set --secret`"
    )
    chat: ChatTable | None = Field(
        default=None, description="Slack, through AWS's own client; somebody authorizes the workspace first"
    )
    also: tuple[Word, ...] = Field(default=(), description="other severities that its alarms notify as well")

    @property
    def notifies(self) -> bool:
        """Whether it has a topic."""
        return bool(self.email or self.sms or self.pagerduty or self.chat)

    def complaints(self) -> Iterator[Complaint]:
        for word in ("email", "sms", "also"):
            yield from repeated((word,), getattr(self, word))
        yield from _published(self.pagerduty)


class GradesTable(Table):
    """What the stack's severities are called that built-in alarms, findings, budgets and reports have."""

    critical: Word = Field(default="critical", description="somebody is needed now")
    warning: Word = Field(default="warning", description="somebody is needed the same day")
    info: Word = Field(default="info", description="for the record: that an alarm is over, a weekly report")


class AlertsTable(Table):
    """Whom alerts notify: critical needs somebody now, warning the same day, info is for the record."""

    critical: tuple[Email, ...] | None = Field(default=None, min_length=1, description="e-mail addresses")
    warning: tuple[Email, ...] | None = Field(default=None, min_length=1, description="e-mail addresses")
    info: tuple[Email, ...] = Field(default=(), description="e-mail addresses")
    pagerduty: PagerUrl | None = Field(
        default=None,
        description="PagerDuty's integration URL, for critical alerts; config: it comes from `pulumi config set "
        f"--secret secret:pagerduty`, since whoever has it can page; until there is one, with {PLACEHOLDER}",
    )
    slack: SlackTable | None = None
    severities: dict[Word, SeverityTable] = Field(
        default={}, description="other severities, in place of critical, warning and info"
    )
    grades: GradesTable = GradesTable()

    @property
    def rows(self) -> Mapping[str, SeverityTable]:
        """Every severity, whether or not it notifies somebody."""
        if self.severities:
            return self.severities
        made = SeverityTable.model_construct  # this table checks what it hands on
        return {
            "critical": made(email=self.critical or (), pagerduty=self.pagerduty),
            "warning": made(email=self.warning or ()),
            "info": made(email=self.info),
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """The severities that have a topic; of its own three words each has one, which Slack may follow."""
        return tuple(word for word, row in self.rows.items() if row.notifies or not self.severities)

    def grade(self, word: Severity) -> str:
        """What the stack calls a severity of whatever is built in."""
        return getattr(self.grades, word)

    def route(self, severity: str) -> tuple[str, ...]:
        """The severities whose topics an alarm of this one notifies."""
        return tuple(word for word in (severity, *self.rows[severity].also) if word in self.topics)

    @property
    def pagers(self) -> dict[str, Path]:
        """The severities that page, and where the URL stands."""
        if self.severities:
            return {word: ("severities", word, "pagerduty") for word, row in self.rows.items() if row.pagerduty}
        return {"critical": ("pagerduty",)} if self.pagerduty else {}

    def complaints(self) -> Iterator[Complaint]:
        yield from self._own() if self.severities else self._three()

    def _three(self) -> Iterator[Complaint]:
        for severity in SEVERITIES:
            yield from repeated((severity,), self.rows[severity].email)
            if severity != "info" and not self.rows[severity].email:
                yield Complaint((severity,), "nobody would be told; add e-mail addresses, or severities")
        yield from _published(self.pagerduty)
        for grade, word in self.grades.model_dump().items():
            if grade != word:
                yield Complaint(("grades", grade), "there are no other severities; remove this, or add severities")

    def _own(self) -> Iterator[Complaint]:
        for word in ("critical", "warning", "info", "pagerduty"):
            if getattr(self, word):
                yield Complaint((word,), "the table severities says whom alerts notify; write this there")
        for word, row in self.severities.items():
            for index, other in enumerate(row.also):
                if other not in self.topics or other == word:
                    there = [each for each in self.topics if each != word]
                    path = ("severities", word, "also", index)
                    yield Complaint(path, f"no other severity {other!r} notifies anybody; {choice(other, there)}")
        for grade, word in self.grades.model_dump().items():
            if word not in self.severities or not self.route(word):
                message = f"no severity {word!r} notifies anybody; {choice(word, self.topics)}"
                yield Complaint(("grades", grade), message)


def _published(url: str | None) -> Iterator[Complaint]:
    """A complaint of a URL that stands in the file for everybody to read."""
    if url not in (None, "config") and PLACEHOLDER not in url:
        message = "whoever has this URL can page; use config, give the URL with "
        message += "`pulumi config set --secret secret:pagerduty`, and renew it where this file was committed"
        yield Complaint(("pagerduty",), message)


#: The logs of a stack whose lines a metric may count.
CountedLog = Literal["trail", "flow-logs"]


class CountedTable(Table):
    """What a metric counts: the lines of a log of this stack that a pattern of CloudWatch Logs takes."""

    log: CountedLog = Field(description="trail: of audit.trail; flow-logs: of network.flow-logs")
    pattern: str = Field(min_length=1, max_length=1024, examples=['{ $.eventName = "ConsoleLogin" }'])


class MetricTable(Table):
    """A metric in CloudWatch, of AWS, of an application or of a log's lines; which scaling can follow."""

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
    counts: CountedTable | None = Field(default=None, description="default: somebody else reports it")

    def complaints(self) -> Iterator[Complaint]:
        if self.counts and self.dimensions:
            yield Complaint(("dimensions",), "what is counted in a log has none here; remove them")
        if self.counts and self.namespace.startswith("AWS/"):
            yield Complaint(("namespace",), "AWS keeps AWS/ for its own metrics; use another")


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


#: How many a budget may have (AWS Budgets, API reference, Notification).
NOTIFICATIONS: Final = 5


class BudgetTable(Table):
    """What the environment may cost a month, and when somebody is told."""

    monthly: int = Field(ge=1, description="US dollars")
    alerts: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(
        default=(80, 100), max_length=4, description="percent of the budget at which a warning is sent"
    )
    at: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="US dollars of the month at which a warning is sent, whatever the budget"
    )
    forecast: bool = Field(default=True, description="warn as well when AWS forecasts more than the whole budget")
    counts: Literal["environment", "account"] = Field(
        default="environment",
        description="environment: what carries its tag, once Environment is a cost allocation tag; account: all of it",
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("alerts",), self.alerts)
        yield from repeated(("at",), self.at)
        count = len(self.alerts) + len(self.at) + self.forecast
        if not count:
            yield Complaint((), "nobody would ever be warned; use alerts, at or forecast")
        if count > NOTIFICATIONS:
            field = "at" if self.at else "alerts"
            yield Complaint(
                (field,), f"AWS allows {NOTIFICATIONS} warnings a budget, and these are {count}; remove some"
            )


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
        return int(given) if given.isdecimal() else None
    size = memory(database)
    return size * 2**20 // database.of.bytes_a_connection if size else None
