"""Calls of AWS that fail one after the other: what a run leaves behind when any one of its calls does not succeed.

A scenario's table of calls is exact. Each of them is broken in three ways: AWS refuses it (throttled for longer than
the client tries), its answer is lost after it was carried out, or the run is killed after it, as at Lambda's time-out.
Then the event comes again, as Lambda and Secrets Manager have it, and the end must be as if nothing had happened.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.faults.table import Fault
from tests.functions.emulated import ACTIONS, Aws

REFUSED, LOST, KILLED = "is throttled", "is carried out, but its answer is lost", "is the last before the run is killed"
KINDS = {"refused": REFUSED, "lost": LOST, "killed": KILLED}


class KilledError(BaseException):
    """The end of a run that has no time left: no `except Exception` sees it."""


@dataclass(frozen=True)
class Break:
    """The call that is broken, from 1, and how."""

    number: int
    kind: str


def each_call(scenario: str, calls: Sequence[str], holds: str) -> Iterator[Fault]:
    """A row for each call of a scenario and each way to break it."""
    for number, action in enumerate(calls, 1):
        for name, kind in KINDS.items():
            yield Fault(
                name=f"{scenario}-{number}-{action.partition(':')[2]}-{name}",
                broken=f"{scenario}: call {number} of {len(calls)}, {action}, {kind}",
                holds=holds,
                given=(scenario, Break(number, kind)),
            )


def calls_by_step(
    aws: Aws, rotation: Callable[..., None], secret: str, handle: Callable[[dict[str, str]], None]
) -> dict[str, list[str]]:
    """What each step of a rotation calls."""
    made: dict[str, list[str]] = {}

    def step(event: dict[str, str]) -> None:
        aws.calls.clear()
        handle(event)
        made[event["Step"]] = aws.actions

    rotation(secret, step)
    return made


class Breaker:
    """Counts the functions' calls of AWS, and breaks one."""

    def __init__(self, aws: Aws) -> None:
        self.made: list[str] = []
        self.broken: Break | None = None
        self.killing = ""  #: the action after which a run is killed
        # Before whatever a test has AWS answer: that comes in "before-call".
        aws.events.register("before-parameter-build", self._before)
        aws.events.register("after-call", self._after)

    def arm(self, broken: Break | None) -> None:
        """Break a call from now on, counted anew."""
        self.made, self.broken, self.killing = [], broken, ""

    def _due(self, *names: str) -> bool:
        return self.broken is not None and self.broken.number == len(self.made) and self.broken.kind in names

    def _before(self, model, **_):
        name = f"{model.service_model.signing_name}:{model.name}"
        self.made.append(ACTIONS.get(name, name))
        if self._due(REFUSED):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "by the test"}}, model.name)

    def _after(self, **_):
        if self._due(LOST):
            raise ReadTimeoutError(endpoint_url="https://aws.test")
        if self._due(KILLED) or self.made[-1:] == [self.killing]:
            raise KilledError

    def arm_after(self, action: str) -> None:
        """Kill the run after a call of an action."""
        self.arm(None)
        self.killing = action

    def end_with(self, broken: Break, run: Callable[[], None]) -> None:
        """A run with this call broken, however it ends; the call is made, or the table of calls is wrong."""
        self.arm(broken)
        with contextlib.suppress(Exception, KilledError):
            run()
        assert len(self.made) >= broken.number
        self.arm(None)
