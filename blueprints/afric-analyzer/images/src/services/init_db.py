"""`python -m src.services.init_db`: runs init_db.sql on the database of DATABASE_URL, in a task beside the service."""

import asyncio
import logging
from pathlib import Path
from typing import Any, cast

import asyncpg

from src.core.log import configure
from src.core.variables import TaskVariables

SCRIPT = Path("init_db.sql")  #: in the image, where the task starts


async def main(script: Path = SCRIPT) -> None:
    """Run it; the script is one transaction."""
    configure()
    variables = TaskVariables()  # pyright: ignore[reportCallIssue] the environment gives them
    connection = await cast("Any", asyncpg.connect)(variables.database_url.get_secret_value(), timeout=10)
    try:
        await connection.execute(await asyncio.to_thread(script.read_text))
    finally:
        await connection.close()
    logging.getLogger(__name__).info("The database is as %s wants it", script.name)


if __name__ == "__main__":
    asyncio.run(main())
