"""The consumers of afric-analyzer on a bursty day: alarms start policies, policies change the number of tasks.

The alarms and policies are those of the recording of prod. How AWS acts on them:
- an alarm is in ALARM when all of its last periods breach, and starts a policy again every minute that it stays there
  (Amazon CloudWatch user guide, "Alarm actions": Auto Scaling actions repeat while the state lasts);
- during the cooldown of a scale-out, what it added counts towards the next scale-out, so that only a larger step adds
  the difference; a scale-in waits until the cooldown of a scale-in or of a scale-out is over, and a scale-out during
  the cooldown of a scale-in happens at once (Application Auto Scaling API, StepScalingPolicyConfiguration, Cooldown);
- a new task works after it has been placed, pulled and started (START).
"""

import math
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, of, only
from tests.stacks import recorded

DAY = 24 * 60  #: minutes
RATE = 600  #: logs that a task of 256 CPU units processes a minute, against a database that keeps up
START = 2  #: minutes until a new task works
STEP = "stepScalingPolicyConfiguration"
WAIT = 10  #: minutes that a log may wait on such a day
APART = 10  #: minutes between two turns: what came back sooner would have been flapping


@dataclass
class Scaler:
    """One alarm of the recording with the policy that it starts."""

    above: bool
    threshold: float
    periods: int  #: of a minute
    by: int
    cooldown: int  #: minutes

    def fires(self, depths: Sequence[float]) -> bool:
        """Whether the alarm is in ALARM after these minutes."""
        last = depths[-self.periods :]
        return len(last) == self.periods and all((each > self.threshold) is self.above for each in last)


@dataclass
class Day:
    """What came of a day, minute by minute."""

    arrived: list[float] = field(default_factory=list[float])
    depths: list[float] = field(default_factory=list[float])
    tasks: list[int] = field(default_factory=list[int])

    @property
    def wait(self) -> float:
        """The most minutes that a log waited, first in, first out; one that is still there waits for ever."""
        came = [*accumulate(self.arrived)]
        done = [all_ - left for all_, left in zip(came, self.depths, strict=True)]
        left = [math.inf if each - 0.5 > done[-1] else bisect(done, each - 0.5) for each in came]
        return max(until - minute for minute, until in enumerate(left))

    @property
    def turns(self) -> list[int]:
        """The minutes at which the number of tasks changed its direction."""
        changes = [
            (minute, now - before) for minute, (before, now) in enumerate(pairwise(self.tasks), 1) if now != before
        ]
        return [minute for (_, before), (minute, change) in pairwise(changes) if before * change < 0]

    @property
    def apart(self) -> int:
        """The fewest minutes between two turns."""
        return min((later - earlier for earlier, later in pairwise(self.turns)), default=DAY)


def scalers(stack: Recording) -> list[Scaler]:
    """What the depth of the queue starts."""
    policies = {arn(each): each for each in of(stack, "appautoscaling.Policy")}
    return [
        _scaler(alarm, policies[action])
        for alarm in of(stack, "cloudwatch.MetricAlarm")
        if alarm.inputs.get("metricName") == "QueueDepth"
        for action in alarm["alarmActions"]
        if action in policies
    ]


def _scaler(alarm: RecordedResource, policy: RecordedResource) -> Scaler:
    assert alarm["period"] == 60
    [step] = policy[STEP]["stepAdjustments"]
    return Scaler(
        above=alarm["comparisonOperator"] == "GreaterThanThreshold",
        threshold=alarm["threshold"],
        periods=alarm["evaluationPeriods"],
        by=step["scalingAdjustment"],
        cooldown=math.ceil(policy[STEP]["cooldown"] / 60),
    )


def bursts() -> Iterator[float]:
    """Logs that arrive in each minute: quiet nights, a working day, three bursts, and one a minute long every hour."""
    for minute in range(DAY):
        arrive = 300 + 1500 * max(0.0, math.sin(math.pi * (minute - 420) / 720))
        if 540 <= minute < 570 or 780 <= minute < 840:  # half an hour, then an hour
            arrive += 5000
        if 1140 <= minute < 1150:  # ten minutes, as high as twenty tasks can just take
            arrive += 9000
        if minute % 60 == 30:
            arrive += 1500
        yield arrive


def lived(scalers: Sequence[Scaler], bounds: tuple[int, int]) -> Day:
    """A day with these alarms and policies, beginning with the fewest tasks."""
    day, depth, tasks, ready = Day(), 0.0, bounds[0], [-START] * bounds[0]
    grown, grown_until, shrunk_until = 0, -1, -1
    for minute, arrive in enumerate(bursts()):
        working = sum(minute - since >= START for since in ready)
        depth = max(0.0, depth + arrive - working * RATE)
        day.arrived.append(arrive)
        day.depths.append(depth)
        firing = [each for each in scalers if each.fires(day.depths)]
        out = max((each for each in firing if each.by > 0), key=lambda it: it.by, default=None)
        into = next((each for each in firing if each.by < 0), None)
        if out:
            more = out.by - (grown if minute < grown_until else 0)
            if more > 0 and tasks < bounds[1]:
                more = min(more, bounds[1] - tasks)
                tasks, ready = tasks + more, [*ready, *[minute] * more]
                grown, grown_until = out.by, minute + out.cooldown
        elif into and minute >= max(shrunk_until, grown_until) and tasks > bounds[0]:
            less = min(-into.by, tasks - bounds[0])
            tasks, ready, shrunk_until = tasks - less, ready[:-less], minute + into.cooldown
        day.tasks.append(tasks)
    return day


@pytest.fixture(scope="module")
def prod() -> Recording:
    """Afric-analyzer's prod, as all tests share it."""
    return recorded("afric-analyzer/prod", True)


def bounds_of(stack: Recording) -> tuple[int, int]:
    """The fewest and the most consumers."""
    target = only(each for each in of(stack, "appautoscaling.Target") if each["resourceId"].endswith("/repo2-consumer"))
    return target["minCapacity"], target["maxCapacity"]


def test_the_queue_starts_three_policies(prod: Recording) -> None:
    """Two steps out and one in, at the ledger's depths."""
    found = sorted((each.threshold, each.above, each.by) for each in scalers(prod))
    assert found == [(100, False, -2), (1000, True, 2), (5000, True, 2)]
    assert bounds_of(prod) == (2, 20)


def test_no_starvation(prod: Recording) -> None:
    """Each burst is worked off, no log waits longer than WAIT, and at midnight the queue is empty with two tasks."""
    day = lived(scalers(prod), bounds_of(prod))
    assert max(day.tasks) == 20
    assert day.wait <= WAIT
    assert (day.depths[-1], day.tasks[-1]) == (0, 2)


def test_no_flapping(prod: Recording) -> None:
    """Tasks that come stay for a while, the number turns less than once an hour, and a minute's burst moves nothing."""
    day = lived(scalers(prod), bounds_of(prod))
    assert day.apart >= APART
    assert len(day.turns) <= 16
    assert {*day.tasks[:420]} == {2}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"periods": 1, "cooldown": 0}, "flapping"),
        ({"threshold": 20_000}, "starvation"),
    ],
)
def test_another_scaling_would_be_noticed(prod: Recording, changed: Mapping[str, Any], fault: str) -> None:
    """Without waiting tasks come and go; from a greater depth on they come too late."""
    found = scalers(prod)
    others = [replace(each, **changed) if each.above or "threshold" not in changed else each for each in found]
    day = lived(others, bounds_of(prod))
    assert (day.apart < APART) is (fault == "flapping")
    assert (day.wait > WAIT) is (fault == "starvation")
