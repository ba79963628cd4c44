"""The report: what is sent once a week."""

from dataclasses import dataclass

import pulumi

from components.component import Args, Component
from components.compute.function import Function
from components.operations.schedule import schedule
from settings.tables.detection import Day


@dataclass(frozen=True, kw_only=True)
class ReportArgs(Args):
    """The day, and the function that sends it."""

    day: Day
    function: Function


class Report(Component):
    """A function that runs once a week.

    Creates a rule on a schedule, the function as its target, and the permission to run it.
    """

    schedule: str
    rule: str  #: its name

    def __init__(self, name: str, args: ReportArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.schedule = f"cron(0 8 ? * {args.day} *)"
        self.rule = args.names.of("rule", args.function.word)
        schedule(self, "weekly", self.rule, self.schedule, args.function)
        self.register_outputs({"schedule": self.schedule, "rule": self.rule})
