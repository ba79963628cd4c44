"""MySQL through its driver, which the archives have of the functions that import this."""

import ssl
from typing import Any

import pymysql
from pymysql.connections import Connection
from pymysql.err import OperationalError

from functions.common.database import AtLimitError, DatabaseLogin

#: MySQL's error codes: of a password that is wrong, and of a user that is not there; of a user with all its sessions,
#: whose password was right.
REFUSED, AT_LIMIT = 1045, 1226
SECONDS = 5  #: in which the database must answer


def login(login: DatabaseLogin) -> "Connection[Any] | None":
    """A connection over TLS, to the host that the certificate names; None where the database refuses the password.
    Raises AtLimitError.

    Lambda's own runtimes trust the authorities of RDS.
    """
    try:
        return pymysql.connect(
            host=login.host,
            port=login.port,
            database=login.database,
            user=login.user,
            password=login.password,
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
            write_timeout=SECONDS,
            ssl=ssl.create_default_context(),
            program_name="rotation",
        )
    except OperationalError as error:
        if error.args[0] == AT_LIMIT:
            raise AtLimitError(f"{login.user} has all the connections that it may have") from None
        if error.args[0] != REFUSED:
            raise
        return None


def run(connection: "Connection[Any]", statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Say something to the database; gives the rows that it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def ask(connection: "Connection[Any]") -> None:
    """Something that anybody may."""
    run(connection, "SELECT 1")


def refusal(login: DatabaseLogin, what: str) -> str:
    """What it can mean that the database refuses something."""
    return (
        f"the database refuses {what} for {login.user} with {REFUSED}, as MySQL does if it is wrong, and if there is no"
        " such user: docs/runbooks/secret-rotation.md"
    )
