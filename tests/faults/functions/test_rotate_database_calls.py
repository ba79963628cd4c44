"""Calls of the databases' rotations that fail one after the other, with a real server of each engine."""

import pytest
from botocore.exceptions import ClientError

from tests.faults.functions.battery import calls_by_step, each_call
from tests.faults.functions.databases import ALONE, USERS, each_database

READ = ["secretsmanager:GetSecretValue"]

#: What each step of a first rotation calls; of a user's, that of a later one.
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
#: The same of a service's user: Secrets Manager makes the password, and the administrator's secret is read too, as is
#: the user's before.
CALLS_OF_USERS = {
    **CALLS,
    "createSecret": [*CALLS["createSecret"][:-1], "secretsmanager:GetRandomPassword", CALLS["createSecret"][-1]],
    "setSecret": [*CALLS["setSecret"], *READ * 2],
}
HOLDS = "the current password opens the database after the step is repeated"


@pytest.mark.parametrize(
    ("database", "calls"),
    [*((each, CALLS) for each in ALONE), *((each, CALLS_OF_USERS) for each in USERS)],
    indirect=["database"],
)
def test_the_calls_of_a_rotation(database, calls, aws, context, rotation):
    """Each of these is broken below; the table is exact."""
    handle = database.handler.handle
    assert calls_by_step(aws, rotation, database.name, lambda event: handle(event, context)) == calls


def _rows_of(engine, among, calls):
    """All steps of PostgreSQL's; of MySQL's the one in which the engine counts."""
    steps = calls if engine == "postgres" else ("setSecret",)
    rows = (row for step in steps for row in each_call(step, calls[step], HOLDS))
    return each_database(*rows, among={word: name for word, name in among.items() if word.startswith(engine)})


@_rows_of("postgres", ALONE, CALLS)
def test_each_call_may_fail(database, context, rotation, fault, breaker):
    """Whatever call does not succeed, and however: some stored password opens the database at once."""
    _fails(database, rotation, context, fault, breaker, tasks_stay=False)


@_rows_of("mysql", ALONE, CALLS)
def test_each_call_of_mysql_may_fail(database, context, rotation, fault, breaker):
    """The same."""
    _fails(database, rotation, context, fault, breaker, tasks_stay=False)


@_rows_of("postgres", USERS, CALLS_OF_USERS)
def test_each_call_of_a_users_rotation_may_fail(database, context, rotation, fault, breaker):
    """The same, and always that which running tasks have."""
    _fails(database, rotation, context, fault, breaker, tasks_stay=True)


@_rows_of("mysql", USERS, CALLS_OF_USERS)
def test_each_call_of_a_mysql_users_rotation_may_fail(database, context, rotation, fault, breaker):
    """The same."""
    _fails(database, rotation, context, fault, breaker, tasks_stay=True)


def _fails(database, rotation, context, fault, breaker, *, tasks_stay):
    broken_step, broken = fault.given
    handle = database.handler.handle

    def step(event):
        if event["Step"] == broken_step:
            breaker.end_with(broken, lambda: handle(event, context))
            stored = (database.text,) if tasks_stay else (database.current(), _pending(database, event))
            assert any(database.opens(each) for each in stored if each)
        handle(event, context)

    rotation(database.name, step)
    now = database.current()
    assert database.opens(now)
    assert database.opens(database.text) == tasks_stay
    assert database.read(now).password != database.read(database.text).password
    assert database.current("AWSPREVIOUS") == database.text
    assert 1 <= len(database.aws.calls_of("ecs:UpdateService")) <= 2


def _pending(database, event):
    try:
        client = database.aws.its("secretsmanager")
        return client.get_secret_value(SecretId=database.name, VersionId=event["ClientRequestToken"])["SecretString"]
    except ClientError:
        return None
