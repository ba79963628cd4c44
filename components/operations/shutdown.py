"""Shutdown: an environment that nobody uses at night costs nothing at night."""

from dataclasses import dataclass

import pulumi

from components.component import Args, Component
from components.compute.function import Function
from components.operations.schedule import schedule
from settings.tables.operations import HoursTable


@dataclass(frozen=True, kw_only=True)
class ShutdownArgs(Args):
    """When the environment runs, and the functions that stop and start it."""

    hours: HoursTable
    down: Function
    up: Function


class Shutdown(Component):
    """The hours of an environment: stopped in the evening, started in the morning.

    Creates a rule on a schedule for both, the function as its target, and the permission to run it.
    """

    down_rule: str  #: name
    up_rule: str  #: name

    def __init__(self, name: str, args: ShutdownArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.down_rule = self._rule(args, "down", args.hours.stop, args.down)
        self.up_rule = self._rule(args, "up", args.hours.start, args.up)
        self.register_outputs({"down_rule": self.down_rule, "up_rule": self.up_rule})

    def _rule(self, args: ShutdownArgs, word: str, time: str, function: Function) -> str:
        name = args.names.of("hours-rule", f"scale-{word}")
        minute, hour, days = args.hours.utc(time, "MON", "FRI")
        schedule(
            self,
            word,
            name,
            f"cron({minute} {hour} ? * {days} *)",
            function,
            rule={"state": "ENABLED"},
            target={
                "target_id": function.function_name,
                # A morning's start that comes at noon is late; an evening's stop that comes in the morning does harm.
                "retry_policy": {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 10},
            },
        )
        return name
