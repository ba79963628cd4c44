"""The stack's buckets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.data.bucket import Bucket, BucketArgs
from components.handles import NamedBucket
from components.platform.context import Context
from components.platform.grants import deliveries
from components.platform.part import Part, Parts
from settings.tables.delivery import DEPLOYERS


@dataclass(frozen=True, kw_only=True)
class Buckets(Part):
    """The buckets by word."""

    buckets: Mapping[str, NamedBucket]


def buckets(context: Context, parts: Parts) -> Buckets:
    """Build a bucket a row."""
    rows, found = context.settings.buckets, dict[str, Bucket]()
    for word in sorted(rows, key=lambda word: bool(rows[word].log_to)):  # those that take logs first
        found[word] = _bucket(context, word, found)
    return Buckets(
        buckets={word: bucket.handle for word, bucket in found.items()},
        exports={f"bucket_{word.replace('-', '_')}": bucket.name for word, bucket in found.items()},
    )


def _bucket(context: Context, word: str, found: Mapping[str, Bucket]) -> Bucket:
    settings = context.settings
    table = settings.buckets[word]
    args = BucketArgs(
        table=table,
        word=word,
        key=context.key,
        statements=deliveries(settings, context.facts, word),
        only=[_role(context, who) for who in table.only],
        log_to=found[table.log_to].handle if table.log_to else None,
        force_destroy=settings.protection.force_destroy,
        protect=settings.protection.protect,
        **context.common,
    )
    return Bucket(f"bucket-{word}", args, context.options)


def _role(context: Context, who: str) -> str:
    """The ARN of a service's tasks' role, of one of the pipeline's, or as it is given."""
    if who.startswith("arn:"):
        return who
    words = (who,) if who in DEPLOYERS else (who, "ecs-task")
    return context.facts.role(context.names.of("role", *words))
