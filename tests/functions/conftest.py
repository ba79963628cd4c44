import hashlib
import json
import logging
import os
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from socketserver import BaseRequestHandler
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
import trustme
from aws_lambda_powertools.logging.formatter import BasePowertoolsFormatter
from moto import mock_aws
from moto.awslambda.models import LambdaBackend

from functions.common import mysql as mysql_driver
from functions.common import postgres as postgres_driver
from functions.common.aws import client
from functions.rotate_cache import handler as cache_handler
from tests.functions import emulated
from tests.functions.caches import store
from tests.functions.emulated import ACCOUNT, REGION, Aws, LambdaRun, Log, functions_session, hidden, keep_for_a_service
from tests.functions.hours import environment
from tests.functions.hubs import hub
from tests.functions.mysql import SECRET as MYSQL_SECRET
from tests.functions.mysql import Mysql
from tests.functions.postgres import DATABASE, ROLE, SECRET, Postgres, TlsProxy, relay_to
from tests.functions.remediation import BALANCER, QUARANTINE
from tests.functions.servers import TlsServer
from tests.functions.slacks import slack
from tests.functions.texts import text
from tests.functions.users import mysql_user, postgres_user
from tests.functions.versions import version
from tests.quick_moto import quicken

#: Fixtures that stand beside what they are made of.
__all__ = ["environment", "hub", "mysql_user", "postgres_user", "slack", "store", "text", "version"]


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> LambdaRun:
    """A run of fifteen minutes; sleeping takes none of ours."""
    run = LambdaRun()
    monkeypatch.setattr(time, "sleep", run.slept.append)
    return run


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An emulated AWS without anything in it."""
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    quicken(monkeypatch)
    with mock_aws():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", functions_session())
        found = Aws()
        found.events.register("before-parameter-build", found.note)
        monkeypatch.setattr(emulated, "running", found.events)
        client.cache_clear()
        yield found
    client.cache_clear()


@pytest.fixture
def log() -> Iterator[Log]:
    """What is logged: by our functions, as Lambda would get it, and by whatever they use."""
    found = Log()
    loggers = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    heard, others = (
        [logging.root, *(each for each in loggers if not each.propagate)],
        logging.StreamHandler(found.others),
    )
    for each in heard:
        each.addHandler(others)
    handlers = {each for logger in loggers for each in logger.handlers if isinstance(each, logging.StreamHandler)}
    before = {each: each.stream for each in handlers if isinstance(each.formatter, BasePowertoolsFormatter)}
    for handler in before:
        handler.setStream(found.lines)
    yield found
    for handler, stream in before.items():
        handler.setStream(stream)
    for each in heard:
        each.removeHandler(others)


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
    seen = SimpleNamespace(create_default_context=lambda: _trusting(os.environ.get("SSL_CERT_FILE")))
    for module in (cache_handler, mysql_driver, postgres_driver):
        monkeypatch.setattr(module, "ssl", seen)
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", _hashed)


_hashed = lru_cache(hashlib.pbkdf2_hmac)  # 4,096 rounds at each login to PostgreSQL


@cache
def _trusting(_: str | None) -> ssl.SSLContext:
    """What trusts the authorities of a file, which is read once: each login asks for it."""
    found = ssl.create_default_context()
    # MySQL's own OpenSSL knows no elliptic curves: unless RSA exchanges the key, a handshake takes it 8 ms, not 1.
    found.set_ciphers("ECDHE+AESGCM:AES128-GCM-SHA256")
    return found


@pytest.fixture(scope="session")
def certified(authority: tuple[trustme.CA, Path]) -> Callable[[str], ssl.SSLContext]:
    """What proves a server to be of a name."""

    @cache
    def of(name: str) -> ssl.SSLContext:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority[0].issue_cert(name).configure_cert(tls)
        return tls

    return of


@pytest.fixture
def serve(certified: Callable[[str], ssl.SSLContext]) -> Iterator[Callable[..., int]]:
    """Serves a handler, by default with a certificate for localhost, and gives its port."""
    servers: list[TlsServer] = []

    def start(handler: type[BaseRequestHandler], name: str = "localhost", kind: type[TlsServer] = TlsServer) -> int:
        servers.append(kind(handler, certified(name)))
        return servers[-1].server_address[1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def account(aws, monkeypatch):
    """An account with a topic, and a queue that gets what is published to it."""
    topic = aws.its("sns").create_topic(Name="critical")["TopicArn"]
    queue = aws.its("sqs").create_queue(QueueName="alerts")["QueueUrl"]
    aws.its("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:alerts")
    monkeypatch.setenv("ALERT_TOPIC", topic)
    monkeypatch.setenv("PUBLIC_GROUPS", json.dumps([BALANCER]))
    monkeypatch.setenv("QUARANTINE_GROUP", QUARANTINE)

    aws.alerts = lambda: aws.received(queue)
    return aws


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the process's."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres_port(postgres: Postgres, certified: Callable[[str], ssl.SSLContext]) -> Iterator[int]:
    """Where it is spoken to over TLS."""
    proxy = TlsProxy(relay_to(postgres), certified("localhost"))
    yield proxy.server_address[1]
    proxy.stop()


@pytest.fixture(scope="session")
def mysql(authority: tuple[trustme.CA, Path]) -> Iterator[Mysql]:
    """A MySQL server of the process's, with a certificate for localhost."""
    with tempfile.TemporaryDirectory(prefix="my", ignore_cleanup_errors=True) as folder:
        server = Mysql(Path(folder), authority[0])
        yield server
        server.stop()


@pytest.fixture
def secret(aws, monkeypatch, trusted, postgres, postgres_port):
    """The database's secret as the component writes it, with the password that the server knows."""
    password = hidden()
    postgres.know(password)
    credentials = {
        "engine": "postgres",
        "username": ROLE,
        "password": password,
        "host": "localhost",
        "port": postgres_port,
        "database": DATABASE,
        "dbname": DATABASE,
    }
    keep_for_a_service(aws, monkeypatch, SECRET, json.dumps(credentials))
    return credentials


@pytest.fixture
def mysql_secret(aws, monkeypatch, trusted, mysql):
    """The secret of a MySQL database as the component writes it, with the password that the server knows."""
    password = hidden()
    mysql.know(password)
    keep_for_a_service(aws, monkeypatch, MYSQL_SECRET, mysql.url(password))
    return mysql.url(password)
