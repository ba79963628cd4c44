"""Rotation of the cache's AUTH token: moto's Secrets Manager, and a cache that keeps tokens as ElastiCache does.

moto knows no AUTH token, so the cache is the test's: over TLS it speaks Redis's protocol, and a change of it takes as
many looks as a test wants, during which it is `modifying` and refuses others.
"""

import re

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from functions.common.services import DeploymentError
from functions.common.variables import VariableError
from functions.rotate_cache import ROTATE_CACHE
from functions.rotate_cache.handler import handle, token_in
from tests.functions.caches import SECRET, deployed, read_token, redis
from tests.functions.emulated import actions


@pytest.mark.parametrize("lag", [0, 3])
def test_a_rotation(store, aws, context, rotation, log, lag):
    """Old and new token are valid until the tasks are replaced; then the old one is not. No log shows either."""
    deployed(aws, "IN_PROGRESS", "COMPLETED")
    [old] = store.tokens
    store.lag = lag
    valid = {}

    def step(event):
        handle(event, context)
        valid[event["Step"]] = list(store.tokens)
        store.lag = lag

    rotation(SECRET, step)
    new = read_token(aws)
    assert re.fullmatch(r"[A-Za-z0-9]{64}", new)
    assert new != old
    assert valid == {"createSecret": [old], "setSecret": [old, new], "testSecret": [old, new], "finishSecret": [new]}
    assert store.strategies == ["ROTATE", "SET"]
    assert read_token(aws, "AWSPREVIOUS") == old
    order = [action for action in aws.actions if action.startswith(("ecs:U", "elasticache:M", "secretsmanager:U"))]
    assert order == [
        "elasticache:ModifyReplicationGroup",
        "secretsmanager:UpdateSecretVersionStage",
        "ecs:UpdateService",
        "elasticache:ModifyReplicationGroup",
        "secretsmanager:UpdateSecretVersionStage",
    ]
    assert new not in log.text
    assert old not in log.text


def test_the_role_is_what_is_called(store, aws, context, rotation):
    """No action too many, none too few."""
    deployed(aws, "COMPLETED")
    rotation(SECRET, lambda event: handle(event, context))
    assert set(aws.actions) == actions(ROTATE_CACHE)


def test_each_step_can_come_twice(store, aws, context, rotation):
    """One token is made, the cache is changed twice, the tasks are replaced once."""
    deployed(aws, "COMPLETED")

    def twice(event):
        handle(event, context)
        handle(event, context)

    rotation(SECRET, twice)
    assert aws.actions.count("secretsmanager:PutSecretValue") == 1
    assert aws.actions.count("ecs:UpdateService") == 1
    assert store.strategies == ["ROTATE", "SET"]
    assert store.tokens == [read_token(aws)]


def test_a_cache_that_is_changed_just_now_is_waited_for(store, aws, context, rotation):
    """A change of somebody else's: ElastiCache would refuse a second one."""
    deployed(aws, "COMPLETED")
    store.waiting, store.lag = list(store.tokens), 4
    rotation(SECRET, lambda event: handle(event, context))
    assert store.tokens == [read_token(aws)]
    assert context.slept[:3] == [15, 15, 15]


def test_a_change_that_outlasts_the_run_goes_on_in_the_next(store, aws, context, rotation):
    """setSecret runs out of time; asked again it sees its own change done, and makes no other."""
    deployed(aws, "COMPLETED")
    store.lag = 100
    failed = []

    def stubborn(event):
        try:
            handle(event, context)
        except OutOfTimeError as error:
            failed.append((event["Step"], str(error)))
            store.lag = 2
            context.slept.clear()
            handle(event, context)

    rotation(SECRET, stubborn)
    assert failed == [("setSecret", "no time left to wait for the cache to take the token")]
    assert store.strategies == ["ROTATE", "SET"]


def test_tasks_that_cannot_be_replaced_keep_their_token(store, aws, context, rotation):
    """The deployment fails: the old token stays valid, the run fails, and its repetition ends the work."""
    deployed(aws, "FAILED", "COMPLETED")
    [old] = store.tokens
    failed = []

    def stubborn(event):
        try:
            handle(event, context)
        except DeploymentError:
            failed.append(event["Step"])
            assert store.tokens == [old, read_token(aws)]
            handle(event, context)

    rotation(SECRET, stubborn)
    assert failed == ["finishSecret"]
    assert store.tokens == [read_token(aws)]
    assert aws.actions.count("ecs:UpdateService") == 2


def test_tasks_that_take_too_long_keep_their_token(store, aws, context, rotation):
    deployed(aws, "IN_PROGRESS")
    [old] = store.tokens
    with pytest.raises(OutOfTimeError, match="no time left to wait for the new tasks of api"):
        rotation(SECRET, lambda event: handle(event, context))
    assert old in store.tokens
    assert store.strategies == ["ROTATE"]


def test_a_cache_that_was_not_changed_fails_the_test(store, aws, context, rotation):
    """Without setSecret the cache refuses the new token, and the old one stays the current."""
    [old] = store.tokens

    def skip(event):
        if event["Step"] != "setSecret":
            handle(event, context)

    with pytest.raises(RotationError, match="the cache refuses the new token"):
        rotation(SECRET, skip)
    assert read_token(aws) == old
    assert store.tokens == [old]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"-ERR Client sent AUTH, but no password is set\r\n", "-ERR"),
        (b"-LOADING Redis\r\n", "-LOADING"),
        (b"", "nothing"),
    ],
)
def test_other_trouble_than_a_wrong_token_is_raised(store, aws, context, rotation, answer, said, log):
    """It is neither taken for a valid token nor for one that must be set again."""
    store.answer = answer
    with pytest.raises(RotationError, match=f"the cache answers AUTH with {said}"):
        rotation(SECRET, lambda event: handle(event, context))
    assert store.strategies == []
    assert store.tokens[0] not in log.text


def test_a_cache_that_cannot_prove_itself_gets_no_token(store, context, rotation, serve, monkeypatch):
    monkeypatch.setenv("CACHE_PORT", str(serve(redis(store), name="evil.example")))
    with pytest.raises(OSError, match="Hostname mismatch"):
        rotation(SECRET, lambda event: handle(event, context))


def test_a_cache_that_cannot_be_reached_is_raised(store, context, rotation, monkeypatch):
    monkeypatch.setenv("CACHE_PORT", "1")
    with pytest.raises(ConnectionRefusedError):
        rotation(SECRET, lambda event: handle(event, context))


def test_a_refused_change_is_raised(store, aws, context, rotation):
    aws.refuse("elasticache", "ModifyReplicationGroup", "Throttling")
    [old] = store.tokens
    with pytest.raises(ClientError, match="Throttling"):
        rotation(SECRET, lambda event: handle(event, context))
    assert (store.tokens, read_token(aws)) == ([old], old)


def test_a_bad_event_is_raised(store, aws, context):
    with pytest.raises(BadEventError, match="a rotation has no step finish"):
        handle({"Step": "finish", "SecretId": SECRET, "ClientRequestToken": "1" * 32}, context)
    assert aws.calls == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CACHE_PORT", "rediss", "CACHE_PORT must be a whole number, not rediss"),
        ("SERVICES", "api", "SERVICES must be a JSON list, not api"),
        ("CACHE_HOST", "", "rotate-cache needs CACHE_HOST in its environment"),
    ],
)
def test_a_wrong_environment_is_said_before_anything_is_called(store, aws, context, monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(VariableError, match=message):
        handle({}, context)
    assert aws.calls == []


def test_a_secret_that_is_a_url_keeps_its_form(store, aws, context, rotation):
    """Clients read it: only the token in it changes, the number of the database stays."""
    deployed(aws, "IN_PROGRESS", "COMPLETED")
    [old] = store.tokens
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=f"rediss://:{old}@cache.internal:6379/0")
    rotation(SECRET, lambda event: handle(event, context))
    [new] = store.tokens
    assert new != old
    assert read_token(aws) == f"rediss://:{new}@cache.internal:6379/0"


def test_a_url_without_a_token_is_refused():
    """The message quotes nothing of it."""
    with pytest.raises(RotationError, match="the secret is a URL without a token") as raised:
        token_in("rediss://cache.internal:6379/0")
    assert "cache.internal" not in str(raised.value)
