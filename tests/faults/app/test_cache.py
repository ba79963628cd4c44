"""A Redis that is silent, full, a replica, or holds what nobody can read; and many requests at once."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from app.routers.items import cache_key
from app.services import cache as module
from app.tests.conftest import Serving
from app.tests.servers import Environment, silent
from app.tests.test_items import LAMP, make
from tests.faults.table import Fault, fault, faults


@pytest.fixture
def redis(clean: Environment) -> Iterator[Any]:
    with Redis(clean["CACHE_HOST"], int(clean["CACHE_PORT"]), password=clean["CACHE_TOKEN"]) as found:
        yield found
        found.replicaof("NO", "ONE")
        found.config_set("maxmemory", 0)


Write = Callable[[Any, str], object]


@faults(
    "cache",
    *(
        Fault(name=name, broken=f"the cached value is {words}", holds="a miss, and it is written over", given=write)
        for name, words, write in (
            ("words", "no JSON", lambda redis, key: redis.set(key, "not json")),
            ("empty", "empty", lambda redis, key: redis.set(key, "")),
            ("older", "of another form", lambda redis, key: redis.set(key, '{"id": 1, "title": "Lamp"}')),
            ("types", "of wrong types", lambda redis, key: redis.set(key, '{"id": "x", "name": 1}')),
            ("other", "another item", lambda redis, key: redis.set(key, OTHER)),
            ("bytes", "no text", lambda redis, key: redis.set(key, b"\xff\xfe")),
        )
    ),
)
def test_what_cannot_be_read_is_a_miss(client: TestClient, redis: Any, fault: Fault) -> None:
    made = make(client)
    write: Write = fault.given
    write(redis, cache_key(made["id"]))
    assert client.get(f"/items/{made['id']}").json() == made
    assert str(made["name"]).encode() in redis.get(cache_key(made["id"]))


OTHER = '{"id": 77, "name": "x", "description": "", "price": "1.00", "created_at": "2026-01-01T00:00:00Z", '
OTHER += '"updated_at": "2026-01-01T00:00:00Z"}'


@fault("cache", "the key holds a list", "a miss")
def test_a_key_of_another_type_is_a_miss(client: TestClient, redis: Any) -> None:
    made = make(client)
    redis.lpush(cache_key(made["id"]), "x")
    assert client.get(f"/items/{made['id']}").json() == made


@fault("cache", "Redis takes connections and is silent", "one request waits half a second, the others do not")
def test_a_silent_cache_is_left_alone(serving: Serving) -> None:
    """With a rate limit too: three questions a request."""
    with silent() as port, serving(CACHE_PORT=port, RATE_LIMIT="100") as client:
        path = f"/items/{make(client)['id']}"
        took = [client.get(path).elapsed.total_seconds() for _ in range(4)]
        assert sum(took) < module.TIMEOUT + 1.5
        assert sorted(took)[1] < module.TIMEOUT


@fault("cache", "Redis was silent and is back", "after two seconds it is asked again")
def test_a_cache_that_is_back_is_used(client: TestClient, redis: Any) -> None:
    made = make(client)
    redis.client_pause(int((module.TIMEOUT + 0.4) * 1000))
    assert client.get(f"/items/{made['id']}").status_code == 200
    time.sleep(module.REST + 0.5)
    assert client.get(f"/items/{made['id']}").json() == made
    assert redis.get(cache_key(made["id"]))


@fault("cache", "a change comes while the cache rests", "the cached value goes all the same")
def test_a_change_is_not_kept_from_the_cache(client: TestClient, redis: Any) -> None:
    """Other tasks may reach the cache, and would show the old value."""
    path = f"/items/{make(client)['id']}"
    client.get(path)
    client.app.state.cache._rests_until = time.monotonic() + 60
    client.put(path, json={**LAMP, "name": "Torch"})
    assert redis.keys("item:*") == []


@fault("cache", "Redis becomes a replica", "requests are served, and old connections are given up")
def test_a_replica_is_left(client: TestClient, redis: Any) -> None:
    """They would lead to the replica for ever, where nothing can be forgotten."""
    made = make(client)
    client.get(f"/items/{made['id']}")
    redis.replicaof("127.0.0.1", 1)
    assert client.put(f"/items/{made['id']}", json=LAMP).status_code == 200
    names = {each["id"] for each in redis.client_list()}
    assert len(names) == 1
    redis.replicaof("NO", "ONE")
    redis.flushall()
    assert client.get(f"/items/{made['id']}").status_code == 200
    assert redis.get(cache_key(made["id"]))


@fault("cache", "Redis has no memory left", "requests are served from the database")
def test_a_full_cache_caches_nothing(client: TestClient, redis: Any) -> None:
    made = make(client)
    redis.config_set("maxmemory", 1)
    assert client.get(f"/items/{made['id']}").json() == made
    assert client.put(f"/items/{made['id']}", json={**LAMP, "name": "Torch"}).status_code == 200
    assert client.get(f"/items/{made['id']}").json()["name"] == "Torch"


@fault("rate limit", "more requests at once than the pool has connections", "none is admitted beyond the limit")
def test_a_crowd_is_counted(serving: Serving, redis: Any) -> None:
    """The client of Redis fails when its pool is empty, and who cannot be counted is let in: so they wait for one."""
    limit, crowd = 20, 3 * module.POOL
    with serving(RATE_LIMIT=str(limit)) as client:
        time.sleep(max(0.0, 5 - (60 - time.time() % 60)) * 1.3)  # not over the minute's end
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.append(client.get("/items").status_code)) for _ in range(crowd)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found.count(200) + found.count(429) == crowd
    assert 0 < found.count(200) <= limit  # fewer, if the cache was too slow for a question and was asked it twice


@faults(
    "rate limit",
    *(
        Fault(name=name, broken=words, holds="it is one client, and refused", given=lines)
        for name, words, lines in (
            ("lines", "the client's own header makes two lines", [["9.9.9.{n}", "1.1.1.1"]]),
            ("ports", "each connection has another port", [["1.1.1.1:{n}"]]),
            ("network", "a client has a network of IPv6 addresses", [["2001:db8::{n}"]]),
            ("brackets", "IPv6 addresses with ports", [["[2001:db8::{n}]:{n}"]]),
            ("mapped", "an IPv4 address written as IPv6", [["::ffff:1.1.1.1"]]),
            ("spaces", "spaces and empty entries", [[" 9.{n} , , 1.1.1.1 ,"]]),
        )
    ),
)
def test_one_client_is_one(serving: Serving, fault: Fault) -> None:
    [lines] = fault.given
    with serving(RATE_LIMIT="2") as client:
        if (left := 60 - time.time() % 60) < 20:
            time.sleep(left)  # the limit counts by the minute, and these three shall be of one
        codes = [
            client.get("/items", headers=[("X-Forwarded-For", line.format(n=number)) for line in lines]).status_code
            for number in range(1, 4)
        ]
    assert codes == [200, 200, 429]


@fault("rate limit", "an address that is none", "it is counted under its own words")
def test_words_are_counted_too(serving: Serving) -> None:
    with serving(RATE_LIMIT="1") as client:
        codes = [client.get("/items", headers={"X-Forwarded-For": each}).status_code for each in ("a:b", "a:b", "[x")]
    assert codes == [200, 429, 200]
