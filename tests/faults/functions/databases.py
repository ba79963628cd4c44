"""The databases whose passwords are rotated: what their rotations do alike is tried with a real server of each.

Each function's faults stand in the table under its own name. `postgres` and `mysql` are users that renew their own
password; `postgres-user` and `mysql-user` are services' users, whom an administrator made before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pymysql
import pytest
from pg8000.exceptions import InterfaceError

from functions.common import mysql as mysql_driver
from functions.common import postgres as postgres_driver
from functions.common.database import DatabaseLogin
from functions.common.function import database_rotation, user_rotation
from functions.rotate_database import handler as postgres_handler
from functions.rotate_mysql import handler as mysql_handler
from functions.rotate_mysql_user import handler as mysql_user_handler
from functions.rotate_user import handler as user_handler
from tests.faults.table import MARKER, Fault, fault
from tests.functions import mysql, postgres, users
from tests.functions.emulated import Aws

#: The functions, by what they rotate: by the engine that the secret names, and of services' users.
ALONE = {"postgres": "rotate-database", "mysql": "rotate-mysql"}
USERS = {"postgres-user": "rotate-user", "mysql-user": "rotate-mysql-user"}
SUBJECTS = {**ALONE, **USERS}
HANDLERS = {
    "rotate-database": postgres_handler,
    "rotate-mysql": mysql_handler,
    "rotate-user": user_handler,
    "rotate-mysql-user": mysql_user_handler,
}
#: How a driver says that nobody answered in time.
UNANSWERED: Mapping[str, tuple[type[Exception], ...]] = {
    "postgres": (InterfaceError, OSError),
    "mysql": (pymysql.err.OperationalError,),
}


@dataclass(frozen=True, kw_only=True)
class TestedDatabase:
    """A server that knows a secret's password, and the function that rotates it."""

    engine: str
    handler: Any  #: the function's module
    driver: Any  #: what it speaks to the server with
    server: Any  #: with `know` and `stored`
    name: str  #: of the secret
    text: str  #: of the secret, before any rotation
    refused: str  #: what the error says of a password that the database refuses
    aws: Aws

    def read(self, text: str) -> DatabaseLogin:
        return DatabaseLogin.read(text, self.engine)

    def opens(self, text: str) -> bool:
        return self.handler.opens(self.read(text))

    def current(self, stage: str = "AWSCURRENT") -> str:
        """What the secret says now."""
        return self.aws.secret(self.name, stage)

    def restore(self) -> None:
        """The server is as it was before the first rotation."""
        self.server.know(self.read(self.text).password)

    def serve(self, monkeypatch: pytest.MonkeyPatch, *services: str) -> None:
        """These services have what is rotated."""
        named = {users.USER: services} if self.name == users.SECRET else services
        monkeypatch.setenv("SERVICES", json.dumps(named))

    def as_json(self, **changes: Any) -> str:
        """The secret as JSON, with other values; None leaves one out."""
        found = self.read(self.text)
        fields = {"engine": self.engine, "host": found.host, "port": found.port, "dbname": found.database}
        fields |= {"username": found.user, "password": found.password, **changes}
        return json.dumps({key: value for key, value in fields.items() if value is not None})


def each_database(*rows: Fault, among: Mapping[str, str] = SUBJECTS) -> pytest.MarkDecorator:
    """Run a test once for each row and each of the rotations."""
    return pytest.mark.parametrize(
        ("database", MARKER),
        [
            pytest.param(engine, row, id=f"{engine}-{row.name}", marks=fault(subject, row.broken, row.holds))
            for engine, subject in among.items()
            for row in rows
        ],
        indirect=["database"],
    )


def each_handler(*rows: Fault) -> pytest.MarkDecorator:
    """Run a test once for each row and each of the functions, which needs no database for it."""
    return pytest.mark.parametrize(
        ("handler", MARKER),
        [
            pytest.param(handler, row, id=f"{name}-{row.name}", marks=fault(name, row.broken, row.holds))
            for name, handler in HANDLERS.items()
            for row in rows
        ],
        indirect=["handler"],
    )


@pytest.fixture
def handler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function's module, whose variables are set."""
    for name in {*user_rotation("", ()).variables, *database_rotation("", ()).variables}:
        monkeypatch.setenv(name, "{}")
    return request.param


def either_database(broken: str, holds: str, among: Mapping[str, str] = SUBJECTS) -> pytest.MarkDecorator:
    """Say of a test which one fault it tries, of each of the rotations."""
    rows = [pytest.param(engine, marks=fault(subject, broken, holds)) for engine, subject in among.items()]
    return pytest.mark.parametrize("database", rows, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, aws: Aws) -> TestedDatabase:
    """What the parameter names, as its rotation finds it."""
    engine, _, user = request.param.partition("-")
    handlers = (user_handler, mysql_user_handler) if user else (postgres_handler, mysql_handler)
    refused, driver = ("28P01", postgres_driver) if engine == "postgres" else ("1045", mysql_driver)
    common = {"engine": engine, "handler": handlers[engine == "mysql"], "driver": driver, "aws": aws}
    if user:
        server, text = request.getfixturevalue(f"{engine}_user")
        server.make(DatabaseLogin.read(text, engine).password)
        # It was rotated before: of a first rotation the tests beside each function tell.
        aws.its("secretsmanager").put_secret_value(SecretId=users.SECRET, SecretString=text)
        new = users.CLONE if engine == "postgres" else users.USER
        return TestedDatabase(
            server=server, name=users.SECRET, text=text, refused=f"for {new} with {refused}", **common
        )
    secret = request.getfixturevalue("mysql_secret" if engine == "mysql" else "secret")
    return TestedDatabase(
        server=request.getfixturevalue(engine),
        name=mysql.SECRET if engine == "mysql" else postgres.SECRET,
        text=secret if engine == "mysql" else json.dumps(secret),
        refused=f"for {mysql.USER if engine == 'mysql' else postgres.ROLE} with {refused}",
        **common,
    )
