"""Reads the question of `--can` and holds its answer; `exposure` works the answer out."""

import re
from typing import NamedTuple

from guard.aws.networks import ALL_PORTS
from guard.aws.spans import Spans
from preview.stack import PreviewError


class Reply(NamedTuple):
    """The answer to a question of who can reach what."""

    open: bool  #: True also where nobody can rule it out yet
    text: str


def asked_of(text: str) -> tuple[str, Spans, str]:
    """Splits NAME:PORT/PROTOCOL. Without a port all are meant; the protocol may be empty. Raises PreviewError."""
    name, colon, port = text.rpartition(":")
    if not colon:
        return text, ALL_PORTS, ""
    number, _, protocol = port.partition("/")
    if not name or not re.fullmatch(r"[0-9]{1,5}", number) or int(number) > 65535 or protocol not in ("", "tcp", "udp"):
        form = "NAME, NAME:PORT or NAME:PORT/udp, such as database:5432"
        raise PreviewError(f"--can: {text} is no name with a port; write {form}. Of ICMP nothing is told")
    return name, Spans.of((int(number), int(number))), protocol
