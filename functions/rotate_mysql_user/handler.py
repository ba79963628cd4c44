"""Users of MySQL, one a service: each with a database of its own and what it may do there.

MySQL lets an account have two passwords, the current one and the one before (manual, "Password management", "Dual
password support"). It has no row-level security; what a user must not see belongs into a database that is not its own.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pymysql.connections import Connection

from functions.common import mysql, users, variables
from functions.common.database import DatabaseLogin
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, rotate
from functions.common.users import DatabaseUser
from functions.rotate_mysql_user import ROTATE_MYSQL_USER

logger = Logger(service=ROTATE_MYSQL_USER.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    variables.read(ROTATE_MYSQL_USER)
    rotate(Step.read(event), _user(), logger)


def _user() -> DatabaseUser[Any]:
    given = variables.read(ROTATE_MYSQL_USER)
    return DatabaseUser(
        engine="mysql",
        login=mysql.login,
        ask=mysql.ask,
        change=_change,
        refusal=mysql.refusal,
        restart=lambda login: users.restart(given, login.user),
        host=given["DATABASE_HOST"],
        administrator=lambda: users.administrator(given),
        turn=lambda user: user,
    )


def opens(login: DatabaseLogin) -> bool:
    """Whether the database lets somebody in. Any other trouble than a refused password is raised."""
    return _user().opens(login)


def _change(connection: "Connection[Any]", new: DatabaseLogin) -> None:
    """Make the user what it is to be. MySQL does one thing at a time, so its password, by which the next run sees that
    all is done, comes last; MySQL writes it into no log (manual, "Passwords and logging").

    The password that was the last one given stays valid beside it.
    """
    rights, user = users.rights(variables.read(ROTATE_MYSQL_USER), new.user), new.user
    if _everywhere(connection, user):
        raise RotationError(f"the user {user} may more than a service's user: it is somebody else's")
    own = user.replace("_", r"\_")  # in grants an underscore is any character
    mysql.run(connection, f"CREATE DATABASE IF NOT EXISTS `{user}`")
    mysql.run(connection, "CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s", user, users.throwaway())
    mysql.run(connection, "ALTER USER %s@'%%' REQUIRE SSL WITH MAX_USER_CONNECTIONS %s", user, rights.connections)
    mysql.run(connection, f"GRANT {', '.join(sorted(rights.grants))} ON `{own}`.* TO %s@'%%'", user)
    for privilege in sorted(_held(connection, user, own) - rights.grants):
        mysql.run(connection, f"REVOKE {privilege} ON `{own}`.* FROM %s@'%%'", user)
    mysql.run(connection, "ALTER USER %s@'%%' IDENTIFIED BY %s RETAIN CURRENT PASSWORD", user, new.password)


def _everywhere(connection: "Connection[Any]", user: str) -> list[tuple[Any, ...]]:
    """What a user may do in every database, which a service's user never does."""
    asked = "SELECT privilege_type FROM information_schema.user_privileges WHERE grantee = %s"
    held = mysql.run(connection, asked, f"'{user}'@'%'")
    return [each for each in held if each != ("USAGE",)]  # which is nothing


def _held(connection: "Connection[Any]", user: str, own: str) -> set[str]:
    """What a user may do in its database."""
    asked = "SELECT privilege_type FROM information_schema.schema_privileges WHERE grantee = %s AND table_schema = %s"
    return {str(privilege) for (privilege,) in mysql.run(connection, asked, f"'{user}'@'%'", own)}
