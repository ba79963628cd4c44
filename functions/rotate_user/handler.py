"""Users of PostgreSQL, one a service: a role that owns nothing, with a schema of its own and what it may do there.

A role has one password, so each user has a second login, whose sessions are the user's: what one may the other may, and
what one makes is both's. Rotations take them in turns.

Migrations run as the administrator, who owns what they create: a role that owns no table cannot switch off its
row-level security.
"""

from collections.abc import Container, Iterator
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
        restart=lambda login: users.restart(given, users.owner(login.user)),
        host=given["DATABASE_HOST"],
        administrator=lambda: users.administrator(given),
        turn=users.alternate,
    )


def opens(credentials: DatabaseLogin) -> bool:
    """Whether the database lets these in. Any other trouble than a refused password is raised."""
    return _user().opens(credentials)


def _change(connection: Connection, new: DatabaseLogin) -> None:
    """Make both logins what they are to be, all at once: a new password opens the database only if all else is done.

    The server gets only the password's SCRAM verifier, so none of its logs can show it.
    """
    user = users.owner(new.user)
    rights = users.rights(variables.read(ROTATE_USER), user)
    connection.run("START TRANSACTION")
    connection.run(f"SELECT pg_advisory_xact_lock({LOCK})")
    names = ", ".join(map(literal, (user, users.alternate(user))))
    look = f"SELECT rolname::text, {PASSES} FROM pg_roles WHERE rolname IN ({names})"
    found = dict(cast("list[tuple[str, bool]]", connection.run(look)))
    if passing := sorted(name for name, passes in found.items() if passes):
        raise RotationError(f"the role {passing[0]} may more than a service's user: it is somebody else's")
    for statement in statements(new, rights, made=found):
        connection.run(statement)
    connection.run("COMMIT")


def statements(new: DatabaseLogin, rights: UserRights, *, made: Container[str]) -> Iterator[str]:
    """What the administrator says, with the roles that are `made` already. Each may be repeated."""
    user = users.owner(new.user)
    role, clone, schema = identifier(user), identifier(users.alternate(user)), identifier(user)
    # The clone inherits, so that it may the same after DISCARD ALL, by which poolers end its being the other role.
    for name, inherits in ((user, "NOINHERIT"), (users.alternate(user), "INHERIT")):
        yield (
            f"{'ALTER' if name in made else 'CREATE'} ROLE {identifier(name)} LOGIN {inherits}"
            f" CONNECTION LIMIT {rights.connections} VALID UNTIL 'infinity'"
        )
        yield f"ALTER ROLE {identifier(name)} SET search_path TO {schema}"
    yield f"GRANT {role} TO {clone}"
    yield f"ALTER ROLE {clone} SET role TO {role}"
    yield from _granted(new.database, role, schema, rights)
    yield f"ALTER ROLE {identifier(new.user)} PASSWORD {literal(postgres.verifier(new.password))}"


def _granted(database: str, role: str, schema: str, rights: UserRights) -> Iterator[str]:
    """What the user may, and no more."""
    allowed = ", ".join(sorted(rights.grants))
    yield f"REVOKE ALL ON DATABASE {identifier(database)} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {identifier(database)} TO {role}"
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
