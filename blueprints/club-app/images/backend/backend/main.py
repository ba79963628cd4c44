"""`python -m backend.main`: the backend on port 3000. Members are in PostgreSQL, and read through Redis."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import sentry_sdk
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sentry_sdk.integrations.fastapi import FastApiIntegration

from backend.variables import BackendVariables

logger = logging.getLogger(__name__)
KEPT = 60  #: seconds in the cache
TABLE = "CREATE TABLE IF NOT EXISTS members (id bigserial PRIMARY KEY, name text NOT NULL)"


class Member(BaseModel):
    """A member of the club."""

    name: str = Field(min_length=1, max_length=200)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncGenerator[None]:
    variables: BackendVariables = app.state.variables
    app.state.redis = Redis.from_url(variables.redis_url.get_secret_value(), socket_timeout=1, decode_responses=True)
    async with asyncpg.create_pool(**variables.database, min_size=0, max_size=10, timeout=5, command_timeout=8) as pool:
        app.state.pool = pool
        yield
    await app.state.redis.aclose()


def _pool(request: Request) -> Any:
    return request.app.state.pool


def _redis(request: Request) -> Any:
    return request.app.state.redis


Pool = Annotated[Any, Depends(_pool)]
Cached = Annotated[Any, Depends(_redis)]


async def health() -> dict[str, str]:
    """200 while the process answers: the load balancer replaces a task for nothing else."""
    return {"status": "ok"}


async def add(member: Member, pool: Pool) -> dict[str, Any]:
    """Keep a member."""
    await pool.execute(TABLE)
    return {"id": await pool.fetchval("INSERT INTO members (name) VALUES ($1) RETURNING id", member.name)}


async def one(number: int, pool: Pool, redis: Cached) -> dict[str, Any]:
    """A member, from the cache if it has one; without Redis the database answers."""
    key = f"member:{number}"
    try:
        name = await redis.get(key)
    except RedisError:
        logger.warning("The cache gives no answer")
        name = None
    if name is None:
        name = await pool.fetchval("SELECT name FROM members WHERE id = $1", number)
        if name is None:
            raise HTTPException(404, "no such member")
        try:
            await redis.set(key, name, ex=KEPT)
        except RedisError:
            logger.warning("The cache keeps nothing")
    return {"id": number, "name": name}


def create(variables: BackendVariables, **sentry: Any) -> FastAPI:
    """The application; errors go to Sentry where SENTRY_DSN is given, `sentry` being further options of its client."""
    if dsn := variables.sentry_dsn.get_secret_value():
        sentry_sdk.init(dsn=dsn, send_default_pii=False, integrations=[FastApiIntegration()], **sentry)
    app = FastAPI(lifespan=_life, title="Club")
    app.state.variables = variables
    app.get("/health")(health)
    app.post("/members", status_code=201)(add)
    app.get("/members/{number}")(one)
    return app


def main() -> None:
    """Serve."""
    variables = BackendVariables()  # pyright: ignore[reportCallIssue] the environment gives them
    uvicorn.run(create(variables), host="0.0.0.0", port=variables.port)  # noqa: S104, RUF100 the container's own


if __name__ == "__main__":
    main()
