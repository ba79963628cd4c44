"""Rotation of a PostgreSQL user's password, with the user's own rights.

Between setSecret and the end of the deployment that finishSecret starts, tasks with the old password keep their
connections and cannot open new ones. An application that must not notice reads the secret again when the database
refuses its password.
"""

import hashlib
import hmac
import json
import secrets
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection, identifier, literal  # pyright: ignore[reportUnknownVariableType] half typed

from functions.common import services, variables
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, random_text, rotate
from functions.rotate_database import ROTATE_DATABASE

#: PostgreSQL's error codes: a password that is wrong or has expired, or of no role; and a lack of rights.
REFUSED, NOT_ALLOWED = "28P01", "42501"
ITERATIONS = 4096  #: PostgreSQL's own default; a random password needs no more
SECONDS = 5  #: in which the database must answer

logger = Logger(service=ROTATE_DATABASE.name)


@dataclass(frozen=True)
class Credentials:
    """What the secret says about the way into the database."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """From the secret's JSON. Raises RotationError, which quotes nothing of it."""
        try:
            found = json.loads(text)
            if found["engine"] != "postgres":
                raise RotationError("this function renews passwords of postgres only")
            return cls(
                found["host"], int(found["port"]), found["dbname"], found["username"], password=found["password"]
            )
        except (KeyError, TypeError, ValueError):
            wanted = "engine, host, port, dbname, username and password"
            raise RotationError(f"the secret is not a JSON object with {wanted}") from None


class Database:
    """The database as the keeper of its password."""

    def renew(self, current: str) -> str:
        """The same JSON with another password."""
        Credentials.read(current)
        return json.dumps({**json.loads(current), "password": random_text(32)}, sort_keys=True)

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """Change the password. The server gets only its SCRAM verifier, so none of its logs can show the password."""
        old, new = Credentials.read(current), Credentials.read(pending)
        if not _same(old, new):
            raise RotationError("the new version names another host or user than the current one")
        # The one before is what a database knows that was restored from before the last rotation.
        _give(new, [old] if previous is None else [old, Credentials.read(previous)])

    def prove(self, pending: str) -> None:
        """Log in and ask something."""
        new = Credentials.read(pending)
        connection = _login(new)
        if connection is None:
            raise RotationError(_refusal(new, "the new password"))
        with connection:
            connection.run("SELECT 1")

    def settle(self, current: str, previous: str) -> None:
        """Let new tasks take the place of those that know only the old password, which is invalid by now."""
        # It opens the database already, unless that was restored in between: new tasks would find it closed.
        _give(Credentials.read(current), [Credentials.read(previous)])
        given = variables.read(ROTATE_DATABASE)
        services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_DATABASE)
    rotate(Step.read(event), Database(), logger)


def opens(credentials: Credentials) -> bool:
    """Whether the database lets these in. Any other trouble than a refused password is raised."""
    connection = _login(credentials)
    if connection is not None:
        connection.close()
    return connection is not None


def _give(new: Credentials, known: Sequence[Credentials]) -> None:
    """Let new credentials open the database, with the rights of the first of the known ones that do."""
    if opens(new):
        return
    found = (_login(each) for each in known if _same(each, new))
    connection = next((each for each in found if each is not None), None)
    if connection is not None:
        with connection:
            _change(connection, new)
    elif not opens(new):  # as it does if another run of the same step was faster
        raise RotationError(_refusal(new, "every password that the secret has"))


def _change(connection: Connection, new: Credentials) -> None:
    """Give the role its password for good: PostgreSQL refuses every password of a role that has expired."""
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


def _login(credentials: Credentials) -> Connection | None:
    """A connection; None where the database refuses the password."""
    try:
        return _connection(credentials)
    except (DatabaseError, InterfaceError) as error:
        if _code(error) != REFUSED:
            raise
        return None


def _refusal(credentials: Credentials, what: str) -> str:
    return (
        f"the database refuses {what} for {credentials.user} with {REFUSED}, as PostgreSQL does if it is wrong, if the"
        " role has expired (VALID UNTIL) and if there is no such role: docs/runbooks/secret-rotation.md"
    )


def _same(one: Credentials, other: Credentials) -> bool:
    return (one.host, one.user) == (other.host, other.user)


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


def _connection(credentials: Credentials) -> Connection:
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
