"""Users of PostgreSQL, one a service: a role that owns nothing, with a schema of its own and what it may do there.

Migrations run as the administrator, who owns what they create: a role that owns no table cannot switch off its
row-level security.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pg8000.native import Connection, identifier, literal  # pyright: ignore[reportUnknownVariableType] half typed

from functions.common import postgres, users, variables
from functions.common.database import DatabaseLogin
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, rotate
from functions.common.users import DatabaseUser, UserRights
from functions.rotate_user import ROTATE_USER

#: Of the lock that lets one run after the other change what all users share, such as the database's own row.
LOCK: Final = 5432090
#: What would let a role pass its grants or row-level security. Only a superuser could have given it most of these.
PASSES: Final = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"

logger = Logger(service=ROTATE_USER.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_USER)
    rotate(Step.read(event), _user(), logger)


def _user() -> DatabaseUser[Connection]:
    given = variables.read(ROTATE_USER)
    return DatabaseUser(
        engine="postgres",
        login=postgres.login,
        ask=postgres.ask,
        change=_change,
        refusal=postgres.refusal,
        restart=lambda login: users.restart(given, login.user),
        host=given["DATABASE_HOST"],
        administrator=lambda: users.administrator(given),
    )


def opens(credentials: DatabaseLogin) -> bool:
    """Whether the database lets these in. Any other trouble than a refused password is raised."""
    return _user().opens(credentials)


def _change(connection: Connection, new: DatabaseLogin) -> None:
    """Make the role what it is to be, all at once: its new password opens the database only if all else is done too.

    The server gets only the password's SCRAM verifier, so none of its logs can show it.
    """
    rights = users.rights(variables.read(ROTATE_USER), new.user)
    connection.run("START TRANSACTION")
    connection.run(f"SELECT pg_advisory_xact_lock({LOCK})")
    look = f"SELECT {PASSES} FROM pg_roles WHERE rolname = {literal(new.user)}"
    found = cast("list[list[bool]]", connection.run(look))
    if found and found[0][0]:
        raise RotationError(f"the role {new.user} may more than a service's user: it is somebody else's")
    for statement in statements(new, rights, made=bool(found)):
        connection.run(statement)
    connection.run("COMMIT")


def statements(new: DatabaseLogin, rights: UserRights, *, made: bool) -> Iterator[str]:
    """What the administrator says, whether the role is `made` already or not. Each may be repeated."""
    role, schema = identifier(new.user), identifier(new.user)
    allowed = ", ".join(sorted(rights.grants))
    password = literal(postgres.verifier(new.password))
    yield (
        f"{'ALTER' if made else 'CREATE'} ROLE {role} LOGIN NOINHERIT CONNECTION LIMIT {rights.connections}"
        f" PASSWORD {password} VALID UNTIL 'infinity'"
    )
    yield f"ALTER ROLE {role} SET search_path TO {schema}"
    yield f"REVOKE ALL ON DATABASE {identifier(new.database)} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {identifier(new.database)} TO {role}"
    yield f"CREATE SCHEMA IF NOT EXISTS {schema}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    for present, later, may in (
        ("ALL TABLES", "TABLES", allowed),
        ("ALL SEQUENCES", "SEQUENCES", "USAGE" if "INSERT" in rights.grants else ""),
    ):
        defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"  # of what the administrator creates there
        yield f"REVOKE ALL ON {present} IN SCHEMA {schema} FROM {role}"
        yield f"{defaults} REVOKE ALL ON {later} FROM {role}"
        if may:
            yield f"GRANT {may} ON {present} IN SCHEMA {schema} TO {role}"
            yield f"{defaults} GRANT {may} ON {later} TO {role}"
