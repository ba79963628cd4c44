"""Faults of the cache's rotation: which tokens it takes, and whether every task has one of them."""

import itertools
import socket

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from functions.common.services import DeploymentError
from functions.rotate_cache import handler
from functions.rotate_cache.handler import handle
from tests.faults.table import Fault, fault, faults
from tests.functions.caches import SECRET, deployed, read_token
from tests.functions.emulated import hidden

NAME = "rotate-cache"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def _steps(context):
    return lambda event: handle(event, context)


def _half(store, aws, context, rotation):
    """A rotation whose last step could not replace the tasks: they have the old token. Gives both tokens."""
    [old] = store.tokens
    deployed(aws, "FAILED")
    with pytest.raises(DeploymentError):
        rotation(SECRET, _steps(context))
    new = read_token(aws)
    assert store.tokens == [old, new]
    its = aws.its("secretsmanager")
    [version] = [
        id_
        for id_, labels in its.describe_secret(SecretId=SECRET)["VersionIdsToStages"].items()
        if "AWSCURRENT" in labels
    ]
    # moto refuses the next rotation while this label is on the current version; AWS does if it is on another one.
    its.update_secret_version_stage(SecretId=SECRET, VersionStage="AWSPENDING", RemoveFromVersionId=version)
    return old, new


@fault(
    NAME,
    broken="the tasks could not be replaced after a rotation, and the next one comes",
    holds="it replaces them first; the token that they have is taken until then",
)
def test_the_next_rotation_settles_the_last(store, aws, context, rotation):
    old, new = _half(store, aws, context, rotation)
    deployed(aws, "COMPLETED")
    taken = {}

    def step(event):
        before = len(store.strategies)
        handle(event, context)
        taken[event["Step"]] = (list(store.tokens), store.strategies[before:])

    rotation(SECRET, step)
    newest = read_token(aws)
    assert taken == {
        "createSecret": ([old, new], []),
        "setSecret": ([new, newest], ["SET", "ROTATE"]),
        "testSecret": ([new, newest], []),
        "finishSecret": ([newest], ["SET"]),
    }


@fault(
    NAME,
    broken="the same, and the tasks cannot be replaced now either",
    holds="no further token is given: the cache takes those that tasks have, again and again",
)
def test_tasks_that_can_never_be_replaced(store, aws, context, rotation):
    old, new = _half(store, aws, context, rotation)
    tries = []

    def step(event):
        if event["Step"] == "setSecret":
            for _ in range(3):
                with pytest.raises(DeploymentError):
                    handle(event, context)
                tries.append(list(store.tokens))
        handle(event, context)

    with pytest.raises(DeploymentError):
        rotation(SECRET, step)
    assert tries == [[old, new]] * 3


@faults(
    NAME,
    Fault(
        name="current", broken="the cache is made anew with the current token", holds="it ends with one token, known"
    ),
    Fault(
        name="previous", broken="the cache is made anew with the previous one", holds="it ends with one token, known"
    ),
)
@pytest.mark.parametrize("when", ["createSecret", "setSecret", "testSecret", "finishSecret"])
def test_a_cache_made_anew(store, aws, context, rotation, fault, when):
    """Before any step of a rotation. Its token was that of the secret, now or before the last rotation."""
    deployed(aws, "COMPLETED")
    rotation(SECRET, _steps(context))
    token = read_token(aws, f"AWS{fault.name.upper()}")
    events = []

    def step(event):
        events.append(event)
        if event["Step"] == when:
            store.tokens, store.waiting = [token], None
        handle(event, context)

    if when in ("testSecret", "finishSecret"):
        with pytest.raises(RotationError, match="the cache refuses the new token"):
            rotation(SECRET, step)
        for name in STEPS:
            handle({**events[0], "Step": name}, context)
    else:
        rotation(SECRET, step)
    assert store.tokens == [read_token(aws)]


@faults(
    NAME,
    *(
        Fault(
            name=label,
            broken=f"the cache is made anew with the {label} token after a last step that could not replace the tasks",
            holds="the last step, repeated, lets the current token in and replaces the tasks",
            given=f"AWS{label.upper()}",
        )
        for label in ("current", "previous")
    ),
)
def test_made_anew_within_the_last_step(store, aws, context, rotation, fault):
    deployed(aws, "FAILED", "COMPLETED")

    def step(event):
        try:
            handle(event, context)
        except DeploymentError:
            store.tokens = [read_token(aws, fault.given)]
            handle(event, context)

    rotation(SECRET, step)
    assert store.tokens == [read_token(aws)]
    assert aws.actions.count("ecs:UpdateService") == 2


@fault(
    NAME,
    broken="a rotation that somebody cancelled left a token beside the current one",
    holds="the current one is taken again as soon as ROTATE has dropped it",
)
def test_a_token_that_was_left(store, aws, context, rotation):
    deployed(aws, "COMPLETED")
    [old] = store.tokens
    store.tokens.append(hidden())
    taken = []

    def step(event):
        handle(event, context)
        taken.append(list(store.tokens))

    rotation(SECRET, step)
    new = read_token(aws)
    assert taken[1] == [new, old]
    assert store.tokens == [new]


@fault(NAME, broken="a finish without set", holds="a token that the cache refuses does not become the current one")
def test_a_stray_finish(store, aws, context, rotation):
    [old] = store.tokens

    def step(event):
        if event["Step"] in ("createSecret", "finishSecret"):
            handle(event, context)

    with pytest.raises(RotationError, match="the cache refuses the new token"):
        rotation(SECRET, step)
    assert (read_token(aws), store.tokens) == (old, [old])


@fault(NAME, broken="somebody gave the secret the same token again", holds="it is rotated like any other")
def test_the_same_token_twice(store, aws, context, rotation):
    deployed(aws, "COMPLETED")
    [old] = store.tokens
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=old)
    rotation(SECRET, _steps(context))
    assert store.tokens == [read_token(aws)]
    assert store.tokens != [old]


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"one of two services is {name}", holds="it has no task to wait for", given=code)
        for name, code in {"missing": "ServiceNotFoundException", "being deleted": "ServiceNotActiveException"}.items()
    ),
)
def test_a_missing_service(store, aws, context, rotation, monkeypatch, fault):
    monkeypatch.setenv("SERVICES", '["gone", "api"]')
    started = {"service": {"deployments": [{"id": "ours", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}]}}

    def gone(given):
        raise ClientError({"Error": {"Code": fault.given}}, "UpdateService")

    deployed(aws, "COMPLETED")
    aws.answer("ecs", "UpdateService", [gone, started])
    rotation(SECRET, _steps(context))
    assert store.tokens == [read_token(aws)]
    assert [each["services"] for each in aws.calls_of("ecs:DescribeServices")] == [["api"]]


@fault(
    NAME, broken="ECS refuses one of two services", holds="the old token stays valid until a repetition replaced both"
)
def test_a_refused_service(store, aws, context, rotation, monkeypatch):
    monkeypatch.setenv("SERVICES", '["api", "worker"]')
    deployed(aws, "COMPLETED")
    started = {"service": {"deployments": [{"id": "ours", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}]}}

    def refused(given):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateService")

    aws.answer("ecs", "UpdateService", [refused, *[started] * 3])
    [old] = store.tokens
    failed = []

    def step(event):
        try:
            handle(event, context)
        except ClientError:
            failed.append(event["Step"])
            assert store.tokens == [old, read_token(aws)]
            handle(event, context)

    rotation(SECRET, step)
    assert failed == ["finishSecret"]
    assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["api", "worker"] * 2
    assert store.tokens == [read_token(aws)]


@fault(
    NAME, broken="somebody deploys while the tasks are replaced", holds="the old token stays valid; repeated, it ends"
)
def test_another_deployment(store, aws, context, rotation):
    deployed(aws, "COMPLETED")
    other = {"id": "theirs", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}
    aws.answer("ecs", "DescribeServices", itertools.chain([{"services": [{"deployments": [other]}]}], [None]))
    [old] = store.tokens
    with pytest.raises(DeploymentError, match="failed or was replaced by another"):
        rotation(SECRET, _steps(context))
    assert old in store.tokens


@fault(NAME, broken="every step comes again after the rotation is complete", holds="nothing is called but to look")
def test_replays(store, aws, context, rotation):
    deployed(aws, "COMPLETED")
    events = []
    rotation(SECRET, lambda event: (events.append(event), handle(event, context)))
    aws.calls.clear()
    for event in events:
        handle(event, context)
    assert aws.actions == ["secretsmanager:DescribeSecret"] * 4


@faults(
    NAME,
    *(
        Fault(
            name=step,
            broken=f"ElastiCache takes 20 minutes in {step}",
            holds="the run ends in time; repeated, all is well",
            given=step,
        )
        for step in ("setSecret", "finishSecret")
    ),
)
def test_changes_that_outlast_a_run(store, aws, context, rotation, fault):
    deployed(aws, "COMPLETED")
    failed = []

    def step(event):
        store.lag = 100 if event["Step"] == fault.given else 0
        try:
            handle(event, context)
        except OutOfTimeError:
            failed.append(event["Step"])
            assert context.get_remaining_time_in_millis() >= 10_000
            context.slept.clear()
            store.lag = 1
            handle(event, context)

    rotation(SECRET, step)
    assert failed == [fault.given]
    assert store.tokens == [read_token(aws)]


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"the cache answers {name}", holds="it is raised, and no token changes", given=answer)
        for name, answer in {
            "nothing": b"",
            "a million characters": b"x" * 1_000_000,
            "binary": bytes(range(256)),
            "busy loading": b"-LOADING Redis is loading the dataset in memory\r\n",
            "half of a word": b"+O",
        }.items()
    ),
)
def test_odd_answers(store, aws, context, rotation, fault):
    store.answer = fault.given
    with pytest.raises((RotationError, OSError)):
        rotation(SECRET, _steps(context))
    assert store.strategies == []


@fault(NAME, broken="the cache accepts a connection and says nothing", holds="it is raised after five seconds")
def test_a_silent_cache(store, aws, context, rotation, monkeypatch):
    monkeypatch.setattr(handler, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("CACHE_PORT", str(silent.getsockname()[1]))
        with pytest.raises(TimeoutError):
            rotation(SECRET, _steps(context))


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event with {name}", holds="it is refused, and nothing is called", given=event)
        for name, event in {
            "no token": {"Step": "createSecret", "SecretId": SECRET},
            "an unknown step": {"Step": "dropSecret", "SecretId": SECRET, "ClientRequestToken": "1" * 32},
            "a number for a step": {"Step": 7, "SecretId": SECRET, "ClientRequestToken": "1" * 32},
        }.items()
    ),
)
def test_malformed_events(store, aws, context, fault):
    with pytest.raises(BadEventError):
        handle(fault.given, context)
    assert aws.calls == []
