"""The acceptance tests of the systems below blueprints/, against an AWS that answers as each should and should not."""

import json
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.acceptance import test_afric_analyzer, test_club_app
from tests.acceptance.deployed import Deployed, HttpResponse
from tests.acceptance.emulated import Pretended, fails
from tests.aws import answer, emulated
from tests.conftest import asked
from tests.requirements.reading import of
from tests.stacks import recorded

PROD, CLUB = "afric-analyzer/prod", "club-app/dev"
KEY, SECRET, SEEN = "device-key", "a-secret-of-at-least-32-signs-here", "203.0.113.9"
TASK = "arn:aws:ecs:us-east-1:123456789012:task/c/1"


class Answered:
    """An AWS without anything in it, whose answers are ours."""

    def __init__(self, session: Any, stack: str) -> None:
        self.session, self.stack, self.web = session, stack, Pretended()

    def answers(self, service: str, operation: str, given: Any) -> None:
        answer(self.session, service, operation, given)

    @property
    def deployed(self) -> Deployed:
        return Deployed(stack=self.stack, session=self.session, web=self.web, patience=0, pause=0)

    def says(self, found: Mapping[str, Any], status: int = 0) -> None:
        """What tasks that are run print, and how they end."""
        place = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-app"]}}
        service = {"taskDefinition": "family:1", "networkConfiguration": place, "runningCount": 2, "desiredCount": 2}
        options = {"awslogs-group": "/g", "awslogs-stream-prefix": "ecs"}
        container = {"name": "it", "logConfiguration": {"logDriver": "awslogs", "options": options}}
        task = {"taskArn": TASK, "lastStatus": "STOPPED", "containers": [{"name": "it", "exitCode": status}]}
        self.answers("ecs", "DescribeServices", {"services": [service]})
        self.answers("ecs", "DescribeTaskDefinition", {"taskDefinition": {"containerDefinitions": [container]}})
        self.answers("ecs", "RunTask", {"tasks": [{"taskArn": TASK}]})
        self.answers("ecs", "DescribeTasks", {"tasks": [task]})
        self.answers("logs", "GetLogEvents", {"events": [{"message": json.dumps(found)}]})


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with emulated() as found:
        yield found


@pytest.fixture
def siem(session: Any) -> Answered:
    found = Answered(session, PROD)
    secrets = {"repo1-api-keys": f"acme=x,acceptance={KEY}", "jwt-secret": SECRET}
    found.answers(
        "secretsmanager",
        "GetSecretValue",
        lambda given: {"SecretString": secrets[_body(given)["SecretId"].rpartition("/")[2]]},
    )
    return found


def _body(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return json.loads(given["body"]) if "body" in given else given


def _roles(siem: Answered, *primaries: str) -> None:
    """Who is the primary, at each look; the last one for good."""
    left = list(primaries)

    def look(_: Mapping[str, Any]) -> dict[str, Any]:
        primary = left.pop(0) if len(left) > 1 else left[0]
        members = [
            {"CacheClusterId": each, "CurrentRole": "primary" if each == primary else "replica"} for each in "ab"
        ]
        return {"ReplicationGroups": [{"NodeGroups": [{"NodeGroupMembers": members}]}]}

    siem.answers("elasticache", "DescribeReplicationGroups", look)
    siem.answers("elasticache", "TestFailover", {})


def test_failover(siem: Answered) -> None:
    proof = test_afric_analyzer.test_redis_fails_over_within_15_seconds
    for longest, writes, roles, well in ((9.5, 400, "ab", True), (15.5, 400, "ab", False), (0.2, 400, "aa", False),
                                         (9.5, 0, "ab", False)):  # fmt: skip
        siem.says({"longest": longest, "writes": writes})
        _roles(siem, *roles)
        if well:
            proof(siem.deployed, PROD)
        else:
            fails(proof, siem.deployed, PROD)


def test_recovery(siem: Answered) -> None:
    """New tasks come, or the old ones stay, or too few come, or the APIs do not answer."""
    proof = test_afric_analyzer.test_a_service_recovers_by_itself
    stopped: list[str] = []
    siem.says({})
    siem.answers("ecs", "StopTask", lambda given: stopped.append(given["task"]) or {})

    def tasks(comes: Callable[[int], list[str]]) -> None:
        calls = iter(range(100))
        siem.answers("ecs", "ListTasks", lambda _: {"taskArns": comes(next(calls))})

    tasks(lambda call: [f"{TASK}{call}"])
    proof(siem.deployed, PROD)
    assert len(stopped) == 3
    tasks(lambda _: [TASK])
    fails(proof, siem.deployed, PROD)
    tasks(lambda _: [])
    fails(proof, siem.deployed, PROD)
    tasks(lambda call: [f"{TASK}{call}"])
    siem.web.answers = lambda _: HttpResponse(503, {}, b"")
    fails(proof, siem.deployed, PROD)
    siem.web = Pretended()
    siem.answers("ecs", "DescribeServices", {"services": [{"runningCount": 1, "desiredCount": 2}]})
    fails(proof, siem.deployed, PROD)


def _platform(siem: Answered, takes: int = 202, shows: str = "") -> None:
    """The platform answers: what it was sent last, or something else."""
    sent: list[str] = []

    def send(_: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        sent.append(json.loads(body)["logs"][0]["message"])
        return HttpResponse(takes if headers["X-API-Key"] == KEY else 401, {}, b"{}")

    siem.web = Pretended(
        answers=lambda _: HttpResponse(200, {}, json.dumps([{"message": shows or sent[-1]}]).encode()), sends=send
    )


def _group(siem: Answered, admits: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000, "UserIdGroupPairs": [{"GroupId": admits}]}
    siem.answers("ec2", "DescribeSecurityGroups", {"SecurityGroups": [{"GroupId": "sg-app", "IpPermissions": [rule]}]})


def test_end_to_end(siem: Answered) -> None:
    proof = test_afric_analyzer.test_from_device_to_dashboard
    siem.says({})
    _group(siem, "sg-balancer")
    _platform(siem)
    proof(siem.deployed, PROD)
    _platform(siem, takes=503)
    fails(proof, siem.deployed, PROD)
    _platform(siem, shows="another log")
    fails(proof, siem.deployed, PROD)
    _platform(siem)
    _group(siem, "sg-app")
    fails(proof, siem.deployed, PROD)
    siem.answers("secretsmanager", "GetSecretValue", {"SecretString": "acme=x"})
    fails(proof, siem.deployed, PROD)


def test_functional(siem: Answered) -> None:
    proof = test_afric_analyzer.test_what_is_pushed_is_processed
    siem.says({"pushed": 50, "stored": 50})
    proof(siem.deployed, PROD)
    siem.says({"pushed": 50, "stored": 49})
    fails(proof, siem.deployed, PROD)
    siem.says({"pushed": 50, "stored": 50}, status=1)
    fails(proof, siem.deployed, PROD)


def test_load(siem: Answered) -> None:
    proof = test_afric_analyzer.test_it_stands_the_load_test
    _platform(siem)
    proof(siem.deployed, PROD)
    _platform(siem, takes=429)
    fails(proof, siem.deployed, PROD)


def test_slow_is_no_answer_under_load(siem: Answered) -> None:
    load = test_afric_analyzer.load_test()
    assert load.LoadResult(0, 0.49).well
    assert not load.LoadResult(0, 0.5).well
    assert not load.LoadResult(1, 0.1).well


@pytest.mark.parametrize("stack", ["afric-analyzer/starter", PROD])
def test_feeds(siem: Answered, stack: str) -> None:
    proof, siem.stack = test_afric_analyzer.test_feeds_are_fetched_over_https_through_nat, stack
    many = len(of(recorded(stack, True), "ec2.NatGateway"))

    def gateways(*addresses: str, state: str = "available") -> None:
        found = [{"State": state, "NatGatewayAddresses": [{"PublicIp": each}]} for each in addresses]
        siem.answers("ec2", "DescribeNatGateways", {"NatGateways": found})

    own = [SEEN, "203.0.113.10"][:many]
    gateways(*own)
    siem.says({"seen": SEEN, "plain": False})
    proof(siem.deployed, stack)
    siem.says({"seen": "198.51.100.1", "plain": False})
    fails(proof, siem.deployed, stack)
    siem.says({"seen": SEEN, "plain": True})
    fails(proof, siem.deployed, stack)
    siem.says({"seen": SEEN, "plain": False})
    gateways(*own, state="failed")
    fails(proof, siem.deployed, stack)


def test_encoding(session: Any) -> None:
    club, proof = Answered(session, CLUB), test_club_app.test_the_database_writes_utf8
    club.says({"encoding": "UTF8"})
    proof(club.deployed, CLUB)
    club.says({"encoding": "SQL_ASCII"})
    fails(proof, club.deployed, CLUB)
    club.says({"encoding": "UTF8"}, status=1)
    fails(proof, club.deployed, CLUB)


def test_the_stack_is_named_by_its_system() -> None:
    """`--system` and `--stack` together; a stack that the system has not is refused."""

    def named(**given: str) -> str:
        return asked(cast("pytest.Config", SimpleNamespace(getoption=lambda name: given.get(name[2:]))))

    assert named(system="club-app", stack="dev") == CLUB
    assert named(stack="dev") == "dev"
    assert named() == ""
    for wrong in ({"system": "club-app", "stack": "prod"}, {"stack": "starter"}):
        with pytest.raises(pytest.UsageError):
            named(**wrong)
