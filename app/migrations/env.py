"""How Alembic reaches the database: with the application's own settings and connections."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from app.config import Settings
from app.models import Base
from app.services.database import Database
from app.utils.logging import configure

LOCK = 7_302_115  #: of those who migrate, any number that nothing else in the database uses


def migrate(connection: Connection) -> None:
    """Everything in one transaction: all of it happens, or nothing."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        # A change may take long once it has begun, but those who wait for its locks keep requests waiting behind them.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        context.run_migrations()


async def online() -> None:
    """Migrate the database."""
    settings = Settings()  # pyright: ignore[reportCallIssue]  (the environment gives the values)
    configure(settings.log_level)
    database = Database(settings)
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
