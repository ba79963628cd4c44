"""Faults of the database's rotation, with a real PostgreSQL: which password opens it, and what people are told."""

import json
import socket
import threading

import pytest
from botocore.exceptions import ClientError
from pg8000.exceptions import DatabaseError, InterfaceError

from functions.common.entry import BadEventError
from functions.common.rotation import RotationError
from functions.rotate_database import handler
from functions.rotate_database.handler import handle, opens, verifier
from tests.faults.table import Fault, fault, faults
from tests.functions.emulated import hidden
from tests.functions.postgres import ROLE, SECRET, credentials_of

NAME = "rotate-database"


STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def read_secret(aws, stage="AWSCURRENT"):
    return json.loads(aws.secret(SECRET, stage))


def _know(postgres, password):
    """The database is as it was when it knew this password."""
    postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{verifier(password)}'")


@pytest.fixture
def expiry(postgres):
    """Lets the role expire; afterwards it does not, and has no more rights than before."""
    yield lambda until: postgres.run(f"ALTER ROLE {ROLE} VALID UNTIL '{until}'")
    postgres.run(f"ALTER ROLE {ROLE} VALID UNTIL 'infinity' NOSUPERUSER")


@faults(
    NAME,
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
def test_a_restored_database(secret, aws, context, rotation, postgres, fault):
    rotation(SECRET, lambda event: handle(event, context))

    def step(event):
        if event["Step"] == fault.given:
            _know(postgres, secret["password"])
        handle(event, context)

    rotation(SECRET, step)
    assert opens(credentials_of(read_secret(aws)))
    assert not opens(credentials_of(secret))


@faults(
    NAME,
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
def test_restored_within_a_rotation(secret, aws, context, rotation, postgres, fault):
    events = []

    def step(event):
        events.append(event)
        if event["Step"] == fault.given:
            _know(postgres, secret["password"])
        handle(event, context)

    with pytest.raises(RotationError, match="the database refuses the new password"):
        rotation(SECRET, step)
    assert read_secret(aws) == secret
    assert opens(credentials_of(secret))
    for name in STEPS:
        handle({**events[0], "Step": name}, context)
    assert opens(credentials_of(read_secret(aws)))
    assert read_secret(aws) != secret


@fault(
    NAME,
    broken="the database is restored between the last step's promotion and its new tasks",
    holds="the last step, repeated, gives it the current password before any task is replaced",
)
def test_restored_within_the_last_step(secret, aws, context, rotation, postgres):
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)

    def step(event):
        try:
            handle(event, context)
        except ClientError:
            _know(postgres, secret["password"])
            handle(event, context)

    rotation(SECRET, step)
    assert opens(credentials_of(read_secret(aws)))
    assert len(aws.calls_of("ecs:UpdateService")) == 2


@fault(
    NAME, broken="a finish without set", holds="a password that the database refuses does not become the current one"
)
def test_a_stray_finish(secret, aws, context, rotation):
    def step(event):
        if event["Step"] in ("createSecret", "finishSecret"):
            handle(event, context)

    with pytest.raises(RotationError, match="the database refuses the new password for app_admin with 28P01"):
        rotation(SECRET, step)
    assert read_secret(aws) == secret
    assert aws.calls_of("ecs:UpdateService") == []


@fault(NAME, broken="the role has expired", holds="the error names it as one cause; nothing is changed")
def test_an_expired_role(secret, aws, context, rotation, postgres, expiry):
    expiry("2020-01-01")
    before = postgres.stored()
    message = (
        r"with 28P01, as PostgreSQL does if it is wrong, if the role has expired \(VALID UNTIL\) and if there is no"
    )
    with pytest.raises(RotationError, match=message):
        rotation(SECRET, lambda event: handle(event, context))
    assert (postgres.stored(), read_secret(aws)) == (before, secret)


@fault(NAME, broken="the role will expire, and may change that", holds="it gets its new password without an expiry")
def test_an_expiry_is_lifted(secret, aws, context, rotation, postgres, expiry):
    """A role that may alter roles: here a superuser, on RDS the master user up to PostgreSQL 15."""
    expiry("2099-01-01")
    postgres.run(f"ALTER ROLE {ROLE} SUPERUSER")
    rotation(SECRET, lambda event: handle(event, context))
    assert opens(credentials_of(read_secret(aws)))
    assert postgres.run(f"SELECT rolvaliduntil::text FROM pg_roles WHERE rolname = '{ROLE}'") == [[["infinity"]]]


@fault(
    NAME,
    broken="the role will expire, and may not change that",
    holds="the error says when, and who can mend it how; the password is as it was, and still opens the database",
)
def test_an_expiry_that_may_not_be_lifted(secret, aws, context, rotation, expiry):
    expiry("2099-01-01")
    message = (
        "the role app_admin expires at 2099-01-01.* ALTER ROLE .app_admin. VALID UNTIL 'infinity' and rotate again"
    )
    with pytest.raises(RotationError, match=message):
        rotation(SECRET, lambda event: handle(event, context))
    assert read_secret(aws) == secret
    assert opens(credentials_of(secret))


@fault(NAME, broken="two runs of createSecret at once", holds="one value is made, and both runs end well")
def test_two_creations_at_once(secret, aws, context, rotation):
    """The other run stores its value between this one's look and its call."""
    other = json.dumps({**secret, "password": hidden()})

    def step(event):
        if event["Step"] == "createSecret":
            its = aws.its("secretsmanager")
            token = {"ClientRequestToken": event["ClientRequestToken"], "VersionStages": ["AWSPENDING"]}

            def first(_):
                its.put_secret_value(SecretId=SECRET, SecretString=other, **token)
                raise ClientError({"Error": {"Code": "ResourceExistsException"}}, "PutSecretValue")

            aws.answer("secrets-manager", "PutSecretValue", [first])
        handle(event, context)

    rotation(SECRET, step)
    assert json.dumps(read_secret(aws)) == other
    assert opens(credentials_of(read_secret(aws)))


@fault(NAME, broken="three runs of setSecret at once", holds="all end well, and the new password opens the database")
def test_runs_at_once(secret, aws, context, rotation):
    failed = []

    def one(event):
        try:
            handle(event, context)
        except Exception as error:
            failed.append(error)

    def step(event):
        if event["Step"] != "setSecret":
            handle(event, context)
            return
        threads = [threading.Thread(target=one, args=(event,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    rotation(SECRET, step)
    # PostgreSQL lets only one of two transactions alter a role at the same time; the others fail, and are repeated.
    assert all(isinstance(error, DatabaseError) and "tuple concurrently updated" in str(error) for error in failed)
    assert opens(credentials_of(read_secret(aws)))


@fault(NAME, broken="another run sets the password between this one's tries", holds="this one ends well too")
def test_a_password_that_another_run_sets(secret, aws, context, rotation, postgres, monkeypatch):
    real, tried = handler._login, []

    def login(credentials):
        tried.append(credentials.password)
        if len(tried) == 2:
            _know(postgres, tried[0])
        return real(credentials)

    def step(event):
        monkeypatch.setattr(handler, "_login", login if event["Step"] == "setSecret" else real)
        handle(event, context)

    rotation(SECRET, step)
    assert tried == [tried[0], secret["password"], tried[0]]
    assert opens(credentials_of(read_secret(aws)))


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"one of two services is {name}", holds="the other gets new tasks", given=code)
        for name, code in {"missing": "ServiceNotFoundException", "being deleted": "ServiceNotActiveException"}.items()
    ),
)
def test_a_missing_service(secret, aws, context, rotation, monkeypatch, fault):
    """It has no tasks, so the rotation is complete."""
    monkeypatch.setenv("SERVICES", '["gone", "api"]')
    aws.refuse("ecs", "UpdateService", fault.given, times=1)
    rotation(SECRET, lambda event: handle(event, context))
    assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["gone", "api"]
    labels = aws.its("secretsmanager").describe_secret(SecretId=SECRET)["VersionIdsToStages"].values()
    assert sorted(label for each in labels for label in each) == ["AWSCURRENT", "AWSPREVIOUS"]


@fault(NAME, broken="ECS refuses one of two services", holds="the other gets new tasks; it is raised and repeated")
def test_a_refused_service(secret, aws, context, rotation, monkeypatch):
    monkeypatch.setenv("SERVICES", '["api", "worker"]')
    aws.its("ecs").create_service(cluster="cluster", serviceName="worker", taskDefinition="api", desiredCount=1)
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    failed = []

    def step(event):
        try:
            handle(event, context)
        except ClientError:
            failed.append(event["Step"])
            assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["api", "worker"]
            handle(event, context)

    rotation(SECRET, step)
    assert failed == ["finishSecret"]


@fault(NAME, broken="every step comes again after the rotation is complete", holds="nothing is called but to look")
def test_replays(secret, aws, context, rotation):
    events = []

    def step(event):
        events.append(event)
        handle(event, context)

    rotation(SECRET, step)
    aws.calls.clear()
    for event in events:
        handle(event, context)
    assert aws.actions == ["secretsmanager:DescribeSecret"] * 4


@fault(NAME, broken="steps of the rotation before come after the next one", holds="they are refused")
def test_late_steps(secret, aws, context, rotation):
    events = []

    def step(event):
        events.append(event)
        handle(event, context)

    for _ in range(2):
        rotation(SECRET, step)
    before = read_secret(aws)
    for event in events[:4]:
        with pytest.raises(RotationError, match="is not staged to become the current one"):
            handle(event, context)
    assert read_secret(aws) == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver leaves the socket open
@fault(NAME, broken="the database accepts a connection and says nothing", holds="it is raised after five seconds")
def test_a_silent_database(secret, aws, context, monkeypatch):
    monkeypatch.setattr(handler, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises((InterfaceError, OSError)):
        opens(credentials_of({**secret, "port": silent.getsockname()[1]}))


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event with {name}", holds="it is refused, and nothing is called", given=event)
        for name, event in {
            "no step": {"SecretId": SECRET, "ClientRequestToken": "1" * 32},
            "an unknown step": {"Step": "dropSecret", "SecretId": SECRET, "ClientRequestToken": "1" * 32},
            "null for a step": {"Step": None, "SecretId": SECRET, "ClientRequestToken": "1" * 32},
            "a list for a step": {"Step": ["createSecret"], "SecretId": SECRET, "ClientRequestToken": "1" * 32},
            "a million characters for a step": {"Step": "x" * 10**6, "SecretId": SECRET, "ClientRequestToken": "1"},
        }.items()
    ),
)
def test_malformed_events(secret, aws, context, fault):
    with pytest.raises(BadEventError):
        handle(fault.given, context)
    assert aws.calls == []


@faults(
    NAME,
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
def test_malformed_secrets(secret, aws, context, rotation, fault, log):
    changed = {key: value for key, value in {**secret, **fault.given}.items() if value is not None}
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=json.dumps(changed))
    with pytest.raises(RotationError):
        rotation(SECRET, lambda event: handle(event, context))
    assert "secretsmanager:PutSecretValue" not in aws.actions
    assert "hidden" not in log.text
