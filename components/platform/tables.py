"""The stack's DynamoDB tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.data.dynamo import Dynamo, DynamoArgs
from components.handles import NamedTable
from components.platform.context import Context
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class Tables(Part):
    """The tables by word."""

    tables: Mapping[str, NamedTable]


def tables(context: Context, parts: Parts) -> Tables:
    """Build a table a row."""
    settings, facts = context.settings, context.facts
    found = {word: _table(context, word) for word in settings.tables}
    return Tables(
        tables={
            word: NamedTable(arn=facts.table(settings.table_name(word)), component=it) for word, it in found.items()
        },
        exports={f"table_{word.replace('-', '_')}": table.name for word, table in found.items()},
        backed_up={f"table-{word}": table.arn for word, table in found.items()},
    )


def _table(context: Context, word: str) -> Dynamo:
    posture = context.settings.protection
    args = DynamoArgs(
        table=context.settings.tables[word],
        word=word,
        key=context.key,
        deletion_protection=posture.deletion_protection,
        protect=posture.protect,
        **context.common,
    )
    return Dynamo(f"table-{word}", args, context.options)
