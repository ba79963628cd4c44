"""A limit of requests per client, counted in the cache; the web ACL before us has one of its own."""

import ipaddress
import time
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MINUTE = 60
NETWORK = 64  #: bits of an IPv6 address that are its network's: whoever has one address there has them all


class RateLimit:
    """Refuses a client's requests beyond `limit` a minute, over all tasks. Without the cache each task counts alone."""

    def __init__(self, app: ASGIApp, limit: int, proxies: int) -> None:
        self.app, self.limit, self.proxies = app, limit, proxies
        self._minute, self._here = 0, Counter[str]()  #: what this task has seen of the clients in this minute

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] == "http" and not scope["path"].startswith("/health"):
            now = int(time.time())
            key = f"limit:{self._client(scope)}:{now // MINUTE}"
            here = self._count(key, now // MINUTE)
            if max(here, await scope["app"].state.cache.count(key, MINUTE)) > self.limit:
                headers = {"Retry-After": str(MINUTE - now % MINUTE)}
                await JSONResponse({"detail": "Too many requests."}, 429, headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _count(self, key: str, minute: int) -> int:
        if minute != self._minute:
            self._minute, self._here = minute, Counter()
        self._here[key] += 1
        return self._here[key]

    def _client(self, scope: Scope) -> str:
        """Who asks, as the first of our own proxies saw it: what stands further left, the client may have written.

        The header may come in several lines, which are one list (RFC 9110, 5.3).
        """
        forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        seen = [each.strip() for each in forwarded if each.strip()]
        direct = scope["client"][0] if scope["client"] else "unknown"
        return _who(seen[-self.proxies] if len(seen) >= self.proxies else direct)


def _who(address: str) -> str:
    """One name for all addresses that one client has: without a port, and of IPv6 the network."""
    host, port = address, ""
    if address.startswith("["):
        host, _, port = address[1:].partition("]")
    elif address.count(":") == 1:
        host, _, port = address.partition(":")
    if port and not port.lstrip(":").isdecimal():
        return address
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), NETWORK), strict=False))
    return str(found)
