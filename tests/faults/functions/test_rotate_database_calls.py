"""Calls of the databases' rotations that fail one after the other, with a real server of each engine."""

import pytest
from botocore.exceptions import ClientError

from tests.faults.functions.battery import calls_by_step, each_call
from tests.faults.functions.databases import SUBJECTS, each_database

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


@pytest.mark.parametrize("database", SUBJECTS, indirect=True)
def test_the_calls_of_a_rotation(database, aws, context, rotation):
    """Each of these is broken below; the table is exact."""
    handle = database.handler.handle
    assert calls_by_step(aws, rotation, database.name, lambda event: handle(event, context)) == CALLS


@each_database(
    *(
        row
        for step, calls in CALLS.items()
        for row in each_call(step, calls, "the current password opens the database after the step is repeated")
    )
)
def test_each_call_may_fail(database, aws, context, rotation, fault, breaker):
    """Whatever call does not succeed, and however: some stored password opens the database at once."""
    broken_step, broken = fault.given
    handle = database.handler.handle

    def step(event):
        if event["Step"] == broken_step:
            breaker.end_with(broken, lambda: handle(event, context))
            assert any(database.opens(each) for each in (database.current(), _pending(database, event)) if each)
        handle(event, context)

    rotation(database.name, step)
    now = database.current()
    assert database.opens(now)
    assert database.read(now).password != database.read(database.text).password
    assert database.current("AWSPREVIOUS") == database.text
    assert 1 <= len(aws.calls_of("ecs:UpdateService")) <= 2


def _pending(database, event):
    try:
        client = database.aws.its("secretsmanager")
        return client.get_secret_value(SecretId=database.name, VersionId=event["ClientRequestToken"])["SecretString"]
    except ClientError:
        return None
