"""How much of a month things run: what is stopped in the evening, and tasks by the clock."""

from dataclasses import replace

import pytest

from costs.estimate import estimate
from costs.hours import moments, running
from costs.kinds import task_counts
from preview.recording import RecordedResource
from tests.commands.test_estimate import lines_of, made, service
from tests.stack_files import changed
from tests.stacks import recorded


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"start": "08:00", "stop": "20:00", "offset": -5}, 260.71),
        ({"start": "08:00", "stop": "20:00", "offset": 10}, 260.71),  # it starts on Sunday, and is up over midnight
        ({"start": "08:30", "stop": "20:00", "offset": -5}, 249.85),
        ({"start": "00:00", "stop": "23:59", "offset": 0}, 521.07),
    ],
)
def test_the_hours_are_those_of_the_week_in_utc(hours: dict[str, object], expected: float) -> None:
    """Never less than none: of another day than ours the cost was negative."""
    stack = changed("dev", lambda config: config.update({"cloudplatform:hours": hours}))
    assert running(stack) == expected
    assert all(line.usd is None or line.usd >= 0 for line in estimate(stack, {}).lines)


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("cron(30 7 ? * MON-FRI *)", [1, 2, 3, 4, 5]),
        ("cron(30 7 ? * SUN-THU *)", [0, 1, 2, 3, 4]),
        ("cron(30 7 ? * FRI-MON *)", [0, 1, 5, 6]),
        ("cron(30 7 ? * SAT,SUN *)", [0, 6]),
        ("cron(30 7 * * ? *)", [0, 1, 2, 3, 4, 5, 6]),
        ("cron(30 7 1 * ? *)", []),
        ("cron(30 7 ? * MUN *)", []),
        ("cron(0/5 7 ? * MON *)", []),
        ("rate(1 day)", []),
    ],
)
def test_a_schedule_acts_at_minutes_of_a_week(schedule: str, days: list[int]) -> None:
    assert moments(schedule) == [1440 * day + 450 for day in days]


def by_the_clock(*rows: tuple[str, int, int], zone: str = "UTC") -> list[RecordedResource]:
    """A service of 2 to 4 tasks, whose bounds change at times."""
    target = {"resourceId": "service/main/web"}
    actions = [
        replace(made("appautoscaling/scheduledAction:ScheduledAction", **target, schedule=f"cron({cron})",
                     timezone=zone if number else "UTC",
                     scalableTargetAction={"minCapacity": least, "maxCapacity": most}), urn=f"urn:{number}")
        for number, (cron, least, most) in enumerate(rows)
    ]  # fmt: skip
    scaling = made("appautoscaling/target:Target", **target, minCapacity=2, maxCapacity=4)
    return [*service([]), scaling, *actions]


@pytest.mark.parametrize(
    ("rows", "zone", "counts"),
    [
        ([], "UTC", (2, 4, 2)),
        (
            [("0 8 ? * MON-FRI *", 6, 20), ("0 20 ? * MON-FRI *", 3, 4)],
            "UTC",
            (3, 20, 4.07),
        ),  # (60 × 6 + 108 × 3) ÷ 168
        ([("0 8 ? * * *", 6, 8)], "UTC", (6, 8, 6)),
        ([("0 8 1 * ? *", 6, 8), ("0 20 ? * * *", 1, 4)], "UTC", (1, 8, 6)),  # of a month: the most that it may be
        ([("0 8 ? * * *", 6, 8), ("0 20 ? * * *", 1, 4)], "Europe/Berlin", (1, 8, 6)),
    ],
)
def test_tasks_that_a_schedule_starts_are_counted(
    rows: list[tuple[str, int, int]], zone: str, counts: tuple[float, ...]
) -> None:
    resources = by_the_clock(*rows, zone=zone)
    stack = replace(recorded("dev", True), resources={it.urn: it for it in resources})
    assert task_counts(stack, resources[0]) == counts
    assert lines_of(*resources)[0] == ("ECS Fargate", f"{counts[2]:g} × 1 vCPU", counts[2], pytest.approx(
        counts[2] * 730 * 0.04048, abs=0.01))  # fmt: skip
