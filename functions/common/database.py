"""The password of a database's user, whatever the engine: what its secret says, and how it is renewed with it.

A secret is JSON (engine, host, port, dbname, username, password) or a URL, and keeps its form.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from functions.common.rotation import RotationError, random_text

#: The engines by the schemes of their URLs.
SCHEMES = {"postgresql": "postgres", "mysql": "mysql"}


class AtLimitError(RotationError):
    """The database accepted the password, and the user has all the connections that it may have."""


@dataclass(frozen=True)
class DatabaseLogin:
    """What the secret says about the way into the database."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, text: str, engine: str = "postgres") -> Self:
        """From the secret's text. Raises RotationError, which quotes nothing of it."""
        try:
            found = _of_url(text) if _is_url(text) else json.loads(text)
            if found["engine"] != engine:
                raise RotationError(f"this function renews passwords of {engine} only")
            return cls(
                found["host"], int(found["port"]), found["dbname"], found["username"], password=found["password"]
            )
        except (KeyError, TypeError, ValueError):
            wanted = "engine, host, port, dbname, username and password"
            raise RotationError(f"the secret is not a JSON object with {wanted}, nor a URL with these") from None


def same(one: DatabaseLogin, other: DatabaseLogin) -> bool:
    """Whether two logins are of one user of one database."""
    return (one.host, one.user) == (other.host, other.user)


def _is_url(text: str) -> bool:
    return text.partition("://")[0] in SCHEMES


def _of_url(text: str) -> dict[str, Any]:
    url = urlsplit(text)
    found = {"host": url.hostname, "dbname": url.path[1:], "username": url.username, "password": url.password}
    if not all(found.values()):
        raise ValueError
    found = {key: unquote(value or "") for key, value in found.items()}  # as somebody wrote it, and drivers read it
    return {**found, "engine": SCHEMES[url.scheme], "port": url.port}


def renewed(text: str, password: str, host: str = "", user: str = "") -> str:
    """The same secret with another password, and another host or user if one is given."""
    if not _is_url(text):
        given = {"password": password, "host": host, "username": user}
        return json.dumps(json.loads(text) | {key: value for key, value in given.items() if value}, sort_keys=True)
    url = urlsplit(text)
    return urlunsplit(
        url._replace(
            netloc=f"{user or url.username}:{quote(password, safe='')}@{host or url.hostname}:{url.port}",
        )
    )


C = TypeVar("C", bound=AbstractContextManager[Any])  #: a driver's connection


@dataclass(frozen=True, kw_only=True)
class DatabasePassword(Generic[C]):
    """A database as the owner of its password, through its engine's driver."""

    engine: str
    login: Callable[[DatabaseLogin], C | None]  #: None where the database refuses the password
    ask: Callable[[C], object]  #: something that anybody may
    change: Callable[[C, DatabaseLogin], None]  #: give the user of the connection its new password
    refusal: Callable[[DatabaseLogin, str], str]  #: what a refusal of something can mean
    restart: Callable[[DatabaseLogin], object]  #: replace the tasks that were started with the user's old password

    def renew(self, current: str) -> str:
        """The same secret with another password, as long as the current one."""
        return renewed(current, random_text(len(self._read(current).password)))

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """Change the password, with the rights of the user itself."""
        old, new = self._read(current), self._read(pending)
        if not same(old, new):
            raise RotationError("the new version names another host or user than the current one")
        # The one before is what a database knows that was restored from before the last rotation.
        self._give(new, [old] if previous is None else [old, self._read(previous)])

    def prove(self, pending: str) -> None:
        """Log in and ask something; a user that has all its connections has shown the password by being told so."""
        new = self._read(pending)
        try:
            connection = self.login(new)
        except AtLimitError:
            return
        if connection is None:
            raise RotationError(self.refusal(new, "the new password"))
        with connection:
            self.ask(connection)

    def settle(self, current: str, previous: str) -> None:
        """Let new tasks take the place of those that know only the old password, which is invalid by now."""
        # It opens the database already, unless that was restored in between: new tasks would find it closed.
        new = self._read(current)
        self._give(new, [self._read(previous)])
        self.restart(new)

    def opens(self, login: DatabaseLogin) -> bool:
        """Whether the database lets somebody in. Any other trouble than a refused password is raised."""
        try:
            connection = self.login(login)
        except AtLimitError:
            return True
        if connection is None:
            return False
        with connection:
            return True

    def _give(self, new: DatabaseLogin, known: Sequence[DatabaseLogin]) -> None:
        """Let a new login open the database, with the rights of the first of the known ones that does."""
        if self.opens(new):
            return
        found = (self.login(each) for each in known if same(each, new))
        connection = next((each for each in found if each is not None), None)
        if connection is not None:
            with connection:
                self.change(connection, new)
        elif not self.opens(new):  # as it does if another run of the same step was faster
            raise RotationError(self.refusal(new, "every password that the secret has"))

    def _read(self, text: str) -> DatabaseLogin:
        return DatabaseLogin.read(text, self.engine)
