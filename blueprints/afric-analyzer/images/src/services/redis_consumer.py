"""repo2's consumer: takes logs from the queue and stores them. `python -m src.services.redis_consumer`.

It takes with BLMOVE, which is a BRPOP that keeps a copy: the entries lie in a list of this consumer until the database
has them. A consumer that is killed leaves that list, and another one puts it back. What is processed twice is stored
once, by its id. So any number of consumers may run, and each may end at any moment.
"""

import asyncio
import contextlib
import logging
import signal
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import boto3
from redis.exceptions import RedisError

from src.core.log import configure
from src.core.metrics import (
    ACTIVE_TENANTS,
    ALERTS,
    DEAD_LETTERS,
    LOGS_INGESTED,
    LOGS_PROCESSED,
    PROCESSING_LATENCY,
    QUEUE_DEPTH,
    OwnMetric,
    Publishes,
    publish,
)
from src.core.queue import DEAD, INGESTED, QUEUE, alive, processing
from src.core.variables import TaskVariables
from src.services.store import StoredBatch, read, store
from src.services.threat_feeds import PlainFeedError, fetch

logger = logging.getLogger(__name__)
ALIVE = 30  #: seconds after which a consumer that says nothing is taken for dead
EVERY = 60  #: seconds between two tellings of the metrics, and looks for what others left


@dataclass
class Counted:
    """What happened since CloudWatch was last told."""

    processed: int = 0
    dead: int = 0
    milliseconds: list[float] = field(default_factory=list[float])
    tenants: set[str] = field(default_factory=set[str])
    alerts: Counter[str] = field(default_factory=Counter[str])

    def add(self, stored: StoredBatch, dead: int) -> None:
        """A batch that is done."""
        now = datetime.now(UTC)
        self.processed += len(stored.logs)
        self.dead += dead
        self.milliseconds += [(now - each.received).total_seconds() * 1000 for each in stored.logs]
        self.tenants |= {each.tenant for each in stored.logs}
        self.alerts.update(stored.alerts)

    def values(self, depth: int, ingested: int) -> list[tuple[OwnMetric, float]]:
        """Of every metric that has a value now."""
        found: list[tuple[OwnMetric, float]] = [
            (QUEUE_DEPTH, depth),
            (LOGS_INGESTED, ingested),
            (LOGS_PROCESSED, self.processed),
            (DEAD_LETTERS, self.dead),
            (ACTIVE_TENANTS, len(self.tenants)),
            *((metric, self.alerts[severity]) for severity, metric in ALERTS.items()),
        ]
        if self.milliseconds:
            found.append((PROCESSING_LATENCY, sum(self.milliseconds) / len(self.milliseconds)))
        return found


@dataclass
class Consumer:
    """One consumer; it keeps nothing of its own but its name."""

    redis: Any  #: redis-py's asynchronous client, whose types know no difference between its two
    pool: Any  #: asyncpg's
    cloudwatch: Publishes
    variables: TaskVariables
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    counted: Counted = field(default_factory=Counted)
    suspicious: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Work until told to stop; the batch in hand is finished. What fails for a while is tried again."""
        due = 0.0
        while not self.stopping.is_set():
            try:
                await self.redis.set(alive(self.name), 1, ex=ALIVE)
                if time.monotonic() >= due:
                    due = time.monotonic() + EVERY
                    await self.recover()
                    await self.tell()
                await self.finish(await self.take())
            except (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                logger.exception("A batch waits")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), 1)
        await self.redis.delete(alive(self.name))
        logger.info("Stopped", extra={"fields": {"consumer": self.name}})

    async def take(self) -> Sequence[bytes]:
        """What a failure left in hand, or the next entries: a batch of them, after a short wait for the first."""
        own = processing(self.name)
        held = await self.redis.lrange(own, 0, -1)
        if held:
            return held
        first = await self.redis.blmove(QUEUE, own, self.variables.batch_timeout_ms / 1000, "RIGHT", "LEFT")
        if first is None:
            return ()
        async with self.redis.pipeline(transaction=False) as commands:
            for _ in range(self.variables.batch_size - 1):
                commands.lmove(QUEUE, own, "RIGHT", "LEFT")
            others = await commands.execute()
        return [first, *(each for each in others if each is not None)]

    async def finish(self, batch: Sequence[bytes]) -> None:
        """Store a batch; only then is it taken out of Redis, together with the move of its dead letters."""
        if not batch:
            return
        found = read(batch)
        stored = await store(self.pool, found.logs, self.suspicious)
        async with self.redis.pipeline(transaction=True) as commands:
            if found.dead:
                commands.lpush(DEAD, *found.dead)
            commands.delete(processing(self.name))
            await commands.execute()
        self.counted.add(stored, len(found.dead))
        logger.info("Batch stored", extra={"fields": {"logs": len(stored.logs), "dead": len(found.dead)}})

    async def recover(self) -> int:
        """Put back what consumers hold that are no more; how many entries."""
        moved = 0
        async for key in self.redis.scan_iter(processing("*")):
            owner = key.decode().rpartition(":")[2]
            if owner == self.name or await self.redis.exists(alive(owner)):
                continue
            while await self.redis.lmove(key, QUEUE, "LEFT", "RIGHT") is not None:
                moved += 1
        return moved

    async def tell(self) -> None:
        """Tell CloudWatch, and count anew. A failure there stops no log."""
        depth = int(await self.redis.llen(QUEUE))
        ingested = int(await self.redis.getdel(INGESTED) or 0)
        values, self.counted = self.counted.values(depth, ingested), Counted()
        try:
            await asyncio.to_thread(publish, self.cloudwatch, values)
        except Exception:
            logger.exception("CloudWatch was not told")


def feeds(urls: str) -> frozenset[str]:
    """The addresses of all threat lists; one that fails is left out."""
    found: set[str] = set()
    for url in filter(None, urls.split(",")):
        try:
            found |= fetch(url.strip())
        except (OSError, PlainFeedError):
            logger.exception("A threat list was not fetched")
    return frozenset(found)


async def main() -> None:
    """Run one consumer until SIGTERM, which ECS sends two minutes before a Spot task ends."""
    configure()
    variables = TaskVariables()  # pyright: ignore[reportCallIssue] the environment gives them
    cloudwatch = cast("Publishes", boto3.client("cloudwatch", region_name=variables.aws_region))  # pyright: ignore[reportUnknownMemberType]
    url = variables.database_url.get_secret_value()
    async with asyncpg.create_pool(url, min_size=0, max_size=2, command_timeout=30, timeout=5) as pool:
        consumer = Consumer(variables.redis(), pool, cloudwatch, variables)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, consumer.stopping.set)
        consumer.suspicious = await asyncio.to_thread(feeds, variables.threat_feeds)
        await consumer.run()
        await consumer.redis.aclose()


if __name__ == "__main__":
    asyncio.run(main())
