"""The stack's buckets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.data.bucket import Bucket, BucketArgs
from components.handles import NamedBucket
from components.platform.context import Context
from components.platform.grants import deliveries
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class Buckets(Part):
    """The buckets by word."""

    buckets: Mapping[str, NamedBucket]


def buckets(context: Context, parts: Parts) -> Buckets:
    """Build a bucket a row."""
    found = {word: _bucket(context, word) for word in context.settings.buckets}
    return Buckets(
        buckets={word: bucket.handle for word, bucket in found.items()},
        exports={f"bucket_{word.replace('-', '_')}": bucket.name for word, bucket in found.items()},
    )


def _bucket(context: Context, word: str) -> Bucket:
    settings = context.settings
    args = BucketArgs(
        table=settings.buckets[word],
        word=word,
        key=context.key,
        statements=deliveries(settings, context.facts, word),
        force_destroy=settings.protection.force_destroy,
        protect=settings.protection.protect,
        **context.common,
    )
    return Bucket(f"bucket-{word}", args, context.options)
