"""Calls of the database's rotation that fail one after the other."""

import json

import pytest
from botocore.exceptions import ClientError
from pg8000.exceptions import InterfaceError
from pg8000.native import Connection

from functions.rotate_database import handler
from functions.rotate_database.handler import handle, opens
from tests.faults.functions.battery import calls_by_step, each_call
from tests.faults.table import fault, faults
from tests.functions.postgres import DATABASE, ROLE, SECRET, credentials_of

NAME = "rotate-database"


READ = ["secretsmanager:GetSecretValue"]


#: What each step of a first rotation calls.
CALLS = {
    "createSecret": ["secretsmanager:DescribeSecret", *READ * 2, "secretsmanager:PutSecretValue"],
    "setSecret": ["secretsmanager:DescribeSecret", *READ * 2],
    "testSecret": ["secretsmanager:DescribeSecret", *READ],
    "finishSecret": [
        "secretsmanager:DescribeSecret",
        *READ,
        "secretsmanager:UpdateSecretVersionStage",
        *READ * 2,
        "ecs:UpdateService",
        "secretsmanager:UpdateSecretVersionStage",
    ],
}


def read_secret(aws, stage="AWSCURRENT"):
    return json.loads(aws.secret(SECRET, stage))


def test_the_calls_of_a_rotation(secret, aws, context, rotation):
    """Each of these is broken below; the table is exact."""
    assert calls_by_step(aws, rotation, SECRET, lambda event: handle(event, context)) == CALLS


@faults(
    NAME,
    *(
        row
        for step, calls in CALLS.items()
        for row in each_call(step, calls, "the current password opens the database after the step is repeated")
    ),
)
def test_each_call_may_fail(secret, aws, context, rotation, fault, breaker):
    """Whatever call does not succeed, and however: some stored password opens the database at once."""
    broken_step, broken = fault.given

    def step(event):
        if event["Step"] == broken_step:
            breaker.end_with(broken, lambda: handle(event, context))
            stored = [read_secret(aws), _pending(aws, event) or read_secret(aws)]
            assert any(opens(credentials_of(each)) for each in stored)
        handle(event, context)

    rotation(SECRET, step)
    now = read_secret(aws)
    assert opens(credentials_of(now))
    assert now["password"] != secret["password"]
    assert read_secret(aws, "AWSPREVIOUS") == secret
    assert 1 <= len(aws.calls_of("ecs:UpdateService")) <= 2


def _pending(aws, event):
    try:
        found = aws.its("secretsmanager").get_secret_value(SecretId=SECRET, VersionId=event["ClientRequestToken"])
    except ClientError:
        return None
    return json.loads(found["SecretString"])


@fault(
    NAME,
    broken="the server has hung up by the time the driver says goodbye after a refused login",
    holds="the password is taken for refused all the same, and not for a broken network",
)
def test_a_refusal_that_the_driver_hides(secret, postgres, monkeypatch):
    """Over a Unix socket it mostly has; the driver raises that it could not say goodbye (findings/)."""
    goodbye = Connection.close

    def connection(credentials):
        return Connection(ROLE, password=credentials.password, unix_sock=postgres.socket, database=DATABASE)

    def late(self):
        assert self._usock.recv(1) == b"", "the server has more to say"
        goodbye(self)

    monkeypatch.setattr(handler, "_connection", connection)
    assert opens(credentials_of(secret))
    monkeypatch.setattr(Connection, "close", late)
    with pytest.raises(InterfaceError, match="network error"):
        connection(credentials_of({**secret, "password": "wrong"}))
    assert not opens(credentials_of({**secret, "password": "wrong"}))
