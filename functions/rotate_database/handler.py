"""Rotation of a PostgreSQL user's password, with the user's own rights.

Between setSecret and the end of the deployment that finishSecret starts, tasks with the old password keep their
connections and cannot open new ones. An application that must not notice reads the secret again when the database
refuses its password.
"""

from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection, identifier, literal  # pyright: ignore[reportUnknownVariableType] half typed

from functions.common import postgres, services, variables
from functions.common.database import DatabaseLogin, DatabasePassword
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, rotate
from functions.rotate_database import ROTATE_DATABASE

logger = Logger(service=ROTATE_DATABASE.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_DATABASE)
    rotate(Step.read(event), _password(), logger)


def _password() -> DatabasePassword[Connection]:
    return DatabasePassword(
        engine="postgres",
        login=postgres.login,
        ask=postgres.ask,
        change=_change,
        refusal=postgres.refusal,
        restart=_restart,
    )


def _restart(_: DatabaseLogin) -> None:
    given = variables.read(ROTATE_DATABASE)
    services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


def opens(credentials: DatabaseLogin) -> bool:
    """Whether the database lets these in. Any other trouble than a refused password is raised."""
    return _password().opens(credentials)


def _change(connection: Connection, new: DatabaseLogin) -> None:
    """Give the role its password for good: PostgreSQL refuses every password of a role that has expired.

    The server gets only the password's SCRAM verifier, so none of its logs can show it.
    """
    expiry = "SELECT rolvaliduntil::text FROM pg_roles WHERE rolname = current_user AND rolvaliduntil <> 'infinity'"
    expires = cast("list[list[str]]", connection.run(expiry))
    forever = " VALID UNTIL 'infinity'" if expires else ""
    password = literal(postgres.verifier(new.password))
    try:
        connection.run(f"ALTER ROLE {identifier(new.user)} PASSWORD {password}{forever}")
    except DatabaseError as error:
        if not expires or postgres.code(error) != postgres.NOT_ALLOWED:
            raise
        raise RotationError(
            f"the role {new.user} expires at {expires[0][0]} and may not change that: somebody who may must run"
            f" ALTER ROLE {identifier(new.user)} VALID UNTIL 'infinity' and rotate again"
        ) from None
