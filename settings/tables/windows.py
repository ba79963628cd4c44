"""Windows in which AWS works on a store: a daily one for backups, and a weekly one for maintenance."""

from collections.abc import Iterator
from typing import Final

from settings.tables.table import Complaint, minutes

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 24 * 60, 7 * 24 * 60
#: The least minutes of both windows, which must not meet: API reference of CreateDBInstance, and of
#: CreateReplicationGroup; hashicorp/terraform#17247 and terraform-provider-aws#2153 quote what ElastiCache answers.
LEAST: Final = {"RDS": 30, "ElastiCache": 60}


def complaints(service: str, word: str, daily: str, weekly: str) -> Iterator[Complaint]:
    """What a service refuses of a store's two windows; `word` is the daily one's in the stack file."""
    for each, window in ((word, daily), ("maintenance-window", weekly)):
        if length(window) < LEAST[service]:
            message = f"{service} wants {LEAST[service]} minutes or more, not {length(window)}"
            yield Complaint((each,), message)
    if meet(daily, weekly):
        message = f"{service} makes its backups then ({daily}); use another time, such as "
        yield Complaint(("maintenance-window",), message + after(daily, weekly))


def length(window: str) -> int:
    """Minutes of a window such as 03:00-04:00 or sun:04:30-sun:05:30; it may go over midnight."""
    begin, end = map(_minute, window.split("-"))
    return (end - begin) % (WEEK if ":" in window[3:4] else DAY)


def meet(daily: str, weekly: str) -> bool:
    """Whether a weekly window has a minute in common with a daily one."""
    return not _times(daily).isdisjoint(_times(weekly))


def after(daily: str, weekly: str) -> str:
    """The hour after a daily window on the day of a weekly one, and half an hour later: 04:30 after 03:00-04:00."""
    end = _minute(daily.partition("-")[2])
    day = DAYS.index(weekly[:3])
    begins = [day * DAY + end + later for later in (30, 90)]
    return "-".join(f"{DAYS[at // DAY % 7]}:{at // 60 % 24:02}:{at % 60:02}" for at in begins)


def _minute(time: str) -> int:
    """The minute of the week, or of the day where no day is said."""
    day = DAYS.index(time[:3]) * DAY if time[:3] in DAYS else 0
    return day + minutes(time[-5:])


def _times(window: str) -> set[int]:
    begin = _minute(window.partition("-")[0])
    return {(begin + minute) % DAY for minute in range(length(window))}
