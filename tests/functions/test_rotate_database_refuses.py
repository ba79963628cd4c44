"""rotate-database: what it refuses, and what it raises."""

import json
import ssl

import pytest
from botocore.exceptions import ClientError
from pg8000.exceptions import DatabaseError, InterfaceError

from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from functions.common.variables import VariableError
from functions.rotate_database.handler import handle, opens
from tests.functions.emulated import hidden
from tests.functions.postgres import SECRET, TlsProxy, credentials_of, relay_to


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
    assert opens(credentials_of(secret))


def _backend_version(aws, event):
    """moto's own record of a version, which no call can change."""
    from moto.secretsmanager.models import secretsmanager_backends

    [secret] = secretsmanager_backends["123456789012"]["us-east-1"].secrets.values()
    return secret.versions[event["ClientRequestToken"]]


def test_a_server_that_cannot_prove_itself_gets_no_password(secret, aws, context, serve, postgres):
    """Its certificate names another host, or nobody trusts it: neither is logged in to."""
    port = serve(relay_to(postgres), name="evil.example", kind=TlsProxy)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        opens(credentials_of({**secret, "port": port}))


def test_an_unknown_authority_is_not_trusted(secret, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        opens(credentials_of(secret))


def test_a_database_that_does_not_answer_is_raised(secret, context, rotation, log):
    """A port where nobody listens; the error names the host and no password."""
    with pytest.raises(InterfaceError, match="Can't create a connection to host localhost") as raised:
        opens(credentials_of({**secret, "port": 1}))
    assert secret["password"] not in str(raised.value)


def test_other_trouble_than_a_wrong_password_is_raised(secret, postgres):
    """A database that does not exist: the password may be right all the same."""
    with pytest.raises(DatabaseError, match="3D000"):
        opens(credentials_of({**secret, "dbname": "missing"}))


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
    assert secret["password"] not in repr(credentials_of(secret))


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
