"""Archives of services' logs, which are kept longer than the log group keeps them."""

from components.compute.service import Service
from components.operations.log_archive import LogArchive, LogArchiveArgs
from components.platform.buckets import Buckets
from components.platform.context import Context
from components.platform.part import Parts
from settings.tables.compute import ServiceTable


def archive_of(context: Context, parts: Parts, word: str, table: ServiceTable, service: Service) -> None:
    """Build the archive of a service's log, if its table asks for one."""
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
