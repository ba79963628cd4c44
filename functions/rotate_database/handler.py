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
from dataclasses import dataclass, field
from typing import Any, Self

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection, identifier, literal  # pyright: ignore[reportUnknownVariableType] half typed

from functions.common import services, variables
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, random_text, rotate
from functions.rotate_database import ROTATE_DATABASE

WRONG_PASSWORD = "28P01"  #: PostgreSQL's error code
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

    def install(self, current: str, pending: str) -> None:
        """Change the password. The server gets only its SCRAM verifier, so none of its logs can show the password."""
        old, new = Credentials.read(current), Credentials.read(pending)
        if (old.host, old.user) != (new.host, new.user):
            raise RotationError("the new version names another host or user than the current one")
        if opens(new):
            return
        with _connection(old) as connection:
            connection.run(f"ALTER ROLE {identifier(new.user)} PASSWORD {literal(verifier(new.password))}")

    def prove(self, pending: str) -> None:
        """Log in and ask something."""
        with _connection(Credentials.read(pending)) as connection:
            connection.run("SELECT 1")

    def settle(self, current: str, previous: str) -> None:
        """Let new tasks take the place of those that know only the old password, which is invalid by now."""
        given = variables.read(ROTATE_DATABASE)
        services.restart(given["CLUSTER"], variables.names(given, "SERVICES"))


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_DATABASE)
    rotate(Step.read(event), Database(), logger)


def opens(credentials: Credentials) -> bool:
    """Whether the database lets these in. Any other trouble than a wrong password is raised."""
    try:
        _connection(credentials).close()
    except DatabaseError as error:
        if error.args[0].get("C") != WRONG_PASSWORD:
            raise
        return False
    return True


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
