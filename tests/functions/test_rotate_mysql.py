"""Rotation of a MySQL user's password: moto's Secrets Manager, a real MySQL that takes TLS only."""

import json
import re
import ssl

import pymysql
import pytest

from functions.common.rotation import RotationError
from functions.rotate_mysql import ROTATE_MYSQL
from functions.rotate_mysql.handler import handle, opens
from tests.functions.emulated import actions, failing_steps, hidden, keep_for_a_service
from tests.functions.mysql import DATABASE, SECRET, USER, login_of

URL, JSON = "url", "json"


@pytest.fixture(params=[URL, JSON])
def secret(request, aws, monkeypatch, trusted, mysql):
    """The database's secret in either form, with the password that the server knows."""
    password = hidden()
    mysql.know(password)
    found = {"engine": "mysql", "host": "localhost", "port": mysql.port, "dbname": DATABASE, "username": USER}
    forms = {URL: mysql.url(password), JSON: json.dumps({**found, "password": password}, sort_keys=True)}
    text = forms[request.param]
    keep_for_a_service(aws, monkeypatch, SECRET, text)
    return text


def _read(aws, stage="AWSCURRENT"):
    return aws.secret(SECRET, stage)


def test_a_rotation(secret, aws, context, rotation, mysql, log):
    """The new password opens the database and stands in the secret in the old one's form; the old one opens nothing.
    The service gets new tasks. No log of ours or of the server's shows the new password."""
    rotation(SECRET, lambda event: handle(event, context))
    now, before = login_of(_read(aws)), login_of(secret)
    assert _read(aws) == secret.replace(before.password, now.password)
    assert re.fullmatch(r"[A-Za-z0-9]+", now.password)
    assert len(now.password) == len(before.password)
    assert now.password != before.password
    assert opens(now)
    assert not opens(before)
    assert _read(aws, "AWSPREVIOUS") == secret
    assert aws.calls_of("ecs:UpdateService") == [{"cluster": "cluster", "service": "api", "forceNewDeployment": True}]
    assert "ALTER USER" in mysql.log.read_text(errors="replace")
    for password in (now.password, before.password):
        assert password not in log.text
        assert password not in mysql.log.read_text(errors="replace")


def test_the_role_is_what_is_called(secret, aws, context, rotation):
    """No action too many, none too few."""
    rotation(SECRET, lambda event: handle(event, context))
    assert set(aws.actions) == actions(ROTATE_MYSQL)


def test_each_step_can_come_twice(secret, aws, context, rotation, mysql):
    """One value is made, the database is changed once, and the tasks are replaced once."""
    values = []

    def twice(event):
        handle(event, context)
        values.append(mysql.stored())
        handle(event, context)
        values.append(mysql.stored())

    rotation(SECRET, twice)
    assert aws.actions.count("secretsmanager:PutSecretValue") == 1
    assert aws.actions.count("ecs:UpdateService") == 1
    assert values[0] == values[1] != values[2]
    assert len(set(values[2:])) == 1


def test_a_rotation_goes_on_where_it_broke_off(secret, aws, context, rotation):
    """ECS refuses after the password became the current one: the run fails, and its repetition ends the work."""
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    assert failing_steps(rotation, SECRET, lambda event: handle(event, context)) == ["finishSecret"]
    assert opens(login_of(_read(aws)))


def test_a_current_password_that_is_wrong_is_raised(secret, aws, context, rotation, mysql):
    """Somebody changed it by hand: nothing is changed, and a person must write the true one into the secret."""
    mysql.know(hidden())
    before = mysql.stored()
    with pytest.raises(RotationError, match=f"refuses every password that the secret has for {USER} with 1045"):
        rotation(SECRET, lambda event: handle(event, context))
    assert mysql.stored() == before
    assert _read(aws) == secret


def test_a_server_that_cannot_prove_itself_gets_no_password(secret, monkeypatch):
    """Nobody trusts its certificate."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(pymysql.err.OperationalError, match="certificate verify failed") as raised:
        opens(login_of(secret))
    assert isinstance(raised.value.__cause__ or raised.value.__context__, ssl.SSLCertVerificationError)


def test_a_database_that_does_not_answer_is_raised(secret, mysql):
    """A port where nobody listens; the error names the host and no password."""
    login = login_of(secret.replace(str(mysql.port), "1"))
    with pytest.raises(pymysql.err.OperationalError, match="Can't connect to MySQL server on 'localhost'") as raised:
        opens(login)
    assert login.password not in str(raised.value)


def test_another_engine_is_refused(secret, aws, context, rotation):
    """Each function knows one: its archive has one driver."""
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=secret.replace("mysql", "postgresql", 1))
    with pytest.raises(RotationError, match="this function renews passwords of mysql only"):
        rotation(SECRET, lambda event: handle(event, context))
