"""The databases whose passwords are rotated: what their rotations do alike is tried with a real server of each.

Each engine's faults stand in the table under the name of its own function.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pymysql
import pytest
from pg8000.exceptions import InterfaceError

from functions.common.database import DatabaseLogin
from functions.rotate_database import handler as postgres_handler
from functions.rotate_mysql import handler as mysql_handler
from tests.faults.table import MARKER, Fault, fault
from tests.functions import mysql, postgres
from tests.functions.emulated import Aws

#: The functions, by the engine that the secret names.
SUBJECTS = {"postgres": "rotate-database", "mysql": "rotate-mysql"}
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

    def as_json(self, **changes: Any) -> str:
        """The secret as JSON, with other values; None leaves one out."""
        found = self.read(self.text)
        fields = {"engine": self.engine, "host": found.host, "port": found.port, "dbname": found.database}
        fields |= {"username": found.user, "password": found.password, **changes}
        return json.dumps({key: value for key, value in fields.items() if value is not None})


def each_database(*rows: Fault) -> pytest.MarkDecorator:
    """Run a test once for each row and each engine."""
    return pytest.mark.parametrize(
        ("database", MARKER),
        [
            pytest.param(engine, row, id=f"{engine}-{row.name}", marks=fault(subject, row.broken, row.holds))
            for engine, subject in SUBJECTS.items()
            for row in rows
        ],
        indirect=["database"],
    )


def either_database(broken: str, holds: str) -> pytest.MarkDecorator:
    """Say of a test which one fault it tries, of each engine."""
    rows = [pytest.param(engine, marks=fault(subject, broken, holds)) for engine, subject in SUBJECTS.items()]
    return pytest.mark.parametrize("database", rows, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, aws: Aws) -> TestedDatabase:
    """A database of the parameter's engine, as its rotation finds it."""
    if request.param == "mysql":
        return TestedDatabase(
            engine="mysql",
            handler=mysql_handler,
            server=request.getfixturevalue("mysql"),
            name=mysql.SECRET,
            text=request.getfixturevalue("mysql_secret"),
            refused=f"for {mysql.USER} with 1045",
            aws=aws,
        )
    return TestedDatabase(
        engine="postgres",
        handler=postgres_handler,
        server=request.getfixturevalue("postgres"),
        name=postgres.SECRET,
        text=json.dumps(request.getfixturevalue("secret")),
        refused=f"for {postgres.ROLE} with 28P01",
        aws=aws,
    )
