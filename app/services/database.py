"""PostgreSQL: a pool of connections with verified TLS, and transactions on them."""

import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import QueuePool

from app.config import Settings
from app.utils import secrets

POOL = 10  #: connections for requests, of a task at most
CONNECTIONS = POOL + 1  #: with the health check's; times the tasks, twice in a deployment, below max_connections
CONNECT = 3  #: seconds to open a connection
WAIT = 3  #: seconds to wait for a free one
LOOK = 5  #: seconds after which a server that works for us looks whether we are still there; else our locks outlive us
RECYCLE = 1800  #: seconds after which a connection is replaced

#: States (SQLSTATE) after which the same request may well succeed a little later, beside those of whole classes:
#: a deadlock, a transaction that could not be put into an order, a lock that was not free in time, and a server that
#: became a replica. https://www.postgresql.org/docs/15/errcodes-appendix.html
PASSING = ("40P01", "40001", "55P03", "25006")
#: No resources left; an operator or a time limit stepped in; the system around the server failed.
PASSING_CLASSES = ("53", "57", "58")


#: What may go wrong when a connection is opened: the network, the server, Secrets Manager, or what its secret holds.
NO_CONNECTION = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, BotoCoreError, ClientError, ValueError)


class UnavailableError(Exception):
    """The database cannot be reached, is overloaded, or has no connection to spare. Trying again may help."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long things may take on a connection, in seconds."""

    statement: int  #: that the database works on a statement, before it gives up
    lock: int  #: that a statement waits for a lock; 0: as long as it may take itself
    answer: float | None  #: that we wait for an answer: a database that failed over never gives one


SERVING = Limits(statement=5, lock=0, answer=8)
#: An index of a large table takes its time. But who waits for a table's lock keeps all requests behind it waiting.
MIGRATING = Limits(statement=3600, lock=5, answer=None)


class Database:
    """The database's connections. Nothing is opened before it is needed: the application starts without it too."""

    def __init__(self, settings: Settings, limits: Limits = SERVING) -> None:
        self._settings, self._limits = settings, limits
        self._user, self._password = settings.database_user, settings.database_password.get_secret_value()
        self._tls = ssl.create_default_context(cafile=settings.database_ca) if settings.database_tls else False
        self.engine = self._engine(POOL)
        # Requests that take all the others would make the load balancer replace a task that is only busy.
        self._checks = self._engine(1)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Committed at the end of the block, so before the answer; undone by an exception. Raises UnavailableError."""
        with _understood():
            async with self._sessions.begin() as session:
                yield session

    async def check(self) -> None:
        """Ask something that can be answered at once, on a connection of its own. Raises UnavailableError."""
        with _understood():
            async with self._checks.connect() as connection:
                await connection.execute(text("SELECT 1"))

    @property
    def exhausted(self) -> bool:
        """Whether requests have to wait for a connection."""
        return cast("QueuePool", self.engine.pool).checkedout() >= POOL

    async def close(self) -> None:
        """Close the pools."""
        await self.engine.dispose()
        await self._checks.dispose()

    def _engine(self, size: int) -> AsyncEngine:
        return create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=size,
            max_overflow=0,
            pool_timeout=WAIT,
            pool_recycle=RECYCLE,
            pool_pre_ping=True,  # a connection that the server closed is replaced before it is used
            hide_parameters=True,  # what clients sent stays out of the log
        )

    async def _connect(self) -> asyncpg.Connection:
        try:
            try:
                return await self._open()
            except asyncpg.InvalidPasswordError:
                found = await secrets.current(self._settings.credentials)
                self._user, self._password = found.username, found.password.get_secret_value()
                return await self._open()
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            BotoCoreError,
            ClientError,
            ValueError,
        ) as error:
            raise UnavailableError from error

    async def _open(self) -> asyncpg.Connection:
        connect = cast("Any", asyncpg.connect)  # asyncpg is typed only in parts
        return await connect(
            host=self._settings.database_host,
            port=self._settings.database_port,
            database=self._settings.database_name,
            user=self._user,
            password=self._password,
            ssl=self._tls,
            timeout=CONNECT,
            command_timeout=self._limits.answer,
            server_settings={
                "application_name": "app",
                "statement_timeout": f"{self._limits.statement}s",
                "lock_timeout": f"{self._limits.lock}s",
                "client_connection_check_interval": f"{LOOK}s",
            },
        )


@contextmanager
def _understood() -> Generator[None]:
    """Whatever passes is unavailability; the rest is raised as it is."""
    try:
        yield
    except (OSError, PoolTimeoutError) as error:  # no answer in time, or no free connection
        raise UnavailableError from error
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if error.connection_invalidated or state in PASSING or state.startswith(PASSING_CLASSES):
            raise UnavailableError from error
        raise


async def _of(request: Request) -> Database:
    return request.app.state.database


DatabaseNeeded = Annotated[Database, Depends(_of)]
