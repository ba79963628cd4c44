"""CA: what only the deployed database says. `pytest tests/acceptance -m deployed --system club-app --stack dev`"""

import json

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import requirement
from tests.requirements.reading import one

#: Asks the database what it writes text in, with the secret as the task has it.
ASKS = """
import asyncio, json, os
import asyncpg
found = json.loads(os.environ["DATABASE_URL"])
async def ask():
    connection = await asyncpg.connect(host=found["host"], port=int(found["port"]), user=found["username"],
                                       password=found["password"], database=found["dbname"])
    encoding = await connection.fetchval("SHOW server_encoding")
    await connection.close()
    return encoding
print(json.dumps({"encoding": asyncio.run(ask())}))
"""


@pytest.mark.deployed
@requirement("CA-DB-16")
@pytest.mark.parametrize("stack", ["club-app/dev"])
def test_the_database_writes_utf8(deployed: Deployed, stack: str) -> None:
    """PostgreSQL's own default: the instance names no character set."""
    assert "characterSetName" not in one(deployed.recording, "rds.Instance").inputs
    ended = deployed.inside_of(deployed.name("ecs.Service")).run(["python", "-c", ASKS])
    assert ended.well, ended
    assert json.loads(ended.lines[-1]) == {"encoding": "UTF8"}
