"""How Alembic reaches the database: with the application's own settings, and with time for what takes long."""

import asyncio
import time

from alembic import context
from sqlalchemy import Connection, text

from app.config import Settings
from app.models import Base
from app.services.database import MIGRATING, Database
from app.utils.logging import configure

LOCK = 7_302_115  #: of those who migrate, any number that nothing else in the database uses
PATIENCE = 3600  #: seconds that we wait for somebody else's migration
PAUSE = 1  #: seconds between two looks whether it has ended


def migrate(connection: Connection) -> None:
    """Everything in one transaction: all of it happens, or nothing. Only one of us at a time."""
    _alone(connection)
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


def _alone(connection: Connection) -> None:
    """Take the lock, which the connection's end gives back. Raises TimeoutError.

    It is the session's, since a migration may leave the transaction (an index that is made concurrently has to). It is
    asked for again and again: who waits for it inside the database has a snapshot, and that index waits for its end.
    """
    end = time.monotonic() + PATIENCE
    while True:
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK})
        connection.rollback()
        if taken:
            return
        if time.monotonic() > end:
            raise TimeoutError(f"another migration has been running for {PATIENCE} seconds")
        time.sleep(PAUSE)


async def online() -> None:
    """Migrate the database."""
    settings = Settings()  # pyright: ignore[reportCallIssue]  (the environment gives the values)
    configure(settings.log_level)
    database = Database(settings, MIGRATING)
    try:
        async with database.engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await database.close()


def offline() -> None:
    """Print the statements (`--sql`)."""
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    asyncio.run(online())
