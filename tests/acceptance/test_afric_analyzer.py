"""AA: what only a deployed log platform shows; the commands run in tasks of its image, which has Python.

`pytest tests/acceptance -m deployed --system afric-analyzer --stack prod`
"""

import importlib.util
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import requirement
from tests.requirements.reading import of
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS

siem = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("afric-analyzer/")])
small = pytest.mark.parametrize("stack", ["afric-analyzer/starter", "afric-analyzer/staging"])
prod = pytest.mark.parametrize("stack", ["afric-analyzer/prod"])
SERVICES = ("repo1-api", "repo2-api", "repo2-consumer")
TENANT = "acceptance"  #: whose API key the stack must know

#: Writes to Redis for some seconds, and says how long it could not at most.
WRITES = """
import json, os, sys, time
import redis
client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=1, socket_connect_timeout=1)
end, last, longest, writes = time.monotonic() + float(sys.argv[1]), time.monotonic(), 0.0, 0
while time.monotonic() < end:
    try:
        client.set("acceptance:failover", writes, ex=60)
    except redis.RedisError:
        pass
    else:
        longest, last, writes = max(longest, time.monotonic() - last), time.monotonic(), writes + 1
    time.sleep(0.2)
print(json.dumps({"longest": max(longest, time.monotonic() - last), "writes": writes}))
"""
#: Pushes logs into the queue, and says how many of them are in the database within two minutes.
PUSHES = """
import asyncio, json, os, time, uuid
import asyncpg, redis
ids = [str(uuid.uuid4()) for _ in range(50)]
log = {"tenant": "acceptance", "received": "2026-01-01T00:00:00+00:00", "source": "acceptance", "severity": "low"}
with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
    client.lpush("logs:default:clean", *(json.dumps({**log, "id": each, "message": each}) for each in ids))
async def look():
    connection, end = await asyncpg.connect(os.environ["DATABASE_URL"]), time.monotonic() + 120
    await connection.execute("SELECT set_config('app.tenant', 'acceptance', false)")
    while True:
        found = await connection.fetchval("SELECT count(*) FROM logs WHERE id = ANY($1::uuid[])", ids)
        if found == len(ids) or time.monotonic() > end:
            await connection.close()
            return found
        await asyncio.sleep(0.2)
print(json.dumps({"pushed": len(ids), "stored": asyncio.run(look())}))
"""
#: Fetches over HTTPS what says from where it was asked, and tries plain HTTP.
FETCHES = """
import json, socket, urllib.request
seen = urllib.request.urlopen("https://checkip.amazonaws.com", timeout=10).read().decode().strip()
try:
    socket.create_connection(("checkip.amazonaws.com", 80), 5).close()
    plain = True
except OSError:
    plain = False
print(json.dumps({"seen": seen, "plain": plain}))
"""


def _said(deployed: Deployed, service: str, *command: str) -> dict[str, Any]:
    """What a program says that is run in a task beside a service's."""
    ended = deployed.inside_of(service).run(["python", "-c", *command])
    assert ended.well, ended
    return json.loads(ended.lines[-1])


def _secret(deployed: Deployed, word: str) -> str:
    name = f"/siem/{deployed.stack.rpartition('/')[2]}/{word}"
    return deployed.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


def _key(deployed: Deployed) -> str:
    """The API key of our own tenant."""
    pairs = dict(each.partition("=")[::2] for each in _secret(deployed, "repo1-api-keys").split(","))
    assert TENANT in pairs, f"repo1-api-keys has no key of {TENANT}"
    return pairs[TENANT]


def _primary(deployed: Deployed) -> set[str]:
    group = deployed.name("elasticache.ReplicationGroup", "replicationGroupId")
    found = deployed.client("elasticache").describe_replication_groups(ReplicationGroupId=group)["ReplicationGroups"]
    members = found[0]["NodeGroups"][0]["NodeGroupMembers"]
    return {each["CacheClusterId"] for each in members if each["CurrentRole"] == "primary"}


@pytest.mark.deployed
@requirement("AA-CACHE-12")
@prod
def test_redis_fails_over_within_15_seconds(deployed: Deployed, stack: str) -> None:
    """Part of the drill: a task writes without end while the replica becomes the primary."""
    group, before = deployed.name("elasticache.ReplicationGroup", "replicationGroupId"), _primary(deployed)
    seconds = 20 * deployed.pause
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_said, deployed, "repo2-api", WRITES, str(seconds))
        time.sleep(6 * deployed.pause)  # until its task runs
        deployed.client("elasticache").test_failover(ReplicationGroupId=group, NodeGroupId="0001")
        found = writing.result()
    assert found["writes"] > 0
    deployed.eventually(lambda: _primary(deployed) != before, "another primary")
    assert found["longest"] < 15, found


@pytest.mark.deployed
@requirement("AA-DR-01")
@prod
def test_a_service_recovers_by_itself(deployed: Deployed, stack: str) -> None:
    """The drill: all tasks of one service after the other are stopped, and nobody does anything."""
    ecs, cluster = deployed.client("ecs"), deployed.name("ecs.Cluster")

    def tasks(service: str) -> set[str]:
        return set(ecs.list_tasks(cluster=cluster, serviceName=service)["taskArns"])

    def whole(service: str, stopped: set[str]) -> bool:
        [found] = ecs.describe_services(cluster=cluster, services=[service])["services"]
        return found["runningCount"] >= found["desiredCount"] > 0 and not tasks(service) & stopped

    for service in SERVICES:
        stopped = tasks(service)
        assert stopped, f"{service} runs no task"
        for task in stopped:
            ecs.stop_task(cluster=cluster, task=task, reason="recovery drill")
        deployed.eventually(lambda s=service, gone=stopped: whole(s, gone), f"new tasks of {service}")
    for path in ("/health", "/health/live"):
        deployed.eventually(lambda p=path: deployed.web.ask(f"https://{deployed.host}{p}").status == 200, path)


@pytest.mark.deployed
@requirement("AA-APP-01")
@siem
def test_from_device_to_dashboard(deployed: Deployed, stack: str) -> None:
    """What a device sends is what the dashboard is told. The services' group lets itself in nowhere: repo1 has no way
    to repo2 but the queue."""
    marker, host = f"acceptance-{uuid.uuid4()}", deployed.host
    body = json.dumps({"logs": [{"source": "acceptance", "message": marker}]}).encode()
    sent = deployed.web.send(f"https://{host}/api/logs/ingest", body, {"X-API-Key": _key(deployed)})
    assert sent.status == 202
    key = OctKey.import_key(_secret(deployed, "jwt-secret"))
    token = jwt.encode({"alg": "HS256"}, {"tenant": TENANT, "exp": int(time.time()) + 3600}, key)

    def arrived() -> bool:
        asked = f"https://{host}/api/v1/logs?search={marker}"
        found = deployed.web.ask(asked, {"Authorization": f"Bearer {token}"})
        return found.status == 200 and [each["message"] for each in json.loads(found.body)] == [marker]

    deployed.eventually(arrived, "the log in the dashboard's answer")
    ecs = deployed.client("ecs")
    [service] = ecs.describe_services(cluster=deployed.name("ecs.Cluster"), services=["repo1-api"])["services"]
    own = service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    groups = deployed.client("ec2").describe_security_groups(GroupIds=own)["SecurityGroups"]
    admitted = {
        pair["GroupId"] for each in groups for rule in each["IpPermissions"] for pair in rule["UserIdGroupPairs"]
    }
    assert not admitted & set(own)


@pytest.mark.deployed
@requirement("AA-APP-09")
@small
def test_what_is_pushed_is_processed(deployed: Deployed, stack: str) -> None:
    found = _said(deployed, "repo2-api", PUSHES)
    assert found == {"pushed": 50, "stored": 50}


@pytest.mark.deployed
@requirement("AA-APP-10")
@prod
def test_it_stands_the_load_test(deployed: Deployed, stack: str) -> None:
    """blueprints/afric-analyzer/scripts/load_test.py: 15,000 logs, none refused, the 99th percentile below 500 ms."""
    load, headers = load_test(), {"X-API-Key": _key(deployed), "User-Agent": "load-test"}
    url = f"https://{deployed.host}/api/logs/ingest"
    found = load.run(lambda body: deployed.web.send(url, body, headers).status)
    assert found.well, found.text()


def load_test() -> Any:
    """The script, as a module."""
    file = Path(BLUEPRINTS / "afric-analyzer/scripts/load_test.py")
    spec = importlib.util.spec_from_file_location("load_test", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.deployed
@requirement("AA-APP-12")
@siem
def test_feeds_are_fetched_over_https_through_nat(deployed: Deployed, stack: str) -> None:
    """What is asked sees the address of a NAT gateway of this stack; plain HTTP does not get out."""
    names = [each["tags"]["Name"] for each in of(deployed.recording, "ec2.NatGateway")]
    gateways = deployed.client("ec2").describe_nat_gateways(Filter=[{"Name": "tag:Name", "Values": names}])
    addresses = {
        each["PublicIp"]
        for gateway in gateways["NatGateways"]
        if gateway["State"] == "available"
        for each in gateway["NatGatewayAddresses"]
    }
    assert len(addresses) == len(names)
    for service in SERVICES[1:]:
        found = _said(deployed, service, FETCHES)
        assert found["seen"] in addresses
        assert found["plain"] is False
