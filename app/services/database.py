"""PostgreSQL: a pool of connections with verified TLS, and transactions on them."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.config import Settings
from app.utils import secrets

POOL = 10  #: connections of a task at most; times the tasks, twice in a deployment, below max_connections
CONNECT = 3  #: seconds to open a connection
WAIT = 3  #: seconds to wait for a free one
STATEMENT = 5  #: seconds that the database works on a statement, before it gives up
ANSWER = 8  #: seconds that we wait for an answer: a database that failed over never gives one
RECYCLE = 1800  #: seconds after which a connection is replaced


class UnavailableError(Exception):
    """The database cannot be reached, or has no connection to spare. Trying again may help."""


class Database:
    """The database's connections. Nothing is opened before it is needed: the application starts without it too."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._user, self._password = settings.database_user, settings.database_password.get_secret_value()
        self._tls = ssl.create_default_context(cafile=settings.database_ca) if settings.database_tls else False
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=WAIT,
            pool_recycle=RECYCLE,
            pool_pre_ping=True,  # a connection that the server closed is replaced before it is used
            hide_parameters=True,  # what clients sent stays out of the log
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Committed at the end of the block, so before the answer; undone by an exception. Raises UnavailableError."""
        try:
            async with self._sessions.begin() as session:
                yield session
        except (OSError, PoolTimeoutError) as error:  # no answer in time, or no free connection
            raise UnavailableError from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise UnavailableError from error
            raise

    async def check(self) -> None:
        """Ask something of the database that it can answer at once. Raises UnavailableError."""
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()

    async def _connect(self) -> asyncpg.Connection:
        try:
            try:
                return await self._open()
            except asyncpg.InvalidPasswordError:
                found = await secrets.current(self._settings.credentials)
                self._user, self._password = found["username"], found["password"]
                return await self._open()
        except (OSError, asyncpg.PostgresError, BotoCoreError, ClientError) as error:
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
            command_timeout=ANSWER,
            server_settings={"application_name": "app", "statement_timeout": f"{STATEMENT}s"},
        )


async def _of(request: Request) -> Database:
    return request.app.state.database


DatabaseNeeded = Annotated[Database, Depends(_of)]
