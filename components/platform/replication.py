"""Replication of buckets to other regions."""

from components.data.replication import Replication, ReplicationArgs
from components.operations.watch.model import Subject
from components.operations.watch.replication import replication_subject
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Part, Parts


def replication(context: Context, parts: Parts) -> Part:
    """Build the replication of each bucket that names a target."""
    buckets, subjects = parts.of(Buckets).buckets, list[Subject]()
    for word, row in context.settings.buckets.items():
        if row.replicate_to:
            args = ReplicationArgs(
                table=row.replicate_to, word=word, bucket=buckets[word], key=context.key, **context.common
            )
            built = Replication(f"replication-{word}", args, context.options)
            subjects.append(replication_subject(word, built))
    return Part(subjects=subjects)
