"""While the task stops, each answer ends its connection: a client's next request opens one to another task."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Stopping:
    """Adds `Connection: close` to the answers of a task that stops.

    Otherwise a client's next request may be on its way just when the connection is closed, and gets no answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and say goodbye if it is time."""

        async def parting(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["app"].state.stopping:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, receive, parting)
