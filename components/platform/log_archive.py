"""Logs of services that are kept beyond their days."""

from components.compute.service import Service
from components.operations.log_archive import LogArchive, LogArchiveArgs
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Parts
from settings.tables.compute import ServiceTable


def archive_of(context: Context, parts: Parts, word: str, table: ServiceTable, service: Service) -> None:
    """Keep a service's log beyond its days, where its table asks."""
    if not table.archive:
        return
    args = LogArchiveArgs(
        service=word,
        group=service.log.name,
        days=table.log_days,
        bucket=parts.of(Buckets).buckets[table.archive],
        key=context.key,
        **context.common,
    )
    LogArchive(f"log-archive-{word}", args, context.options)
