"""Redis, as a cache: what is not there, or cannot be asked for, is simply not cached."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as NoAnswerError

from app.config import Settings

TTL = 60  #: seconds that a value is kept; also how long a value may be stale that was read while it changed
TIMEOUT = 0.5  #: seconds for one question, with the waiting for a connection: no request waits long for a cache
REST = 2  #: seconds that a cache which gave no answer is left alone
POOL = 20  #: connections of a task at most, and one for the health check

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Cache:
    """The cache's connections, with TLS and the AUTH token. Nothing is opened before it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._redis = Redis(
            host=settings.cache_host,
            port=settings.cache_port,
            password=settings.cache_token.get_secret_value(),
            ssl=settings.cache_tls,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 1),  # once: a pooled connection may have been closed by the other side
            max_connections=POOL + 1,
        )
        self._free = asyncio.Semaphore(POOL)  # the client's own pool does not wait for a connection, it fails
        self._rests_until = -math.inf

    async def get(self, key: str) -> str | None:
        """What is cached."""
        found = await self._or_nothing(lambda: self._redis.get(key))
        return None if found is None else str(found)

    async def put(self, key: str, value: str) -> None:
        """Keep a value for a while."""
        await self._or_nothing(lambda: self._redis.set(key, value, ex=TTL))

    async def forget(self, key: str) -> None:
        """Keep a value no longer. It is tried even while the cache rests: other tasks may well reach it."""
        self._rests_until = -math.inf
        await self._or_nothing(lambda: self._redis.delete(key))

    async def count(self, key: str, seconds: int) -> int:
        """How often this was called for the key since it was new; it is forgotten `seconds` after the last time."""

        async def both() -> list[int]:
            async with self._redis.pipeline() as commands:
                commands.incr(key)
                commands.expire(key, seconds)
                return await commands.execute()

        counted = await self._or_nothing(both)
        return counted[0] if counted else 0

    async def check(self) -> None:
        """Ask Redis for an answer. Raises RedisError."""
        await self._redis.ping()
        self._rests_until = -math.inf

    async def close(self) -> None:
        """Close the pool."""
        await self._redis.aclose()

    async def _or_nothing(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        if time.monotonic() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._free.acquire()
        except TimeoutError:
            logger.warning("The cache was not asked: all its connections are busy")
            return None
        try:
            async with asyncio.timeout(TIMEOUT):
                return await ask()
        except (NoConnectionError, NoAnswerError, TimeoutError) as error:
            # Requests that each wait for a silent cache would be slower than without one.
            self._rests_until = time.monotonic() + REST
            logger.warning("The cache gives no answer and is left alone for %s s: %r", REST, error)
        except ReadOnlyError as error:
            # After a failover the old connections lead to what is a replica now; new ones find the primary.
            logger.warning("The cache has become a replica: %r", error)
            await self._redis.connection_pool.disconnect(inuse_connections=False)
        except (RedisError, UnicodeDecodeError) as error:
            logger.warning("The cache failed: %r", error)
        finally:
            self._free.release()
        return None


async def _of(request: Request) -> Cache:
    return request.app.state.cache


CacheNeeded = Annotated[Cache, Depends(_of)]
