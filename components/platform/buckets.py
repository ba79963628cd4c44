"""The stack's buckets."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.data.bucket import Bucket, BucketArgs
from components.handles import NamedBucket, NamedRole
from components.platform.context import Context
from components.platform.grants import deliveries
from components.platform.identity import Identity
from components.platform.part import Part, Parts
from components.platform.pipeline import OwnPipeline
from settings.tables.delivery import DEPLOYERS


@dataclass(frozen=True, kw_only=True)
class Buckets(Part):
    """The buckets by word."""

    built: Mapping[str, Bucket]

    @property
    def buckets(self) -> Mapping[str, NamedBucket]:
        """The buckets whose policy is written. A site's bucket is missing until its distribution exists."""
        return {word: bucket.handle for word, bucket in self.built.items() if bucket.closed}


def buckets(context: Context, parts: Parts) -> Buckets:
    """Build one bucket for each row."""
    rows, found = context.settings.buckets, dict[str, Bucket]()
    for word in sorted(rows, key=lambda word: bool(rows[word].log_to)):  # those that take logs first
        found[word] = _bucket(context, parts, word, found)
    return Buckets(
        built=found,
        exports={f"bucket_{word.replace('-', '_')}": bucket.name for word, bucket in found.items()},
    )


def _bucket(context: Context, parts: Parts, word: str, found: Mapping[str, Bucket]) -> Bucket:
    settings = context.settings
    table = settings.buckets[word]
    roles = [_role(parts, who) for who in table.only]
    args = BucketArgs(
        table=table,
        word=word,
        key=context.key,
        statements=list(deliveries(settings, context.facts, word)),
        only=[role if isinstance(role, str) else role.arn for role in roles],
        after=[role.resource for role in roles if not isinstance(role, str)],
        log_to=found[table.log_to].handle if table.log_to else None,
        tells=any(function.on.bucket == word for function in settings.functions.own.values()),
        closed=all(site.bucket != word for site in settings.sites.values()),
        force_destroy=settings.protection.force_destroy,
        protect=settings.protection.protect,
        **context.common,
    )
    return Bucket(f"bucket-{word}", args, context.options)


def _role(parts: Parts, who: str) -> NamedRole | str:
    """The task role of a service, a role of the pipeline, or an ARN as it is."""
    if who.startswith("arn:"):
        return who
    return parts.of(OwnPipeline).roles.roles[who] if who in DEPLOYERS else parts.of(Identity).roles.task[who]
