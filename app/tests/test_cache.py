"""Cache-aside reads, in a real Redis before a real PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.config import Settings
from app.routers.items import cache_key
from app.services.cache import TTL, Cache
from app.services.database import Database
from app.tests.conftest import Serving
from app.tests.servers import free_port, silent
from app.tests.test_items import LAMP, make

pytestmark = pytest.mark.requirement("CP-APP-05", "CP-APP-12")


def cached(use: Callable[[Cache], Awaitable[Any]]) -> Any:
    """What a cache of our own says."""

    async def run() -> Any:
        cache = Cache(Settings())
        try:
            return await use(cache)
        finally:
            await cache.close()

    return asyncio.run(run())


def rename_behind_the_cache(name: str) -> None:
    """Change all items in the database, so that a read shows where it came from."""

    async def run() -> None:
        database = Database(Settings())
        async with database.transaction() as session:
            await session.execute(text("UPDATE items SET name = :name"), {"name": name})
        await database.close()

    asyncio.run(run())


def test_a_miss_asks_the_database_and_a_hit_does_not(client: TestClient) -> None:
    """The first read fills the cache; the second comes from it, though the database holds something else by now."""
    path = f"/items/{make(client)['id']}"
    first = client.get(path).json()
    rename_behind_the_cache("Changed")
    assert client.get(path).json() == first


def test_what_is_gone_from_the_cache_is_read_anew(client: TestClient) -> None:
    """After the time that a value is kept, or whatever else removed it."""
    item = make(client)
    client.get(f"/items/{item['id']}")
    rename_behind_the_cache("Changed")
    cached(lambda cache: cache.forget(cache_key(item["id"])))
    assert client.get(f"/items/{item['id']}").json()["name"] == "Changed"


def test_a_value_is_kept_for_a_while_only(client: TestClient) -> None:
    """Redis itself will drop it."""
    item = make(client)
    client.get(f"/items/{item['id']}")
    assert 0 < cached(lambda cache: cache._redis.ttl(cache_key(item["id"]))) <= TTL


def test_a_change_is_seen_at_once(client: TestClient) -> None:
    """Replacing and deleting make the cache forget."""
    path = f"/items/{make(client)['id']}"
    client.get(path)
    client.put(path, json={**LAMP, "name": "Torch"})
    assert client.get(path).json()["name"] == "Torch"
    client.delete(path)
    assert client.get(path).status_code == 404


def test_what_is_not_there_is_not_cached(client: TestClient) -> None:
    """An item can be created after somebody asked for it."""
    assert client.get("/items/1").status_code == 404
    assert make(client)["id"] == 1
    assert client.get("/items/1").status_code == 200


def test_everything_works_without_the_cache(serving: Serving) -> None:
    """Nothing listens there: reads come from the database, changes are kept."""
    with serving(CACHE_PORT=str(free_port())) as client:
        path = f"/items/{make(client)['id']}"
        assert client.get(path).status_code == 200
        assert client.put(path, json={**LAMP, "name": "Torch"}).status_code == 200
        assert client.get(path).json()["name"] == "Torch"
        assert client.delete(path).status_code == 204


def test_a_silent_cache_delays_little(serving: Serving) -> None:
    """It takes connections and never answers: a read still comes within a few seconds, and is right."""
    with silent() as port, serving(CACHE_PORT=port) as client:
        answer = client.get(f"/items/{make(client)['id']}")
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < 4
