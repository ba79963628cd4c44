"""The stack's DynamoDB tables."""

from components.data.dynamo import Dynamo, DynamoArgs
from components.platform.context import Context
from components.platform.part import Part, Parts


def tables(context: Context, parts: Parts) -> Part:
    """Build a table a row."""
    found = {word: _table(context, word) for word in context.settings.tables}
    return Part(
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
