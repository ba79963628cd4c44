"""The functions of the stack's own."""

from components.compute.function import Function, Scope
from components.compute.function_rule import FunctionRule, FunctionRuleArgs
from components.operations.watch.delivery import rule_subjects
from components.operations.watch.model import Subject
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.function_definitions import own_function_definitions
from components.platform.functions import function
from components.platform.part import Part, Parts
from functions.common.function import FunctionDefinition
from settings.tables.functions import OwnFunctionTable


def own_functions(context: Context, parts: Parts) -> Part | None:
    """Build a function a row, and what runs it."""
    tables, built, subjects = context.settings.functions.own, list[Function](), list[Subject]()
    buckets = parts.of(Buckets).buckets
    for word, definition in own_function_definitions(context.settings).items():
        each = _function(context, parts, definition, tables[word])
        on = tables[word].on
        bucket = buckets[on.bucket] if on.bucket else None
        args = FunctionRuleArgs(table=on, function=each, bucket=bucket, **context.common)
        rule = FunctionRule(f"function-rule-{word}", args, context.options)
        subjects += rule_subjects({f"function-{word}": rule.rule}, rule)
        built.append(each)
    return Part(functions=built, subjects=subjects) if built else None


def _function(context: Context, parts: Parts, definition: FunctionDefinition, table: OwnFunctionTable) -> Function:
    listed = parts.of(Buckets).buckets[table.lists] if table.lists else None
    return function(
        context,
        parts,
        definition,
        scopes={"bucket": Scope([listed.arn])} if listed else {},
        variables={
            **table.environment,
            "ENVIRONMENT": context.names.environment,
            **({"BUCKET": listed.name} if listed else {}),
        },
        after=[listed.component] if listed else [],
    )
