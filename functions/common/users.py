"""A database's user of one service, which the database's administrator makes, limits and gives its passwords."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from botocore.exceptions import ClientError

from functions.common import services, variables
from functions.common.aws import client, refused
from functions.common.database import C, DatabaseLogin, DatabasePassword, renewed
from functions.common.rotation import RotationError, complex_text, random_text


@dataclass(frozen=True, kw_only=True)
class UserRights:
    """What the stack file gives a user: its own schema, and no more than this."""

    connections: int  #: at once
    grants: frozenset[str]  #: on the tables of its schema: SELECT, INSERT


def rights(given: Mapping[str, str], user: str) -> UserRights:
    """What the function's variables say of a user. Raises RotationError for one that they do not name."""
    connections, grants = variables.counts(given, "CONNECTIONS"), variables.lists(given, "GRANTS")
    if user not in connections or user not in grants:
        raise RotationError(f"CONNECTIONS and GRANTS have no user {user}: the stack file makes none for it")
    return UserRights(connections=connections[user], grants=frozenset(each.upper() for each in grants[user]))


def administrator(given: Mapping[str, str]) -> Iterator[str]:
    """The secret of the database's administrator; then, while that is being renewed itself, what it will be."""
    read = client("secretsmanager").get_secret_value
    yield read(SecretId=given["ADMIN_SECRET"], VersionStage="AWSCURRENT")["SecretString"]
    try:
        pending = read(SecretId=given["ADMIN_SECRET"], VersionStage="AWSPENDING")
    except ClientError as error:
        if not refused(error, "ResourceNotFoundException"):
            raise
        return
    yield pending["SecretString"]


def restart(given: Mapping[str, str], user: str) -> None:
    """Replace the tasks of the services whose user it is."""
    services.restart(given["CLUSTER"], variables.lists(given, "SERVICES").get(user, []))


@dataclass(frozen=True, kw_only=True)
class DatabaseUser(DatabasePassword[C], Generic[C]):
    """A user whose every rotation is the administrator's work, the first of which makes it.

    So it is there again after a database was restored from before its time, and what the stack file says now is what
    it may from its next password on.
    """

    host: str  #: of the stack's own database; the secrets of a promoted replica name its source's
    administrator: Callable[[], Iterator[str]]  #: texts of the secret that may open the database

    def renew(self, current: str) -> str:
        """The same secret with another password, which Secrets Manager makes."""
        return renewed(current, complex_text(len(self._read(current).password)), self.host)

    def _read(self, text: str) -> DatabaseLogin:
        return replace(super()._read(text), host=self.host)

    def _give(self, new: DatabaseLogin, known: Sequence[DatabaseLogin]) -> None:
        """Let a new login open the database, whatever it knew before."""
        if self.opens(new):  # whoever gave it that password gave it all else before
            return
        for administrator in map(self._read, self.administrator()):
            connection = self.login(administrator)
            if connection is not None:
                with connection:
                    self.change(connection, new)
                return
        raise RotationError("the database refuses the administrator's password: docs/runbooks/secret-rotation.md")


def throwaway() -> str:
    """A password that nobody knows, for a user that is not complete yet."""
    return random_text(32)
