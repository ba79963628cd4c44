"""What runs a function of the stack's own."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function
from components.handles import NamedBucket
from settings.tables.functions import OnTable


@dataclass(frozen=True, kw_only=True)
class FunctionRuleArgs(Args):
    """The events, and the function that they run."""

    table: OnTable
    function: Function
    bucket: NamedBucket | None = None  #: whose objects' events these are


class FunctionRule(Component):
    """The rule of EventBridge that runs one function: at set times, or for each event of a kind.

    Creates the rule, the permission to run the function, and the function as its target.
    """

    rule: str  #: name

    def __init__(self, name: str, args: FunctionRuleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.rule, pattern = args.names.of("rule", "function", args.function.word), _pattern(args)
        rule = aws.cloudwatch.EventRule(
            self.child("rule"),
            name=self.rule,
            description=f"Runs {args.function.function_name}",
            schedule_expression=args.table.schedule,
            event_pattern=json.dumps(pattern, sort_keys=True) if pattern else None,
            tags=self.named(self.rule),
            opts=self.owned(depends_on=[args.bucket.component] if args.bucket else None),
        )
        permission = args.function.permit("rule", "events", rule.arn)
        aws.cloudwatch.EventTarget(
            self.child("rule"), rule=rule.name, arn=args.function.arn, opts=self.owned(depends_on=[permission])
        )
        self.register_outputs({"rule": self.rule})


def _pattern(args: FunctionRuleArgs) -> dict[str, Any] | None:
    """Which events; None where the clock runs it."""
    table, bucket = args.table, args.bucket
    if bucket:
        named = {"bucket": {"name": [bucket.name]}}
        return {"source": ["aws.s3"], "detail-type": [f"Object {table.objects.capitalize()}"], "detail": named}
    if not table.source:
        return None
    begins = table.source.removesuffix("*")
    source: list[Any] = [table.source if begins == table.source else {"prefix": begins}]
    return {"source": source, **({"detail-type": list(table.kinds)} if table.kinds else {})}
