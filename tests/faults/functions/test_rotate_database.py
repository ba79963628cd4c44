"""Faults of the databases' rotations, with a real server of each: which password opens it, what people are told."""

import socket

import pytest
from botocore.exceptions import ClientError

from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from tests.faults.functions.databases import ALONE, UNANSWERED, USERS, each_database, each_handler, either_database
from tests.faults.table import Fault
from tests.functions import users
from tests.functions.emulated import hidden

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def opened(database, text):
    assert database.opens(text)


@each_database(
    *(
        Fault(
            name=f"before-{step}",
            broken=f"after a rotation, and before {step} of the next, the database is restored from before the first",
            holds="the rotation recovers it: the current password opens it in the end",
            given=step,
        )
        for step in ("createSecret", "setSecret")
    ),
)
def test_a_restored_database(database, aws, context, rotation, fault):
    rotation(database.name, lambda event: database.handler.handle(event, context))

    tasks = database.current()

    def step(event):
        if event["Step"] == fault.given:
            database.restore()
        database.handler.handle(event, context)
        if event["Step"] == "setSecret" and database.name == users.SECRET:
            opened(database, tasks)  # without waiting for new ones

    rotation(database.name, step)
    assert database.opens(database.current())
    assert not database.opens(database.text)


@each_database(
    *(
        Fault(
            name=f"before-{step}",
            broken=f"between setSecret and {step} the database is restored from before the rotation",
            holds="the new password does not become the current one; asked again the rotation ends well",
            given=step,
        )
        for step in ("testSecret", "finishSecret")
    ),
)
def test_restored_within_a_rotation(database, aws, context, rotation, fault):
    events = []

    def step(event):
        events.append(event)
        if event["Step"] == fault.given:
            database.restore()
        database.handler.handle(event, context)

    with pytest.raises(RotationError, match="the database refuses the new password"):
        rotation(database.name, step)
    assert database.current() == database.text
    assert database.opens(database.text)
    for name in STEPS:
        database.handler.handle({**events[0], "Step": name}, context)
    assert database.opens(database.current())
    assert database.current() != database.text


@either_database(
    broken="tasks are replaced long after the rotation, as by a canary, or not at all",
    holds="their password opens the database until the next rotation begins; the current one all through that",
    among=USERS,
)
def test_tasks_with_the_password_before(database, aws, context, rotation):
    def step(event):
        database.handler.handle(event, context)
        opened(database, tasks)

    for _ in range(2):
        tasks = database.current()
        rotation(database.name, step)
        assert database.current() != tasks
        opened(database, tasks)
    assert not database.opens(database.text)


@either_database(
    broken="a rotation is given up after setSecret, and another one begins",
    holds="the password of the tasks opens the database all the time; the one that was given up does not any more",
    among=USERS,
)
def test_a_rotation_that_was_given_up(database, aws, context, rotation):
    given_up = []

    def step(event):
        if event["Step"] == "testSecret":
            given_up.append(aws.secret(database.name, "AWSPENDING"))
            raise RotationError("the test gives it up")
        database.handler.handle(event, context)

    with pytest.raises(RotationError, match="the test gives it up"):
        rotation(database.name, step)
    rotation(database.name, lambda event: (database.handler.handle(event, context), opened(database, database.text)))
    assert database.opens(database.current())
    assert not database.opens(given_up[0])


@either_database(
    broken="the database is restored between the last step's promotion and its new tasks",
    holds="the last step, repeated, gives it the current password before any task is replaced",
)
def test_restored_within_the_last_step(database, aws, context, rotation):
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)

    def step(event):
        try:
            database.handler.handle(event, context)
        except ClientError:
            database.restore()
            database.handler.handle(event, context)

    rotation(database.name, step)
    assert database.opens(database.current())
    assert len(aws.calls_of("ecs:UpdateService")) == 2


@either_database(
    broken="a finish without set", holds="a password that the database refuses does not become the current one"
)
def test_a_stray_finish(database, aws, context, rotation):
    def step(event):
        if event["Step"] in ("createSecret", "finishSecret"):
            database.handler.handle(event, context)

    with pytest.raises(RotationError, match=f"the database refuses the new password {database.refused}"):
        rotation(database.name, step)
    assert database.current() == database.text
    assert aws.calls_of("ecs:UpdateService") == []


@either_database(broken="two runs of createSecret at once", holds="one value is made, and both runs end well")
def test_two_creations_at_once(database, aws, context, rotation):
    """The other run stores its value between this one's look and its call."""
    other = database.as_json(password=hidden())

    def step(event):
        if event["Step"] == "createSecret":
            its = aws.its("secretsmanager")
            token = {"ClientRequestToken": event["ClientRequestToken"], "VersionStages": ["AWSPENDING"]}

            def first(_):
                its.put_secret_value(SecretId=database.name, SecretString=other, **token)
                raise ClientError({"Error": {"Code": "ResourceExistsException"}}, "PutSecretValue")

            aws.answer("secrets-manager", "PutSecretValue", [first])
        database.handler.handle(event, context)

    rotation(database.name, step)
    assert database.current() == other
    assert database.opens(database.current())


@either_database(
    broken="another run sets the password between this one's tries", holds="this one ends well too", among=ALONE
)
def test_a_password_that_another_run_sets(database, aws, context, rotation, monkeypatch):
    real, tried = database.driver.login, []

    def login(credentials):
        tried.append(credentials.password)
        if len(tried) == 2:
            database.server.know(tried[0])
        return real(credentials)

    def step(event):
        monkeypatch.setattr(database.driver, "login", login if event["Step"] == "setSecret" else real)
        database.handler.handle(event, context)

    rotation(database.name, step)
    assert tried == [tried[0], database.read(database.text).password, tried[0]]
    assert database.opens(database.current())


@each_database(
    *(
        Fault(name=name, broken=f"one of two services is {name}", holds="the other gets new tasks", given=code)
        for name, code in {"missing": "ServiceNotFoundException", "being deleted": "ServiceNotActiveException"}.items()
    ),
)
def test_a_missing_service(database, aws, context, rotation, monkeypatch, fault):
    """It has no tasks, so the rotation is complete."""
    database.serve(monkeypatch, "gone", "api")
    aws.refuse("ecs", "UpdateService", fault.given, times=1)
    rotation(database.name, lambda event: database.handler.handle(event, context))
    assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["gone", "api"]
    labels = aws.its("secretsmanager").describe_secret(SecretId=database.name)["VersionIdsToStages"].values()
    assert sorted(label for each in labels for label in each) == ["AWSCURRENT", "AWSPREVIOUS"]


@either_database(broken="ECS refuses one of two services", holds="the other gets new tasks; it is raised and repeated")
def test_a_refused_service(database, aws, context, rotation, monkeypatch):
    database.serve(monkeypatch, "api", "worker")
    aws.its("ecs").create_service(cluster="cluster", serviceName="worker", taskDefinition="api", desiredCount=1)
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    failed = []

    def step(event):
        try:
            database.handler.handle(event, context)
        except ClientError:
            failed.append(event["Step"])
            assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["api", "worker"]
            database.handler.handle(event, context)

    rotation(database.name, step)
    assert failed == ["finishSecret"]


@either_database(broken="every step comes again after the rotation is complete", holds="nothing is called but to look")
def test_replays(database, aws, context, rotation):
    events = []

    def step(event):
        events.append(event)
        database.handler.handle(event, context)

    rotation(database.name, step)
    aws.calls.clear()
    for event in events:
        database.handler.handle(event, context)
    assert aws.actions == ["secretsmanager:DescribeSecret"] * 4


@either_database(broken="steps of the rotation before come after the next one", holds="they are refused")
def test_late_steps(database, aws, context, rotation):
    events = []

    def step(event):
        events.append(event)
        database.handler.handle(event, context)

    for _ in range(2):
        rotation(database.name, step)
    before = database.current()
    for event in events[:4]:
        with pytest.raises(RotationError, match="is not staged to become the current one"):
            database.handler.handle(event, context)
    assert database.current() == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver leaves the socket open
@either_database(broken="the database accepts a connection and says nothing", holds="it is raised after five seconds")
def test_a_silent_database(database, aws, context, monkeypatch):
    monkeypatch.setattr(database.driver, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UNANSWERED[database.engine]):
        database.opens(database.as_json(port=silent.getsockname()[1]))


@each_handler(
    *(
        Fault(name=name, broken=f"an event with {name}", holds="it is refused, and nothing is called", given=event)
        for name, event in {
            "no step": {"SecretId": "it", "ClientRequestToken": "1" * 32},
            "an unknown step": {"Step": "dropSecret", "SecretId": "it", "ClientRequestToken": "1" * 32},
            "null for a step": {"Step": None, "SecretId": "it", "ClientRequestToken": "1" * 32},
            "a list for a step": {"Step": ["createSecret"], "SecretId": "it", "ClientRequestToken": "1" * 32},
            "a million characters for a step": {"Step": "x" * 10**6, "SecretId": "it", "ClientRequestToken": "1"},
        }.items()
    ),
)
def test_malformed_events(handler, aws, context, fault):
    with pytest.raises(BadEventError):
        handler.handle(fault.given, context)
    assert aws.calls == []


@each_database(
    *(
        Fault(name=name, broken=f"a secret with {name}", holds="it is refused without quoting it", given=change)
        for name, change in {
            "no password": {"password": None},
            "a word for its port": {"port": "hidden"},
            "a port of 5,000 digits": {"port": "1" * 5000},
            "another engine": {"engine": "hidden"},
        }.items()
    ),
)
def test_malformed_secrets(database, aws, context, rotation, fault, log):
    aws.its("secretsmanager").put_secret_value(SecretId=database.name, SecretString=database.as_json(**fault.given))
    with pytest.raises(RotationError):
        rotation(database.name, lambda event: database.handler.handle(event, context))
    assert "secretsmanager:PutSecretValue" not in aws.actions
    assert "hidden" not in log.text
