"""Log lines: one JSON object each, whose last key is the message.

The platform's saved queries read text (`duration=*ms`, `status=*`, `"path": "*"`), its metric filters JSON. So there is
a space after each colon, nothing stands after the message, and before it an equals sign is written as its JSON escape:
nothing that a client chose can be taken for a field of the message.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)  #: of the request that is being answered


class JsonFormatter(logging.Formatter):
    """A record as one line; `extra={"fields": {…}}` adds keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if found := request_id.get():
            fields["request_id"] = found
        fields |= getattr(record, "fields", {})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        head = json.dumps(fields, default=str).removesuffix("}").replace("=", "\\u003d")
        return f'{head}, "message": {json.dumps(record.getMessage())}}}'


def configure(level: str, to: TextIO = sys.stdout) -> None:
    """Write our own records from `level` on and others' from INFO on; ECS hands standard output on to CloudWatch."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("app").setLevel(level.upper())
