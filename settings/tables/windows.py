"""Windows in which AWS works on a store: a daily one for backups, and a weekly one for maintenance."""

from settings.tables.table import minutes

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 24 * 60, 7 * 24 * 60
#: RDS's least for both, which must not meet (API reference of CreateDBInstance).
LEAST = 30


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
