"""A limit of what a client may send: the body would be held in memory, several times over while it is parsed."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 64 * 1024  #: bytes; the longest item is 1100 characters, of 12 bytes each if all are escaped in JSON
DETAIL = "The body is too long."


class BodyLimit:
    """Refuses a body beyond the limit: by what its headers say, or else as soon as more than that has come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and (len(declared) > len(str(LONGEST)) or int(declared) > LONGEST):
            await JSONResponse({"detail": DETAIL}, 413)(scope, receive, send)
            return
        length = 0

        async def counted() -> Message:
            nonlocal length
            message = await receive()
            length += len(message.get("body", b""))
            if length > LONGEST:
                raise HTTPException(413, DETAIL)  # whoever reads the body answers with it
            return message

        await self.app(scope, counted, send)
