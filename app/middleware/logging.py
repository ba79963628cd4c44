"""One log line a request: the platform's metric filters, alarms and saved queries read it."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.utils.logging import request_id

TRACE = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})")  #: how the load balancer names a request, in its logs too

logger = logging.getLogger(__name__)


class RequestLog:
    """Logs each request when it is answered, and answers those whose handler failed.

    A failure is one line of level ERROR, with its traceback. Successful health checks are not logged: they would be
    most of the log, and of the latencies drawn from it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log that."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name, status, error = _name(Headers(scope=scope)), 0, None
        started, token = time.perf_counter(), request_id.set(name)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = name
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as raised:
            error = raised
            if status:  # too late for another answer: the server cuts the connection
                raise
            await JSONResponse({"detail": "Internal Server Error"}, 500)(scope, receive, noted)
        finally:
            _log(scope, status, time.perf_counter() - started, error)
            request_id.reset(token)


def _name(headers: Headers) -> str:
    found = TRACE.search(headers.get("x-amzn-trace-id", ""))
    return found[1] if found else uuid.uuid4().hex


def _log(scope: Scope, status: int, seconds: float, error: Exception | None) -> None:
    path = getattr(scope.get("route"), "path", "(none)")  # the route's, so that requests can be counted by it
    failed = error is not None or status >= 500
    if path.startswith("/health") and not failed:
        return
    duration = round(seconds * 1000, 1)
    logger.log(
        logging.ERROR if failed else logging.INFO,
        "Request completed duration=%sms status=%s",
        duration,
        status,
        exc_info=error,
        extra={"fields": {"method": scope["method"], "path": path, "duration_ms": duration, "status": status}},
    )
