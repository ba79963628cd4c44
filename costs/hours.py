"""How much of a month things run: what rules stop in the evening, and how many tasks schedules let run."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from costs.prices import HOURS
from preview.lookup import of
from preview.recording import RecordedResource, Recording

WEEK: Final = 7 * 24 * 60  #: minutes
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: The forms that say the same each week; of others nobody counts the hours.
WEEKLY: Final = re.compile(r"cron\((\d+) (\d+) (?:\?|\*) \* (\?|\*|[A-Z,-]+) \*\)")


def moments(schedule: str) -> list[int]:
    """The minutes of a week, from Sunday's first, at which a schedule acts; none if it does not repeat each week."""
    found = WEEKLY.fullmatch(schedule)
    try:
        return sorted(1440 * day + 60 * int(found[2]) + int(found[1]) for day in _days(found[3])) if found else []
    except ValueError:  # a day that there is not
        return []


def _days(field: str) -> Iterator[int]:
    """The days of a field such as `MON-FRI`, `SUN-THU` or `SAT,SUN`; ranges may go over the week's end."""
    if field in ("*", "?"):
        yield from range(7)
        return
    for part in field.split(","):
        first, _, last = part.partition("-")
        start = DAYS.index(first)
        yield from ((start + n) % 7 for n in range((DAYS.index(last or first) - start) % 7 + 1))


def _lasting(moments: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each moment with the minutes until the next one."""
    ordered = sorted(moments)
    for here, after in zip(ordered, [*ordered[1:], ordered[0] + WEEK] if ordered else [], strict=True):
        yield here, after - here


def running(stack: Recording) -> float:
    """The hours of a month for which it runs: all of them, unless rules stop it in the evening (UTC, by weekday)."""
    times = {each.name.rpartition("-")[2]: str(each.inputs.get("scheduleExpression"))
             for each in of(stack, "cloudwatch.EventRule") if re.search("-(up|down)$", each.name)}  # fmt: skip
    up, down = (moments(times.get(word, "")) for word in ("up", "down"))
    if not up or not down:
        return HOURS  # by rules of another form: all of them is the most that it may be
    on = sum(lasting for start, lasting in _lasting({*up, *down}) if start in up)
    return round(HOURS * on / WEEK, 2)


class TaskCounts(NamedTuple):
    """How many tasks a service has."""

    least: float
    most: float
    usual: float  #: the least, on average over a week where schedules change it


def scheduled(stack: Recording, target: RecordedResource) -> TaskCounts:
    """The counts that scaling may choose from. Where a schedule is not the same each week, its highest counts."""
    least, most = float(target["minCapacity"]), float(target["maxCapacity"])
    rows = [each for each in of(stack, "appautoscaling.ScheduledAction")
            if each.inputs.get("resourceId") == target["resourceId"]]  # fmt: skip
    if not rows:
        return TaskCounts(least, most, least)
    bounds: list[Any] = [each["scalableTargetAction"] for each in rows]
    most = max(most, *(float(each.get("maxCapacity") or 0) for each in bounds))
    lows = [float(each.get("minCapacity") or 0) for each in bounds]
    at = {moment: low for each, low in zip(rows, lows, strict=True) for moment in moments(str(each["schedule"]))}
    alike = len({each.inputs.get("timezone") for each in rows}) == 1
    if not alike or not all(moments(str(each["schedule"])) for each in rows):
        return TaskCounts(min(least, *lows), most, max(least, *lows))
    return TaskCounts(min(lows), most, round(sum(at[start] * lasting for start, lasting in _lasting(at)) / WEEK, 2))
