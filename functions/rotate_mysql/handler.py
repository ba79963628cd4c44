"""Rotation of a MySQL user's password, with the user's own rights.

Between setSecret and the end of the deployment that finishSecret starts, tasks with the old password keep their
connections and cannot open new ones. An application that must not notice reads the secret again when the database
refuses its password.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pymysql.connections import Connection

from functions.common import mysql, services, variables
from functions.common.database import DatabaseLogin, DatabasePassword
from functions.common.entry import logged
from functions.common.rotation import Step, rotate
from functions.rotate_mysql import ROTATE_MYSQL

logger = Logger(service=ROTATE_MYSQL.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_MYSQL)
    rotate(Step.read(event), _password(), logger)


def _password() -> DatabasePassword[Any]:
    return DatabasePassword(
        engine="mysql",
        login=mysql.login,
        ask=mysql.ask,
        change=_change,
        refusal=mysql.refusal,
        restart=_restart,
    )


def _restart(_: DatabaseLogin) -> None:
    given = variables.read(ROTATE_MYSQL)
    services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


def opens(login: DatabaseLogin) -> bool:
    """Whether the database lets somebody in. Any other trouble than a refused password is raised."""
    return _password().opens(login)


def _change(connection: "Connection[Any]", new: DatabaseLogin) -> None:
    """Give the user its password; MySQL writes such a statement into its logs without it (manual, "Passwords and
    logging")."""
    mysql.run(connection, "ALTER USER USER() IDENTIFIED BY %s", new.password)
