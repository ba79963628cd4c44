"""What a stack file may say about how many tasks of a service run, and on which capacity."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import Field

from settings.tables.table import Complaint, Table, Word
from settings.words import choice

#: The service's own metrics, that steps may name beside the rows of `metrics`.
OWN_METRICS: Final = ("cpu", "memory")
#: Built-in alarms on a service that may add tasks, by their words in docs/runbooks/alarms.md.
SERVICE_ALARMS: Final = ("service-cpu", "service-memory")
_NUMBERS, _NAMES = r"[0-9*,/-]+", r"[0-9A-Z*,/-]+"
#: Minutes, hours, day of the month, month, day of the week, year.
CRON: Final = rf"^{_NUMBERS} {_NUMBERS} [0-9*?,/LW-]+ {_NAMES} [0-9A-Z*?,/#-]+ {_NUMBERS}$"


class MixTable(Table):
    """How tasks are divided between on-demand and spare capacity."""

    base: int = Field(default=0, ge=0, le=1000, description="tasks that run on demand before any runs on spot")
    on_demand: int = Field(default=1, ge=0, le=1000, description="weight of on demand among the tasks above base")
    spot: int = Field(
        ge=0,
        le=1000,
        description="weight of spot among them; 0 leads back from spot: on-demand alone replaces the service",
    )

    def complaints(self) -> Iterator[Complaint]:
        if not self.on_demand and not self.spot:
            yield Complaint(("spot",), "one of the weights must be more than 0; use spot: 1 or on-demand: 1")


class StepTable(Table):
    """An alarm above, or below, which tasks are added, or taken away."""

    metric: Word = Field(description="cpu or memory of the service in percent, or a row of `metrics`")
    up: float | None = Field(default=None, description="above it there are more tasks")
    down: float | None = Field(default=None, description="below it there are fewer")
    by: int = Field(default=1, ge=1, le=100, description="tasks more or fewer each time")
    up_minutes: int = Field(default=3, ge=1, le=1440, description="minutes above `up` before tasks are added")
    down_minutes: int = Field(default=15, ge=1, le=1440, description="minutes below `down` before tasks go")

    def complaints(self) -> Iterator[Complaint]:
        if self.up is None and self.down is None:
            yield Complaint((), "a step goes up or down; use up, down or both")
        if self.up is not None and self.down is not None and self.down >= self.up:
            yield Complaint(("down",), f"tasks would come and go for ever; use less than up {self.up:g}")


def _days(cron: str) -> tuple[str, str]:
    fields = cron.split(" ")
    return fields[2], fields[4]


class ScheduleTable(Table):
    """Other bounds from a time on, until another row's time."""

    cron: Annotated[str, Field(pattern=CRON, examples=["0 7 ? * MON-FRI *"])] = Field(
        description="minutes, hours, day of the month, month, day of the week, year; ? for the day that is not meant"
    )
    zone: str = Field(
        default="UTC", description="time zone of IANA, with its summer time", examples=["Europe/Berlin", "UTC"]
    )
    min: int | None = Field(default=None, ge=0, description="default: the count's own min")
    max: int | None = Field(default=None, ge=1, description="default: the count's own max")

    def complaints(self) -> Iterator[Complaint]:
        if _days(self.cron).count("?") != 1:
            message = f"{self.cron!r} must have ? for one of the two days; use one such as 0 7 ? * MON-FRI *"
            yield Complaint(("cron",), message)
        if self.zone != "UTC" and self.zone not in (zones := _zones()):
            yield Complaint(("zone",), f"there is no time zone {self.zone!r}; {_zone(self.zone, zones)}")
        if self.min is None and self.max is None:
            yield Complaint((), "it would change nothing; use min, max or both")


@cache
def _zones() -> list[str]:
    """All that this machine knows. Each call of `available_timezones` opens hundreds of files."""
    return sorted(available_timezones())


def _zone(word: str, zones: list[str]) -> str:
    """The nearest, or two that everybody knows: there are hundreds."""
    advice = choice(word, zones)
    return advice if advice.startswith("did") else "use one such as Europe/Berlin or UTC"


class CountTable(Table):
    """How many tasks run, and what makes their number change. Without max it never changes."""

    min: int = Field(default=1, ge=0, description="tasks that always run, and the number at the first deployment")
    max: int | None = Field(default=None, ge=1, description="default: none, there are always min")
    cpu: int | None = Field(default=None, ge=10, le=90, description="average CPU to aim at, percent")
    memory: int | None = Field(default=None, ge=10, le=90, description="average memory to aim at, percent")
    requests: int | None = Field(default=None, ge=1, description="requests a minute and task to aim at")
    steps: dict[Word, StepTable] = Field(default={}, description="alarms that add or take away tasks")
    alarms: dict[Word, Annotated[int, Field(ge=1, le=100)]] = Field(
        default={},
        description="alarms that also add tasks, and how many: service-cpu, service-memory, or a row of alarms.own",
    )
    schedule: dict[Word, ScheduleTable] = Field(
        default={},
        description="bounds by the time of day; min and max hold until the first row's time",
    )
    wait_out: int = Field(default=60, ge=0, le=3600, description="seconds after scaling out before the next time")
    wait_in: int = Field(default=300, ge=0, le=3600, description="seconds after scaling in before the next time")

    @property
    def least(self) -> int:
        """Tasks that run at any time, whatever the schedule says."""
        return min([self.min, *(row.min for row in self.schedule.values() if row.min is not None)])

    def complaints(self) -> Iterator[Complaint]:
        aims = [self.cpu, self.memory, self.requests]
        reasons = [*(aim for aim in aims if aim is not None), *self.steps, *self.alarms, *self.schedule]
        if self.max is None:
            if reasons:
                message = f"scaling needs room above min {self.min}; add max: {self.min + 1} or more"
                yield Complaint((), message)
            return
        if self.max <= self.min:
            yield Complaint(("max",), f"scaling needs room above min {self.min}; use {self.min + 1} or more")
        if not reasons:
            yield Complaint((), "nothing says when to scale; use cpu, memory, requests, steps or schedule")
        elif not self._shrinks():
            message = "nothing says when tasks may go again; use cpu, memory or requests, or down in one of the steps"
            yield Complaint((), message)
        yield from self._bounds(self.max)

    def _shrinks(self) -> bool:
        aimed = not (self.cpu is None and self.memory is None and self.requests is None)
        return aimed or bool(self.schedule) or any(step.down is not None for step in self.steps.values())

    def _bounds(self, most: int) -> Iterator[Complaint]:
        """A row's bounds, with the count's own where it names none."""
        for word, row in self.schedule.items():
            least, upper = self.min if row.min is None else row.min, row.max or most
            if least > upper:
                side = "min" if row.min is not None else "max"
                message = f"min {least} is above max {upper} from then on; use {upper} or less, or raise max"
                lower = f"min {least} is above max {upper} from then on; use {least} or more, or lower min"
                yield Complaint(("schedule", word, side), message if side == "min" else lower)
