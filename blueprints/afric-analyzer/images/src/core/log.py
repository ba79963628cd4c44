"""Log lines: one JSON object each, on standard output."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO


class JsonLine(logging.Formatter):
    """A record as one line; `extra={"fields": {…}}` adds keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= getattr(record, "fields", {})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configure(to: TextIO = sys.stdout) -> None:
    """All loggers of a program of ours write so; the APIs' server is told by `logging.json`."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
