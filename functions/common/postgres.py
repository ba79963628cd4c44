"""PostgreSQL through its driver, which the archives have of the functions that import this."""

import hashlib
import hmac
import secrets
import ssl
from base64 import b64encode

from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from functions.common.database import AtLimitError, DatabaseLogin

#: PostgreSQL's error codes: a password that is wrong or has expired, or of no role; a lack of rights; many sessions.
REFUSED, NOT_ALLOWED, FULL = "28P01", "42501", "53300"
#: The routine of the server that refuses a session for its role's limit, after the password was right.
AT_LIMIT = "InitializeSessionUserId"
ITERATIONS = 4096  #: PostgreSQL's own default; a random password needs no more
SECONDS = 5  #: in which the database must answer


def login(credentials: DatabaseLogin) -> Connection | None:
    """A connection; None where the database refuses the password. Raises AtLimitError."""
    try:
        return connection(credentials)
    except (DatabaseError, InterfaceError) as error:
        told = _told(error)
        if (told.get("C"), told.get("R")) == (FULL, AT_LIMIT):
            raise AtLimitError(f"{credentials.user} has all the connections that it may have") from None
        if told.get("C") != REFUSED:
            raise
        return None


def ask(connection: Connection) -> None:
    """Something that anybody may."""
    connection.run("SELECT 1")


def refusal(credentials: DatabaseLogin, what: str) -> str:
    """What it can mean that the database refuses something."""
    return (
        f"the database refuses {what} for {credentials.user} with {REFUSED}, as PostgreSQL does if it is wrong, if the"
        " role has expired (VALID UNTIL) and if there is no such role: docs/runbooks/secret-rotation.md"
    )


def code(error: BaseException | None) -> str:
    """PostgreSQL's error code."""
    return _told(error).get("C", "")


def _told(error: BaseException | None) -> dict[str, str]:
    """What the server said. The driver says goodbye after a refusal, and if the server has hung up by then it raises
    that instead: what the server said stands behind it."""
    while error is not None and not isinstance(error, DatabaseError):
        error = error.__context__
    return error.args[0] if error else {}


def verifier(password: str) -> str:
    """What PostgreSQL stores of a password (RFC 5802; pg_authid.rolpassword): enough to check it by, not to log in."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    words = [b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{words[0]}${words[1]}:{words[2]}"


def connection(credentials: DatabaseLogin) -> Connection:
    """Over TLS, to the host that the certificate names. Lambda's own runtimes trust the authorities of RDS."""
    return Connection(
        credentials.user,
        password=credentials.password,
        host=credentials.host,
        port=credentials.port,
        database=credentials.database,
        timeout=SECONDS,
        ssl_context=ssl.create_default_context(),
        application_name="rotation",
    )
