"""A stack as it stands in AWS: what it is called follows from its recording, so nobody has to hand its outputs over."""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from preview.recording import Recording
from scripts.one_task import Inside
from settings.file import stackfile
from settings.file.reading import read
from settings.settings import Settings
from tests.requirements.reading import of, one
from tests.stacks import project, recorded, stack_file

T = TypeVar("T")


@dataclass(frozen=True)
class HttpResponse:
    """What a server said."""

    status: int
    headers: Mapping[str, str]  #: their names in lower case
    body: bytes


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Web:
    """The Internet, from where the tests run."""

    def ask(self, url: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """GET, without following a redirect."""
        return self._open(urllib.request.Request(url, headers=dict(headers or {})))

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        """POST of JSON."""
        return self._open(urllib.request.Request(url, body, {"Content-Type": "application/json", **headers}))

    def _open(self, request: urllib.request.Request) -> HttpResponse:
        opener = urllib.request.build_opener(_Unfollowed, urllib.request.HTTPSHandler(context=self._trust()))
        try:
            with opener.open(request, timeout=10) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error)

    def connects(self, host: str, port: int) -> bool:
        """Whether somebody takes a connection."""
        try:
            socket.create_connection((host, port), 3).close()
        except OSError:
            return False
        return True

    def speaks(self, host: str, port: int, version: ssl.TLSVersion) -> bool:
        """Whether a server agrees to a version of TLS at most."""
        context = self._trust()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")  # or our own side would refuse the old versions
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version
        try:
            with socket.create_connection((host, port), 5) as plain, context.wrap_socket(plain, server_hostname=host):
                return True
        except OSError:  # ssl.SSLError is one
            return False

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @staticmethod
    def _read(answer: http.client.HTTPResponse | urllib.error.HTTPError) -> HttpResponse:
        return HttpResponse(
            int(answer.status or 0), {name.lower(): value for name, value in answer.headers.items()}, answer.read()
        )


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The stack, and how long to wait for what AWS does later."""

    stack: str
    session: Any  #: boto3's
    web: Web = field(default_factory=Web)
    patience: float = 1200  #: seconds at most
    pause: float = 15
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @property
    def recording(self) -> Recording:
        """The same stack, as the program registers it."""
        return recorded(self.stack, known=True)

    @property
    def settings(self) -> Settings:
        system, folder = project(self.stack)
        file, name = stack_file(self.stack), self.stack.rpartition("/")[2]
        found = stackfile.load(file, system)
        assert folder == file.parent
        return read(found.config, project=system, stack=name, secret_keys=found.secret_keys, file=file)

    def client(self, service: str) -> Any:
        return self.session.client(service)

    def name(self, class_: str, key: str = "name") -> str:
        """What the only resource of a class is called in AWS."""
        return str(one(self.recording, class_)[key])

    @property
    def host(self) -> str:
        """The application's public name."""
        return next(
            host for service in self.settings.services.values() for r in service.routes.values() for host in r.hosts
        )

    @property
    def inside(self) -> Inside:
        """Tasks beside those of the only service."""
        return self.inside_of(self.name("ecs.Service"))

    def inside_of(self, service: str) -> Inside:
        """Tasks beside those of a service, by its name in AWS."""
        return Inside(session=self.session, cluster=self.name("ecs.Cluster"), service=service, wait=self.pause / 3)

    def service(self) -> dict[str, Any]:
        """How the service is."""
        [found] = self.client("ecs").describe_services(
            cluster=self.name("ecs.Cluster"), services=[self.name("ecs.Service")]
        )["services"]
        return found

    def database(self) -> dict[str, Any]:
        """How the database is."""
        name = self.name("rds.Instance", "identifier")
        return self.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    def eventually(self, look: Callable[[], T], what: str) -> T:
        """The first thing that a look finds. Fails when patience ends."""
        end = time.monotonic() + self.patience
        while True:
            if found := look():
                return found
            assert time.monotonic() < end, f"not seen within {self.patience:.0f} seconds: {what}"
            time.sleep(self.pause)

    def names(self, class_: str, key: str = "name") -> Sequence[str]:
        """What all resources of a class are called."""
        return [str(each[key]) for each in of(self.recording, class_)]
