"""The report: what is sent once a week."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function
from settings.tables.detection import Day


@dataclass(frozen=True, kw_only=True)
class ReportArgs(Args):
    """The day, and the function that sends it."""

    day: Day
    function: Function


class Report(Component):
    """A function that runs once a week.

    Creates a rule on a schedule, the function as its target, and the leave to run it.
    """

    schedule: str

    def __init__(self, name: str, args: ReportArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.schedule = f"cron(0 8 ? * {args.day} *)"
        physical = args.names.of("rule", args.function.word)
        rule = aws.cloudwatch.EventRule(
            self.child("weekly"),
            name=physical,
            description=f"Runs {args.function.function_name}",
            schedule_expression=self.schedule,
            tags=self.named(physical),
            opts=self.owned(),
        )
        leave = args.function.permit("schedule", "events.amazonaws.com", rule.arn)
        aws.cloudwatch.EventTarget(
            self.child("weekly"), rule=rule.name, arn=args.function.arn, opts=self.owned(depends_on=[leave])
        )
        self.register_outputs({"schedule": self.schedule})
