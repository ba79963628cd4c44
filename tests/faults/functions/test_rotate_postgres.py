"""Faults of the database's rotation that only PostgreSQL has: roles that expire, and what its driver says."""

import json
import threading

import pytest
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from functions.common import postgres as driver
from functions.common.rotation import RotationError
from functions.rotate_database.handler import handle, opens
from tests.faults.table import fault
from tests.functions.postgres import DATABASE, ROLE, SECRET, credentials_of

NAME = "rotate-database"


def read_secret(aws, stage="AWSCURRENT"):
    return json.loads(aws.secret(SECRET, stage))


@pytest.fixture
def expiry(postgres):
    """Lets the role expire; afterwards it does not, and has no more rights than before."""
    yield lambda until: postgres.run(f"ALTER ROLE {ROLE} VALID UNTIL '{until}'")
    postgres.run(f"ALTER ROLE {ROLE} VALID UNTIL 'infinity' NOSUPERUSER")


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

    monkeypatch.setattr(driver, "connection", connection)
    assert opens(credentials_of(secret))
    monkeypatch.setattr(Connection, "close", late)
    with pytest.raises(InterfaceError, match="network error"):
        connection(credentials_of({**secret, "password": "wrong"}))
    assert not opens(credentials_of({**secret, "password": "wrong"}))
