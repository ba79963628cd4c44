import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import boto3
import pytest
import trustme
from aws_lambda_powertools.logging.formatter import BasePowertoolsFormatter
from moto import mock_aws
from moto.awslambda.models import LambdaBackend

from functions.common.aws import client
from tests.functions.given import ACCOUNT, REGION, Aws, Context, Log, session


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Context:
    """A run of fifteen minutes; sleeping takes none of ours."""
    run = Context()
    monkeypatch.setattr(time, "sleep", run.slept.append)
    return run


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An emulated AWS without anything in it."""
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        default = session()
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", default)
        found = Aws(default.events)
        default.events.register("before-parameter-build", found.note)
        client.cache_clear()
        yield found
    client.cache_clear()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """What is logged: by our functions, as Lambda would get it, and by whatever they use."""
    found = Log(caplog)
    loggers = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    handlers = {each for logger in loggers for each in logger.handlers if isinstance(each, logging.StreamHandler)}
    before = {each: each.stream for each in handlers if isinstance(each.formatter, BasePowertoolsFormatter)}
    for handler in before:
        handler.setStream(found.lines)
    yield found
    for handler, stream in before.items():
        handler.setStream(stream)


@pytest.fixture
def rotation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[dict[str, Any]], None]], None]:
    """Lets moto's Secrets Manager rotate a secret: each of its four steps goes to a function of the test."""

    def start(secret: str, step: Callable[[dict[str, Any]], None]) -> None:
        def invoke(_: Any, arn: str, body: str, **__: Any) -> None:
            step(json.loads(body))

        monkeypatch.setattr(LambdaBackend, "get_function", lambda *_: None)
        monkeypatch.setattr(LambdaBackend, "invoke", invoke)
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:rotate"
        aws.its("secretsmanager").rotate_secret(
            SecretId=secret, RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 30}
        )

    return start


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """A certificate authority of the tests, and the file with its certificate."""
    ca, file = trustme.CA(), tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return ca, file


@pytest.fixture
def trusted(authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL trusts the tests' authority, as Lambda's runtime trusts those of AWS."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))


class Server(ThreadingTCPServer):
    """A server on a port of localhost that proves itself with a certificate of the tests' authority."""

    daemon_threads = True

    def __init__(self, handler: type[BaseRequestHandler], tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.tls = tls

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        plain.settimeout(10)
        return self.encrypted(plain), address

    def encrypted(self, plain: socket) -> Any:
        return self.tls.wrap_socket(plain, server_side=True)


@pytest.fixture
def serve(authority: tuple[trustme.CA, Path]) -> Iterator[Callable[..., int]]:
    """Serves a handler, by default with a certificate for localhost, and gives its port."""
    servers: list[Server] = []

    def start(handler: type[BaseRequestHandler], name: str = "localhost", kind: type[Server] = Server) -> int:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority[0].issue_cert(name).configure_cert(tls)
        servers.append(kind(handler, tls))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return servers[-1].server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
