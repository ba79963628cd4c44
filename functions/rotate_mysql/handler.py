"""Rotation of a MySQL user's password, with the user's own rights.

Between setSecret and the end of the deployment that finishSecret starts, tasks with the old password keep their
connections and cannot open new ones. An application that must not notice reads the secret again when the database
refuses its password.
"""

import ssl
from typing import Any

import pymysql
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pymysql.connections import Connection
from pymysql.err import OperationalError

from functions.common import services, variables
from functions.common.database import DatabaseLogin, DatabasePassword
from functions.common.entry import logged
from functions.common.rotation import Step, rotate
from functions.rotate_mysql import ROTATE_MYSQL

#: MySQL's error code of a password that is wrong, and of a user that is not there.
REFUSED = 1045
SECONDS = 5  #: in which the database must answer

logger = Logger(service=ROTATE_MYSQL.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_MYSQL)
    rotate(Step.read(event), _password(), logger)


def _password() -> DatabasePassword[Any]:
    return DatabasePassword(
        engine="mysql",
        login=_login,
        ask=lambda connection: _run(connection, "SELECT 1"),
        change=_change,
        refusal=_refusal,
        restart=_restart,
    )


def _restart() -> None:
    given = variables.read(ROTATE_MYSQL)
    services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


def opens(login: DatabaseLogin) -> bool:
    """Whether the database lets somebody in. Any other trouble than a refused password is raised."""
    return _password().opens(login)


def _change(connection: "Connection[Any]", new: DatabaseLogin) -> None:
    """Give the user its password; MySQL writes such a statement into its logs without it (manual, "Passwords and
    logging")."""
    _run(connection, "ALTER USER USER() IDENTIFIED BY %s", new.password)


def _run(connection: "Connection[Any]", statement: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def _login(login: DatabaseLogin) -> "Connection[Any] | None":
    """A connection over TLS, to the host that the certificate names; None where the database refuses the password.

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
            program_name=ROTATE_MYSQL.name,
        )
    except OperationalError as error:
        if error.args[0] != REFUSED:
            raise
        return None


def _refusal(login: DatabaseLogin, what: str) -> str:
    return (
        f"the database refuses {what} for {login.user} with {REFUSED}, as MySQL does if it is wrong, and if there is no"
        " such user: docs/runbooks/secret-rotation.md"
    )
