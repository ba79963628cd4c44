"""How a concern builds one of the repository's functions."""

from collections.abc import Mapping, Sequence

import pulumi

from components.compute.function import Function, FunctionArgs, Scope
from components.handles import VpcPlacement
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.identity import Identity
from components.platform.part import Parts
from functions.common.function import FunctionDefinition
from settings.tables.operations import Severity


def function(
    context: Context,
    parts: Parts,
    definition: FunctionDefinition,
    *,
    scopes: Mapping[str, Scope],
    variables: Mapping[str, pulumi.Input[str]],
    after: Sequence[pulumi.Resource],
    name: str = "",
    placement: VpcPlacement | None = None,
) -> Function:
    """Build a function. `scopes` limits its permissions; `after` are the resources that scopes and variables name."""
    args = FunctionArgs(
        definition=definition,
        table=context.settings.functions,
        function_name=name or context.names.of("lambda", definition.name),
        role=parts.of(Identity).roles.function[definition.name],
        scopes=scopes,
        variables=variables,
        key=context.key,
        after=after,
        placement=placement,
        traced=bool(context.settings.tracing),
        **context.common,
    )
    return Function(f"function-{definition.name}", args, context.options)


def publisher(
    context: Context,
    parts: Parts,
    definition: FunctionDefinition,
    *,
    severity: Severity,
    variable: str,
    scopes: Mapping[str, Scope],
    variables: Mapping[str, pulumi.Input[str]],
) -> Function:
    """Build a function that may publish to a severity's topic. Its environment variable `variable` holds the ARN."""
    alerts = parts.of(Alerts)
    topic = context.facts.topic(context.names.of("topic", alerts.table.route(alerts.table.grade(severity))[0]))
    return function(
        context,
        parts,
        definition,
        scopes={**scopes, "topic": Scope([topic])},
        variables={**variables, variable: topic},
        after=[alerts.topics],
    )
