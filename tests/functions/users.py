"""The databases' user of one service, and the administrator who makes it."""

import json

import pytest

from functions.common.postgres import verifier
from tests.functions import mysql as mysqls
from tests.functions import postgres as postgreses
from tests.functions.emulated import Aws, hidden, keep_for_a_service

SECRET, ADMIN_SECRET = "/test/back-office/database", "/test/administrator"
USER = "back_office"  #: of the service back-office; in MySQL's grants an underscore is any character
CLONE = f"{USER}_clone"  #: its second login in PostgreSQL
CONNECTIONS = 3


class PostgresUser:
    """A PostgreSQL, as the keeper of one user."""

    def __init__(self, server: postgreses.Postgres, port: int) -> None:
        self.server, self.port = server, port
        self.forget()

    def url(self, password: str, user: str = USER) -> str:
        return f"postgresql://{user}:{password}@localhost:{self.port}/{postgreses.SERVICES}"

    def know_administrator(self, password: str) -> None:
        self.server.know(password, postgreses.ADMINISTRATOR)

    def make(self, password: str) -> None:
        """The user is there, as the administrator makes it."""
        role = f"CREATE ROLE {USER} LOGIN PASSWORD '{verifier(password)}'"
        way = f"GRANT CONNECT ON DATABASE {postgreses.SERVICES} TO {USER}"
        self.server.run(f"SET ROLE {postgreses.ADMINISTRATOR}", role, way)

    def know(self, password: str) -> None:
        """The user has this password from now on, and its second login none."""
        self.server.run(f"DROP ROLE IF EXISTS {CLONE}", f"ALTER ROLE {USER} PASSWORD '{verifier(password)}'")

    def stored(self) -> str:
        return self.server.stored(USER)

    def forget(self) -> None:
        """It is not there, nor anything of it: the administrator follows the runbook."""
        [found] = self.server.run(f"SELECT rolname::text FROM pg_roles WHERE rolname IN ('{USER}', '{CLONE}')")
        if found:
            roles = ", ".join(name for [name] in found)
            become = (f"SET ROLE {postgreses.ADMINISTRATOR}", f"GRANT {roles} TO CURRENT_USER")
            drops = (f"DROP SCHEMA IF EXISTS {USER} CASCADE", f"DROP OWNED BY {roles}", f"DROP ROLE {roles}")
            self.server.run(*become, *drops, database=postgreses.SERVICES)


class MysqlUser:
    """A MySQL, as the keeper of one user."""

    def __init__(self, server: mysqls.Mysql) -> None:
        self.server = server
        self.forget()

    def url(self, password: str, user: str = USER) -> str:
        database = USER if user == USER else mysqls.DATABASE
        return f"mysql://{user}:{password}@localhost:{self.server.port}/{database}"

    def know_administrator(self, password: str) -> None:
        self.server.know(password, mysqls.ADMINISTRATOR)

    def make(self, password: str) -> None:
        """The user is there, with its database."""
        self.server.run(f"CREATE DATABASE {USER}", f"CREATE USER {USER} IDENTIFIED BY '{password}'")
        self.server.run(f"GRANT SELECT ON `{USER}`.* TO {USER}")

    def know(self, password: str) -> None:
        """The user has this password from now on, and no other beside it."""
        self.server.run(
            f"ALTER USER {USER} IDENTIFIED BY '{password}'",
            f"ALTER USER {USER} DISCARD OLD PASSWORD",
        )

    def stored(self) -> str:
        return self.server.stored(USER)

    def forget(self) -> None:
        """It is not there, nor anything of it."""
        self.server.run(f"DROP USER IF EXISTS {USER}", f"DROP DATABASE IF EXISTS {USER}")


def keep(aws: Aws, monkeypatch: pytest.MonkeyPatch, keeper: PostgresUser | MysqlUser) -> str:
    """The secrets of the administrator, whom the server knows, and of the user, whom it does not; gives the latter."""
    text, password = keeper.url(hidden()), hidden()
    keep_for_a_service(aws, monkeypatch, SECRET, text)
    keeper.know_administrator(password)
    aws.its("secretsmanager").create_secret(
        Name=ADMIN_SECRET, SecretString=keeper.url(password, postgreses.ADMINISTRATOR)
    )
    monkeypatch.setenv("ADMIN_SECRET", ADMIN_SECRET)
    monkeypatch.setenv("DATABASE_HOST", "localhost")
    may(monkeypatch, "select", "insert")
    monkeypatch.setenv("SERVICES", json.dumps({USER: ["api"]}))
    return text


def may(monkeypatch: pytest.MonkeyPatch, *grants: str, connections: int = CONNECTIONS) -> None:
    """What the stack file says of the user."""
    monkeypatch.setenv("CONNECTIONS", json.dumps({USER: connections}))
    monkeypatch.setenv("GRANTS", json.dumps({USER: grants}))


@pytest.fixture
def postgres_user(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, trusted: None, postgres: postgreses.Postgres, postgres_port: int
) -> tuple[PostgresUser, str]:
    """A PostgreSQL that does not know the user yet, and the user's secret."""
    keeper = PostgresUser(postgres, postgres_port)
    return keeper, keep(aws, monkeypatch, keeper)


@pytest.fixture
def mysql_user(aws: Aws, monkeypatch: pytest.MonkeyPatch, trusted: None, mysql: mysqls.Mysql) -> tuple[MysqlUser, str]:
    """A MySQL that does not know the user yet, and the user's secret."""
    keeper = MysqlUser(mysql)
    return keeper, keep(aws, monkeypatch, keeper)
