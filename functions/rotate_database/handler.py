"""Rotation of a PostgreSQL user's password, with the user's own rights.

Between setSecret and the end of the deployment that finishSecret starts, tasks with the old password keep their
connections and cannot open new ones. An application that must not notice reads the secret again when the database
refuses its password.
"""

import hashlib
import hmac
import secrets
import ssl
from base64 import b64encode
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection, identifier, literal  # pyright: ignore[reportUnknownVariableType] half typed

from functions.common import services, variables
from functions.common.database import DatabaseLogin, DatabasePassword
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, rotate
from functions.rotate_database import ROTATE_DATABASE

#: PostgreSQL's error codes: a password that is wrong or has expired, or of no role; and a lack of rights.
REFUSED, NOT_ALLOWED = "28P01", "42501"
ITERATIONS = 4096  #: PostgreSQL's own default; a random password needs no more
SECONDS = 5  #: in which the database must answer

logger = Logger(service=ROTATE_DATABASE.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_DATABASE)
    rotate(Step.read(event), _password(), logger)


def _password() -> DatabasePassword[Connection]:
    return DatabasePassword(
        engine="postgres",
        login=_login,
        ask=_ask,
        change=_change,
        refusal=_refusal,
        restart=_restart,
    )


def _restart() -> None:
    given = variables.read(ROTATE_DATABASE)
    services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


def opens(credentials: DatabaseLogin) -> bool:
    """Whether the database lets these in. Any other trouble than a refused password is raised."""
    return _password().opens(credentials)


def _ask(connection: Connection) -> None:
    connection.run("SELECT 1")


def _change(connection: Connection, new: DatabaseLogin) -> None:
    """Give the role its password for good: PostgreSQL refuses every password of a role that has expired.

    The server gets only the password's SCRAM verifier, so none of its logs can show it.
    """
    expiry = "SELECT rolvaliduntil::text FROM pg_roles WHERE rolname = current_user AND rolvaliduntil <> 'infinity'"
    expires = cast("list[list[str]]", connection.run(expiry))
    forever = " VALID UNTIL 'infinity'" if expires else ""
    try:
        connection.run(f"ALTER ROLE {identifier(new.user)} PASSWORD {literal(verifier(new.password))}{forever}")
    except DatabaseError as error:
        if not expires or _code(error) != NOT_ALLOWED:
            raise
        raise RotationError(
            f"the role {new.user} expires at {expires[0][0]} and may not change that: somebody who may must run"
            f" ALTER ROLE {identifier(new.user)} VALID UNTIL 'infinity' and rotate again"
        ) from None


def _login(credentials: DatabaseLogin) -> Connection | None:
    """A connection; None where the database refuses the password."""
    try:
        return _connection(credentials)
    except (DatabaseError, InterfaceError) as error:
        if _code(error) != REFUSED:
            raise
        return None


def _refusal(credentials: DatabaseLogin, what: str) -> str:
    return (
        f"the database refuses {what} for {credentials.user} with {REFUSED}, as PostgreSQL does if it is wrong, if the"
        " role has expired (VALID UNTIL) and if there is no such role: docs/runbooks/secret-rotation.md"
    )


def _code(error: BaseException | None) -> str:
    """PostgreSQL's error code. The driver says goodbye after a refusal, and if the server has hung up by then it raises
    that instead: what the server said stands behind it."""
    while error is not None and not isinstance(error, DatabaseError):
        error = error.__context__
    return error.args[0].get("C", "") if error else ""


def verifier(password: str) -> str:
    """What PostgreSQL stores of a password (RFC 5802; pg_authid.rolpassword): enough to check it by, not to log in."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    words = [b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{words[0]}${words[1]}:{words[2]}"


def _connection(credentials: DatabaseLogin) -> Connection:
    """Over TLS, to the host that the certificate names. Lambda's own runtimes trust the authorities of RDS."""
    return Connection(
        credentials.user,
        password=credentials.password,
        host=credentials.host,
        port=credentials.port,
        database=credentials.database,
        timeout=SECONDS,
        ssl_context=ssl.create_default_context(),
        application_name=ROTATE_DATABASE.name,
    )
