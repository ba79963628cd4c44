"""repo1: devices send logs, which go into the queue. It reaches Redis and nothing else."""

import hmac
import json
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from src.core.queue import DEAD, INGESTED, QUEUE
from src.core.variables import TaskVariables

logger = logging.getLogger(__name__)


class LogLine(BaseModel):
    """One line of a device."""

    source: str = Field(min_length=1, max_length=200)
    message: str = Field(max_length=8192)
    severity: Literal["critical", "high", "medium", "low"] = "low"


class LogBatch(BaseModel):
    """What a device sends at once."""

    logs: list[LogLine] = Field(min_length=1, max_length=1000)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncGenerator[None]:
    variables = TaskVariables()  # pyright: ignore[reportCallIssue] the environment gives them
    app.state.tenants, app.state.redis = variables.tenants, variables.redis()
    yield
    await app.state.redis.aclose()


app = FastAPI(lifespan=_life, title="Ingestion")


def _redis(request: Request) -> Redis:
    return request.app.state.redis


def _tenant(request: Request, x_api_key: Annotated[str, Header()] = "") -> str:
    """The tenant of the key. Compared in a time that does not tell how much of it was right."""
    for key, tenant in request.app.state.tenants.items():
        if hmac.compare_digest(key.encode(), x_api_key.encode()):
            return tenant
    raise HTTPException(401, "no such API key")


Queue = Annotated[Redis, Depends(_redis)]
Tenant = Annotated[str, Depends(_tenant)]


@app.post("/api/logs/ingest", status_code=202)
async def ingest(batch: LogBatch, redis: Queue, tenant: Tenant) -> dict[str, list[str]]:
    """Queue the lines; each gets the id by which it is stored once, however often it is processed."""
    now = datetime.now(UTC).isoformat()
    entries = [{"id": str(uuid.uuid4()), "tenant": tenant, "received": now, **each.model_dump()} for each in batch.logs]
    try:
        async with redis.pipeline(transaction=True) as commands:
            commands.lpush(QUEUE, *(json.dumps(each) for each in entries))
            commands.incrby(INGESTED, len(entries))
            await commands.execute()
    except RedisError as error:
        logger.exception("The queue took nothing")
        raise HTTPException(503, "try again", headers={"Retry-After": "5"}) from error
    return {"ids": [each["id"] for each in entries]}


@app.get("/admin/queue")
async def depth(redis: Queue, tenant: Tenant) -> dict[str, int]:
    """How many lines wait, and how many nobody could read."""
    return {"waiting": int(await redis.llen(QUEUE)), "dead": int(await redis.llen(DEAD))}


@app.get("/health")
async def health(redis: Queue) -> dict[str, str]:
    """200 while the queue answers."""
    try:
        await redis.ping()
    except RedisError as error:
        raise HTTPException(503, "the queue does not answer") from error
    return {"status": "ok"}
