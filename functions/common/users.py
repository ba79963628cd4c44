"""A database's user of one service, which the database's administrator makes, limits and gives its passwords.

The password before opens the database until the next rotation: a task keeps what it was started with, and a canary
takes half an hour to replace most of them (docs/decisions/ADR-028-two-passwords-at-a-time.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic

from botocore.exceptions import ClientError

from functions.common import services, variables
from functions.common.aws import client, refused
from functions.common.database import C, DatabaseLogin, DatabasePassword, renewed
from functions.common.rotation import RotationError, complex_text, random_text

CLONE: Final = "_clone"  #: ends the name of the second login of a user whose engine takes one password for each


def owner(login: str) -> str:
    """The user that a login is of."""
    return login.removesuffix(CLONE)


def alternate(login: str) -> str:
    """The other login of the same user."""
    return owner(login) if login.endswith(CLONE) else login + CLONE


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
    turn: Callable[[str], str]  #: the login that has the next password, after the one that has the current one

    def renew(self, current: str) -> str:
        """The same secret with another password, which Secrets Manager makes, for the login whose turn it is."""
        old = self._read(current)
        return renewed(current, complex_text(len(old.password)), self.host, self.turn(old.user))

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """Let the new login in, and the current one too, which running tasks have."""
        old, new = self._read(current), self._read(pending)
        # The same login as before: of a rotation that began before a failback, or before logins took turns.
        if new.user not in (old.user, self.turn(old.user)):
            raise RotationError("the new version names another user than the current one")
        if previous is None:  # the first rotation: Pulumi's state knows the current password, so it opens nothing
            old = replace(old, password=throwaway())
        self._give(new, [old])

    def _read(self, text: str) -> DatabaseLogin:
        return replace(super()._read(text), host=self.host)

    def _give(self, new: DatabaseLogin, known: Sequence[DatabaseLogin]) -> None:
        """Let these logins open the database, whatever it knew before. The new one is the last, and proves the rest."""
        if self.opens(new):
            return
        for administrator in map(self._read, self.administrator()):
            connection = self.login(administrator)
            if connection is not None:
                with connection:
                    for login in (*known, new):
                        self.change(connection, login)
                return
        raise RotationError("the database refuses the administrator's password: docs/runbooks/secret-rotation.md")


def throwaway() -> str:
    """A password that nobody knows, for a user that is not complete yet."""
    return random_text(32)
