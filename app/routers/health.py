"""Whether the process lives, and whether it can serve."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.services.cache import CacheNeeded
from app.services.database import DatabaseNeeded

TIMEOUT = 2  #: seconds that a dependency has for its answer; the load balancer waits for ours longer

Status = Literal["ok", "degraded", "unavailable", "stopping"]

Asked = dict[str, "asyncio.Task[Dependency]"]  #: the questions that wait for their answers, by dependency

router = APIRouter(tags=["health"])
logger = logging.getLogger(__name__)


class Dependency(BaseModel):
    """What one dependency answered, and how long that took."""

    status: Literal["up", "busy", "down"]
    ms: float


class Health(BaseModel):
    """Whether we can serve: fully, slower, not at all without the database, or no longer."""

    status: Status
    dependencies: dict[str, Dependency]


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers. It asks nobody: a restart would not bring a dependency back."""
    return {"status": "ok"}


@router.get("/health")
@router.get("/health/ready")
async def ready(request: Request, response: Response, database: DatabaseNeeded, cache: CacheNeeded) -> Health:
    """503 if requests should go elsewhere: without the database, and while we stop. Without the cache we are slower,
    and while requests use all connections of the database too: another task in our place would not help."""
    asked = request.app.state.asked
    rows, copies = await asyncio.gather(
        _shared(asked, "database", database.check), _shared(asked, "cache", cache.check)
    )
    if rows.status == "up" and database.exhausted:
        rows = rows.model_copy(update={"status": "busy"})
    status = _status(request.app.state.stopping, rows, copies)
    if status in ("unavailable", "stopping"):
        response.status_code = 503
    return Health(status=status, dependencies={"database": rows, "cache": copies})


def _status(stopping: bool, database: Dependency, cache: Dependency) -> Status:
    if stopping:
        return "stopping"
    if database.status == "down":
        return "unavailable"
    return "degraded" if database.status == "busy" or cache.status == "down" else "ok"


async def _shared(asked: Asked, name: str, check: Callable[[], Awaitable[None]]) -> Dependency:
    """One question at a time: who comes meanwhile shares its answer. Nobody's health checks crowd out another's."""
    if name not in asked:
        asked[name] = asyncio.create_task(_ask(name, check))
        asked[name].add_done_callback(lambda _: asked.pop(name))
    return await asyncio.shield(asked[name])


async def _ask(name: str, check: Callable[[], Awaitable[None]]) -> Dependency:
    started = time.perf_counter()
    status: Literal["up", "down"] = "up"
    try:
        async with asyncio.timeout(TIMEOUT):
            await check()
    except Exception as error:  # whatever it is, it did not answer
        logger.warning("The %s does not answer: %s", name, type(error).__name__, exc_info=error)
        status = "down"
    return Dependency(status=status, ms=round((time.perf_counter() - started) * 1000, 1))
