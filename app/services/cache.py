"""Redis, as a cache: what is not there, or cannot be asked for, is simply not cached."""

import logging
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.config import Settings

TTL = 60  #: seconds that a value is kept; also how long a value may be stale that was read while it changed
TIMEOUT = 0.5  #: seconds to wait for a connection or an answer: no request waits long for a cache
POOL = 20  #: connections of a task at most

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
            max_connections=POOL,
        )

    async def get(self, key: str) -> str | None:
        """What is cached."""
        found = await _or_nothing(self._redis.get(key))
        return None if found is None else str(found)

    async def put(self, key: str, value: str) -> None:
        """Keep a value for a while."""
        await _or_nothing(self._redis.set(key, value, ex=TTL))

    async def forget(self, key: str) -> None:
        """Keep a value no longer."""
        await _or_nothing(self._redis.delete(key))

    async def count(self, key: str, seconds: int) -> int:
        """How often this was called for the key since it was new; it is forgotten `seconds` after the last time."""
        async with self._redis.pipeline() as both:
            both.incr(key)
            both.expire(key, seconds)
            counted = await _or_nothing(both.execute())
        return counted[0] if counted else 0

    async def check(self) -> None:
        """Ask Redis for an answer. Raises RedisError."""
        await self._redis.ping()

    async def close(self) -> None:
        """Close the pool."""
        await self._redis.aclose()


async def _or_nothing(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except RedisError as error:
        logger.warning("The cache failed: %r", error)
        return None


async def _of(request: Request) -> Cache:
    return request.app.state.cache


CacheNeeded = Annotated[Cache, Depends(_of)]
