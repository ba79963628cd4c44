"""Waiting, within the time that Lambda gives a run."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools.utilities.typing import LambdaContext


class OutOfTimeError(Exception):
    """What was waited for did not come in time. Whoever invoked the function may try again: it goes on from there."""


@dataclass(frozen=True)
class TimeBudget:
    """The rest of a run's time, less a reserve in which a failure can still be logged and raised."""

    context: LambdaContext
    reserve: float = 10  #: seconds

    def pause(self, seconds: float, awaited: str) -> None:
        """Wait a while, unless that would outlast the budget: then raise OutOfTimeError."""
        if self.context.get_remaining_time_in_millis() / 1000 - self.reserve < seconds:
            raise OutOfTimeError(f"no time left to wait for {awaited}")
        time.sleep(seconds)

    def until(self, true: Callable[[], bool], awaited: str, every: float = 15) -> None:
        """Wait until something is true, looking at once and then every few seconds."""
        while not true():
            self.pause(every, awaited)
