"""Rotations as state machines: the cache's against a model, the databases' against models and against real servers.

While nothing was restored no task loses its cache.
"""

import json
import re
from types import SimpleNamespace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection
from pymysql import connect
from pymysql.err import OperationalError

from functions.common import mysql as mysql_driver
from functions.common import postgres as postgres_driver
from functions.rotate_cache import handler as cache_handler
from functions.rotate_database import handler as postgres_handler
from functions.rotate_mysql import handler as mysql_handler
from functions.rotate_text import handler as text_handler
from tests.faults.functions.rotation_machine import RotationMachine
from tests.faults.functions.world import Fuse, Password, Tokens
from tests.faults.table import fault
from tests.functions import mysql as real_mysql
from tests.functions.postgres import DATABASE, ROLE
from tests.properties.effort import examples


class CacheRotation(RotationMachine):
    """The cache's token."""

    first = "first" * 4
    handle = staticmethod(cache_handler.handle)

    def __init__(self) -> None:
        self.store = Tokens([self.first])
        super().__init__()

    def stand_in(self) -> None:
        super().stand_in()
        logs_in = lambda _, token: self.fuse.through(lambda: (self.store.look(), self.opens(token))[1])  # noqa: E731
        self.patch.setattr(cache_handler.CacheTokens, "opens", logs_in)

    @rule(lag=st.integers(0, 3))
    def changes_take_longer(self, lag: int) -> None:
        self.store.lag = lag

    @precondition(lambda self: "AWSPREVIOUS" in self.secrets.labels)
    @rule(label=st.sampled_from(["AWSCURRENT", "AWSPREVIOUS"]))
    def made_anew(self, label: str) -> None:
        """A new replication group, with the token that somebody had at hand."""
        self.restore(label)
        self.store.tokens, self.store.waiting = [self.secrets.labelled(label)], None

    @invariant()
    def no_task_is_locked_out(self) -> None:
        """Nor is one that starts now."""
        if not self.restored:
            assert all(self.opens(token) for token in self.ecs.tasks())
            assert self.opens(self.secrets.labelled("AWSCURRENT"))

    def ended(self) -> None:
        assert self.store.tokens == [self.secrets.labelled("AWSCURRENT")]


class DatabaseRotation(RotationMachine):
    """A database's password."""

    def __init__(self) -> None:
        self.store = Password("first")
        super().__init__()

    @staticmethod
    def password(value: str) -> str:
        return json.loads(value)["password"]

    def opens(self, value: str) -> bool:
        return self.store.opens(self.password(value))

    def know(self, password: str) -> None:
        """The database has this password from now on."""
        self.store.password = password

    @precondition(lambda self: "AWSPREVIOUS" in self.secrets.labels)
    @rule(label=st.sampled_from(["AWSCURRENT", "AWSPREVIOUS"]))
    def from_a_backup(self, label: str) -> None:
        """From before the last rotation, or after it."""
        self.restore(label)
        self.know(self.password(self.secrets.labelled(label)))


def secret(engine: str, user: str) -> str:
    return json.dumps(
        {"engine": engine, "host": "host", "port": 1, "dbname": "app", "username": user, "password": "first"}
    )


class PostgresRotation(DatabaseRotation):
    """Of PostgreSQL, against a model."""

    first = secret("postgres", "app")
    handle = staticmethod(postgres_handler.handle)
    verifier = staticmethod(lambda password: password)

    def stand_in(self) -> None:
        super().stand_in()
        self.patch.setattr(postgres_driver, "connection", self.connection)
        self.patch.setattr(postgres_driver, "verifier", self.verifier)

    def connection(self, credentials: Any) -> "Session":
        """A session of the model's."""
        return self.fuse.through(lambda: Session(self.log_in(credentials.password), self.fuse))

    def log_in(self, password: str) -> Any:
        if not self.store.opens(password):
            raise DatabaseError({"C": "28P01"})
        return self.store


class MysqlRotation(DatabaseRotation):
    """Of MySQL, against a model."""

    first = secret("mysql", real_mysql.USER)
    handle = staticmethod(mysql_handler.handle)

    def stand_in(self) -> None:
        super().stand_in()
        self.patch.setattr(mysql_driver, "pymysql", SimpleNamespace(connect=self.connection))
        # Reading all authorities that a system trusts costs more than all the rest.
        self.patch.setattr(mysql_driver, "ssl", SimpleNamespace(create_default_context=lambda: None))

    def connection(self, *, password: str, **_: Any) -> "Session":
        return self.fuse.through(lambda: Session(self.log_in(password), self.fuse))

    def log_in(self, password: str) -> Any:
        if not self.store.opens(password):
            raise OperationalError(mysql_driver.REFUSED, "Access denied")
        return Cursor(self.store)


class Cursor:
    """A session of the model's that is its own cursor, as MySQL's driver speaks."""

    def __init__(self, store: Password) -> None:
        self.store = store

    def execute(self, statement: str, values: Any = None) -> None:
        if not statement.startswith("SELECT"):
            assert re.fullmatch(r"ALTER USER USER\(\) IDENTIFIED BY %s", statement), statement
            [self.store.password] = values

    def fetchall(self) -> list[Any]:
        return []

    def close(self) -> None:
        pass


class TextRotation(RotationMachine):
    """A generated text, which opens nothing."""

    first = "first" * 10
    handle = staticmethod(text_handler.handle)
    store = None

    def opens(self, value: str) -> bool:
        return value == self.first or len(value) == len(self.first)

    @invariant()
    def tasks_have_a_text_that_was_current(self) -> None:
        """Never one that is pending and may yet be dropped."""
        labels = self.secrets.labels
        pending = self.secrets.labelled("AWSPENDING") if labels.get("AWSPENDING") != labels["AWSCURRENT"] else None
        assert pending is None or pending not in self.ecs.tasks()


class Session:
    """A connection, whose statements may be the last."""

    def __init__(self, real: Any, fuse: Fuse) -> None:
        self.real, self.fuse = real, fuse

    def run(self, statement: str) -> Any:
        return self.fuse.through(lambda: self.real.run(statement))

    def cursor(self) -> "Session":
        return Session(self.real.cursor() if hasattr(self.real, "cursor") else self.real, self.fuse)

    def execute(self, *statement: Any) -> Any:
        return self.fuse.through(lambda: self.real.execute(*statement))

    def fetchall(self) -> Any:
        return self.fuse.through(self.real.fetchall)

    def close(self) -> None:
        self.real.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


TestTheText = TextRotation.TestCase
TestTheText.settings = settings(examples(60), stateful_step_count=20)
TestTheText.pytestmark = fault(
    "rotate-text",
    broken="any steps in any order, runs killed at any call, deployments that fail",
    holds="no task has a text that is not current yet; in the end all have the current one",
)
TestTheCache = CacheRotation.TestCase
TestTheCache.settings = settings(examples(150), stateful_step_count=25)
TestTheCache.pytestmark = fault(
    "rotate-cache",
    broken="any steps in any order, runs killed at any call, deployments that fail, a group made anew",
    holds="no task is locked out by a rotation; in the end all have the one token that the cache takes",
)
BROKEN = "any steps in any order, runs killed at any call or statement, deployments that fail, a restore in between"
HOLDS = "some stored password always opens the database; in the end all tasks have the current one, and it does"
TestPostgres = PostgresRotation.TestCase
TestPostgres.settings = settings(examples(150), stateful_step_count=25)
TestPostgres.pytestmark = fault("rotate-database", broken=BROKEN, holds=HOLDS)
TestMysql = MysqlRotation.TestCase
TestMysql.settings = settings(examples(50), stateful_step_count=25)
TestMysql.pytestmark = fault("rotate-mysql", broken=BROKEN, holds=HOLDS)


@fault(
    "rotate-database",
    broken="the same, with a real PostgreSQL and its own checking of passwords",
    holds="the same",
)
def test_a_real_postgres_is_never_lost(postgres):
    class RealRotation(PostgresRotation):
        first = secret("postgres", ROLE)
        verifier = staticmethod(postgres_driver.verifier)

        def stand_in(self) -> None:
            super().stand_in()
            self.know("first")

        def know(self, password: str) -> None:
            postgres.know(password)

        def log_in(self, password: str) -> Any:
            where = {"unix_sock": postgres.socket, "database": DATABASE, "ssl_context": False}
            return Connection(ROLE, password=password, **where)

        def opens(self, value: str) -> bool:
            try:
                self.log_in(self.password(value)).close()
            except (DatabaseError, InterfaceError):
                return False
            return True

    run_state_machine_as_test(RealRotation, settings=settings(examples(3), stateful_step_count=12))


@fault("rotate-mysql", broken="the same, with a real MySQL and its own checking of passwords", holds="the same")
def test_a_real_mysql_is_never_lost(mysql):
    class RealRotation(MysqlRotation):
        def stand_in(self) -> None:
            super().stand_in()
            self.know("first")

        def know(self, password: str) -> None:
            mysql.know(password)

        def log_in(self, password: str) -> Any:
            return connect(unix_socket=str(mysql.socket), user=real_mysql.USER, password=password)

        def opens(self, value: str) -> bool:
            try:
                self.log_in(self.password(value)).close()
            except OperationalError:
                return False
            return True

    run_state_machine_as_test(RealRotation, settings=settings(examples(3), stateful_step_count=12))
