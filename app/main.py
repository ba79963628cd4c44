"""The application put together, and the server that runs it: `python -m app.main`."""

import asyncio
import json
import logging
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from socket import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app.config import Settings
from app.middleware.body_limit import BodyLimit
from app.middleware.logging import RequestLog
from app.middleware.rate_limit import RateLimit
from app.middleware.security import SecurityHeaders
from app.middleware.stopping import Stopping
from app.routers import health, items
from app.services.cache import Cache
from app.services.database import Database, UnavailableError
from app.utils.logging import configure

KEEP_ALIVE = 75  #: seconds; longer than the load balancer's, which else meets connections that we just closed
FINISH = 20  #: seconds for the requests that are running; with the drain and LAST, below the task's stop timeout
LAST = 1  #: seconds in which a connection that was taken last may say what it wants

logger = logging.getLogger("app")


def create(settings: Settings) -> FastAPI:
    """The application for these settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.database, app.state.cache = Database(settings), Cache(settings)
        logger.info("Started in %s", settings.environment)
        try:
            yield
        finally:
            await app.state.cache.close()
            await app.state.database.close()
            logger.info("Stopped, the pools are closed")

    app = FastAPI(title="Items", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.stopping, app.state.asked = False, {}
    app.include_router(health.router)
    app.include_router(items.router)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(UnavailableError)(_unavailable)
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit)
    if settings.rate_limit:
        app.add_middleware(RateLimit, limit=settings.rate_limit, proxies=settings.proxies)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Stopping)
    return app


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    """What is wrong, and where; not what was sent, which may be a secret, or nothing that JSON can say."""
    found = [{key: each[key] for key in ("loc", "msg", "type")} for each in error.errors()]
    return Response(json.dumps({"detail": found}), 422, media_type="application/json")


async def _unavailable(_: Request, error: UnavailableError) -> JSONResponse:
    logger.warning("The database is unavailable", exc_info=error)
    return JSONResponse({"detail": "Try again later."}, 503, {"Retry-After": "5"})


class Server(uvicorn.Server):
    """Uvicorn that stops in steps: on SIGTERM it is no longer ready but serves on, then ends what runs, then closes.

    A second signal ends the waiting.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host="0.0.0.0",
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=FINISH,
            )
        )
        self._app, self._drain, self._stop_at = app, settings.drain_seconds, math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came. It is not handed to uvicorn, which would raise it again at the end: a stop is no failure."""
        self._stop_at = time.monotonic() + (0 if self._app.state.stopping else self._drain)
        self._app.state.stopping = True

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop; asked ten times a second."""
        return await super().on_tick(counter) or time.monotonic() >= self._stop_at

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Take no new connections, and hear those out that were taken: uvicorn hangs up on who has not asked yet.

        Each answer says `Connection: close`, so the clients end them one by one.
        """
        for server in self.servers:
            server.close()
        end = time.monotonic() + LAST
        while self.server_state.connections and time.monotonic() < end:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()  # pyright: ignore[reportCallIssue]  (the environment gives the values)
    configure(settings.log_level)
    Server(create(settings), settings).run()


if __name__ == "__main__":
    main()
