"""Rotation of the database's password: moto's Secrets Manager, a real PostgreSQL behind TLS."""

import json
import re
from base64 import b64decode

import pytest

from functions.common.database import DatabaseLogin, renewed
from functions.common.postgres import verifier
from functions.common.rotation import RotationError
from functions.rotate_database import ROTATE_DATABASE
from functions.rotate_database.handler import handle, opens
from tests.functions.emulated import actions, failing_steps, hidden
from tests.functions.postgres import DATABASE, ROLE, SECRET, credentials_of


def _read(aws, stage="AWSCURRENT"):
    return json.loads(aws.secret(SECRET, stage))


@pytest.mark.requirement("CA-AUTO-02", stacks=["club-app/dev"])
def test_a_rotation(secret, aws, context, rotation, postgres, log):
    """The new password opens the database and stands in the secret beside the same keys; the old one opens nothing.
    The service gets new tasks. No log of ours or of the server's shows either password."""
    rotation(SECRET, lambda event: handle(event, context))
    now = _read(aws)
    assert {**now, "password": secret["password"]} == secret
    assert re.fullmatch(r"[A-Za-z0-9]{32}", now["password"])
    assert now["password"] != secret["password"]
    assert opens(credentials_of(now))
    assert not opens(credentials_of(secret))
    assert _read(aws, "AWSPREVIOUS") == secret
    assert aws.calls_of("ecs:UpdateService") == [{"cluster": "cluster", "service": "api", "forceNewDeployment": True}]
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


def test_a_secret_that_is_a_url_keeps_its_form(secret, aws, context, rotation):
    """Drivers read it: only the password in it changes, and is as long as the one before."""
    port, password = secret["port"], secret["password"]
    url = f"postgresql://{ROLE}:{{}}@localhost:{port}/{DATABASE}"
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=url.format(password))
    rotation(SECRET, lambda event: handle(event, context))
    now = aws.its("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"]
    new = DatabaseLogin.read(now)
    assert now == url.format(new.password)
    assert len(new.password) == len(password)
    assert new.password != password
    assert opens(new)


@pytest.mark.parametrize(
    "text",
    ["postgresql://app@host:5432/app", "postgresql://app:x@:5432/app", "postgresql://app:x@host:5432", "nonsense"],
)
def test_a_url_that_lacks_something_is_refused(text):
    """The message quotes nothing of it."""
    with pytest.raises(RotationError, match=r"is not a JSON object with engine, .*, nor a URL with these") as raised:
        DatabaseLogin.read(text)
    assert text not in str(raised.value)


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
    assert opens(credentials_of(_read(aws)))


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
    assert failing_steps(rotation, SECRET, lambda event: handle(event, context)) == ["finishSecret"]
    assert len(aws.calls_of("ecs:UpdateService")) == 2
    assert opens(credentials_of(_read(aws)))


def test_a_database_that_was_not_changed_fails_the_test(secret, context, rotation, aws):
    """Without setSecret the new password opens nothing, and the old one stays the current."""

    def skip(event):
        if event["Step"] != "setSecret":
            handle(event, context)

    with pytest.raises(RotationError, match="the database refuses the new password for app_admin with 28P01"):
        rotation(SECRET, skip)
    assert _read(aws) == secret
    assert opens(credentials_of(secret))


def test_a_password_that_somebody_wrote_into_a_url():
    """With what a URL must quote: it is read as drivers read it, and a new one is quoted as well."""
    text = "postgresql://app_admin:a%40b%2Fc@db.example.com:5432/app"
    assert DatabaseLogin.read(text).password == "a@b/c"
    assert renewed(text, "x@y/z") == "postgresql://app_admin:x%40y%2Fz@db.example.com:5432/app"
    assert DatabaseLogin.read(renewed(text, "x@y/z")).password == "x@y/z"


def test_a_current_password_that_is_wrong_is_raised(secret, aws, context, rotation, postgres, log):
    """Somebody changed it by hand: nothing is changed, and a person must write the true one into the secret."""
    before = verifier(hidden())
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{before}'")
    with pytest.raises(RotationError, match="the database refuses every password that the secret has"):
        rotation(SECRET, lambda event: handle(event, context))
    assert postgres.stored() == before
    assert _read(aws) == secret
    assert secret["password"] not in log.text


def test_a_verifier_is_what_postgres_makes_itself(postgres, monkeypatch):
    """Of the same password and salt; and never the same salt again."""
    password = hidden()
    assert verifier(password) != verifier(password)
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{password}'")
    salt = re.fullmatch(r"SCRAM-SHA-256\$4096:(.{24})\$.{44}:.{44}", postgres.stored())[1]
    monkeypatch.setattr("secrets.token_bytes", lambda size: b64decode(salt))
    assert verifier(password) == postgres.stored()
