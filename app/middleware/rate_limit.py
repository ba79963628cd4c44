"""A limit of requests per client, counted in the cache; the web ACL before us has one of its own."""

import time

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MINUTE = 60


class RateLimit:
    """Refuses a client's requests beyond `limit` a minute. Without the cache nobody is refused."""

    def __init__(self, app: ASGIApp, limit: int, proxies: int) -> None:
        self.app, self.limit, self.proxies = app, limit, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] == "http" and not scope["path"].startswith("/health"):
            now = int(time.time())
            key = f"limit:{self._client(scope)}:{now // MINUTE}"
            if await scope["app"].state.cache.count(key, MINUTE) > self.limit:
                headers = {"Retry-After": str(MINUTE - now % MINUTE)}
                await JSONResponse({"detail": "Too many requests."}, 429, headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _client(self, scope: Scope) -> str:
        """Who asks, as the first of our own proxies saw it: what stands further left, the client may have written."""
        seen = [each.strip() for each in Headers(scope=scope).get("x-forwarded-for", "").split(",") if each.strip()]
        direct = scope["client"][0] if scope["client"] else "unknown"
        return seen[-self.proxies] if len(seen) >= self.proxies else direct
