"""repo2's API: logs, alerts and figures of one tenant, for the dashboard.

Who asks shows a JWT signed with SECRET_KEY. Its tenant is set in the transaction, and the database's row-level security
shows the rows of that tenant alone: a query that forgets to ask for it finds nothing of others.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from src.core.variables import TaskVariables

logger = logging.getLogger(__name__)
CLAIMS = jwt.JWTClaimsRegistry(exp={"essential": True}, tenant={"essential": True})


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncGenerator[None]:
    variables = TaskVariables()  # pyright: ignore[reportCallIssue] the environment gives them
    app.state.key = OctKey.import_key(variables.secret_key.get_secret_value())
    url = variables.database_url.get_secret_value()
    async with asyncpg.create_pool(url, min_size=0, max_size=10, command_timeout=8, timeout=5) as app.state.pool:
        yield


app = FastAPI(lifespan=_life, title="Analysis")


def _tenant(request: Request, authorization: Annotated[str, Header()] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    try:
        found = jwt.decode(token, request.app.state.key, algorithms=["HS256"]).claims
        CLAIMS.validate(found)
    except (JoseError, ValueError) as error:
        raise HTTPException(401, "no valid token", headers={"WWW-Authenticate": "Bearer"}) from error
    if scheme.lower() != "bearer":
        raise HTTPException(401, "no valid token", headers={"WWW-Authenticate": "Bearer"})
    return str(found["tenant"])


async def _rows(request: Request, tenant: str, query: str, *given: object) -> list[dict[str, Any]]:
    """What a query finds among a tenant's rows."""
    async with request.app.state.pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant)
        return [dict(each) for each in await connection.fetch(query, *given)]


Tenant = Annotated[str, Depends(_tenant)]


@app.get("/api/v1/logs")
async def logs(request: Request, tenant: Tenant, search: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """The newest logs, those with a text in them."""
    query = (
        "SELECT id::text, source, severity, message, received FROM logs WHERE strpos(message, $1) > 0"
        " ORDER BY received DESC LIMIT $2"
    )
    return await _rows(request, tenant, query, search, max(1, min(limit, 1000)))


@app.get("/alerts")
async def alerts(request: Request, tenant: Tenant) -> list[dict[str, Any]]:
    """The newest alerts."""
    query = "SELECT log::text, severity, reason, raised FROM alerts ORDER BY raised DESC LIMIT 100"
    return await _rows(request, tenant, query)


@app.get("/stats")
async def stats(request: Request, tenant: Tenant) -> dict[str, int]:
    """How many logs there are of each severity."""
    found = await _rows(request, tenant, "SELECT severity, count(*) AS many FROM logs GROUP BY severity")
    return {each["severity"]: each["many"] for each in found}


@app.get("/health/live")
async def live() -> dict[str, str]:
    """200 while the process answers."""
    return {"status": "ok"}


@app.get("/health/ready")
async def ready(request: Request) -> dict[str, str]:
    """200 while the database answers."""
    try:
        await request.app.state.pool.fetchval("SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise HTTPException(503, "the database does not answer") from error
    return {"status": "ok"}
