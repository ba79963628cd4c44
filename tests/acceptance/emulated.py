"""An emulated AWS that the acceptance tests are tried on: each passes where all is well and fails where not.

What moto lacks is answered in AWS's own shapes, so a parameter or a field that AWS does not know fails here too.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.acceptance import test_application
from tests.acceptance.deployed import Deployed, HttpResponse, Web
from tests.aws import EmulatedStack, answer

INSIDE, ELSEWHERE = "10.0.21.7", "203.0.113.9"


@dataclass
class Pretended(Web):
    """The Internet as a test wants it."""

    answers: Callable[[str], HttpResponse] = field(default_factory=lambda: well)
    sends: Callable[[str, bytes, Mapping[str, str]], HttpResponse] | None = None
    open: frozenset[int] = frozenset({80, 443})
    versions: frozenset[ssl.TLSVersion] = frozenset({ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3})

    def ask(self, url: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        return self.answers(url)

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        assert self.sends, "nothing is sent here"
        return self.sends(url, body, headers)

    def connects(self, host: str, port: int) -> bool:
        return port in self.open

    def speaks(self, host: str, port: int, version: ssl.TLSVersion) -> bool:
        return version in self.versions


def well(url: str) -> HttpResponse:
    """As the application and what stands before it should answer."""
    if url.startswith("http://"):
        return HttpResponse(
            301, {"location": url.replace("http://", "https://").replace("/health", ":443/health")}, b""
        )
    if any(url.endswith(path) for path in test_application.MALICIOUS):
        return HttpResponse(403, {}, b"")
    return HttpResponse(200, {"strict-transport-security": "max-age=63072000"}, b"[]")


@dataclass
class Emulated:
    """A stack in an emulated AWS, and the tests' view of it."""

    aws: EmulatedStack
    web: Pretended = field(default_factory=Pretended)
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def deployed(self) -> Deployed:
        return Deployed(
            stack=self.aws.recording.stack,
            session=self.aws.session,
            web=self.web,
            patience=0,
            pause=0,
            now=lambda: self.clock,
        )

    def answers(self, service: str, operation: str, given: Any) -> None:
        answer(self.aws.session, service, operation, given)

    def inside(self, found: Mapping[str, Any]) -> None:
        """What the next tasks print."""
        self.aws.tasks(says=json.dumps(found))


def fails(proof: Callable[..., None], *given: Any) -> None:
    with pytest.raises(AssertionError):
        proof(*given)
