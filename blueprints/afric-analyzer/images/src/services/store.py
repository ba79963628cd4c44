"""Where processed logs go: PostgreSQL, a tenant's rows in that tenant's name, each log once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

ALARMING = ("critical", "high")


@dataclass(frozen=True, kw_only=True)
class ReceivedLog:
    """A log out of the queue."""

    id: UUID
    tenant: str
    received: datetime
    source: str
    severity: str
    message: str


@dataclass(frozen=True)
class ReadBatch:
    """A batch, read: its logs, and what is none."""

    logs: Sequence[ReceivedLog] = ()
    dead: Sequence[bytes] = ()


@dataclass(frozen=True)
class StoredBatch:
    """What was new in a batch."""

    logs: Sequence[ReceivedLog] = ()
    alerts: Sequence[str] = field(default=())  #: their severities


def read(batch: Iterable[bytes]) -> ReadBatch:
    """Each entry as a log, or as a dead letter."""
    logs: list[ReceivedLog] = []
    dead: list[bytes] = []
    for entry in batch:
        try:
            found = json.loads(entry)
            logs.append(
                ReceivedLog(
                    id=UUID(found["id"]),
                    tenant=str(found["tenant"]),
                    received=datetime.fromisoformat(found["received"]),
                    source=str(found["source"]),
                    severity=str(found["severity"]),
                    message=str(found["message"]).replace("\0", ""),
                )
            )
        except (ValueError, KeyError, TypeError):
            dead.append(entry)
    return ReadBatch(logs, dead)


async def store(pool: Any, logs: Sequence[ReceivedLog], suspicious: frozenset[str]) -> StoredBatch:
    """All of them, or none: one transaction of asyncpg's pool. What is there already is left as it is."""
    new: list[ReceivedLog] = []
    alerts: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        for tenant in sorted({each.tenant for each in logs}):
            await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant)
            for each in (log for log in logs if log.tenant == tenant):
                if not await _insert(connection, each):
                    continue
                new.append(each)
                if reason := _reason(each, suspicious):
                    await connection.execute(
                        "INSERT INTO alerts (log, tenant, severity, reason) VALUES ($1, $2, $3, $4)",
                        each.id,
                        tenant,
                        each.severity,
                        reason,
                    )
                    alerts.append(each.severity)
    return StoredBatch(new, alerts)


async def _insert(connection: Any, log: ReceivedLog) -> bool:
    """Whether it was not there yet."""
    found = await connection.fetchval(
        "INSERT INTO logs (id, tenant, received, source, severity, message) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (id) DO NOTHING RETURNING true",
        log.id,
        log.tenant,
        log.received,
        log.source,
        log.severity,
        log.message,
    )
    return bool(found)


def _reason(log: ReceivedLog, suspicious: frozenset[str]) -> str:
    if log.source in suspicious:
        return "its source is on a threat list"
    return f"its severity is {log.severity}" if log.severity in ALARMING else ""
