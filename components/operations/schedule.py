"""A function that runs at set times."""

from typing import Any

import pulumi_aws as aws

from components.component import Component
from components.compute.function import Function


def schedule(
    owner: Component,
    word: str,
    name: str,
    expression: str,
    function: Function,
    *,
    rule: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
) -> None:
    """Create a component's rule on a schedule, the permission to run the function, and the function as its target.

    `word` tells the rule from the component's other children, `name` is physical; `rule` and `target` are more
    arguments of the two resources.
    """
    of_rule: dict[str, Any] = rule or {}
    of_target: dict[str, Any] = target or {}
    created = aws.cloudwatch.EventRule(
        owner.child(word),
        name=name,
        description=f"Runs {function.function_name}",
        schedule_expression=expression,
        tags=owner.named(name),
        opts=owner.owned(),
        **of_rule,
    )
    permission = function.permit("schedule", "events", created.arn)
    aws.cloudwatch.EventTarget(
        owner.child(word),
        rule=created.name,
        arn=function.arn,
        opts=owner.owned(depends_on=[permission]),
        **of_target,
    )
