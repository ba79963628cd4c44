"""The acceptance tests themselves, run against an emulated AWS: each passes where all is well and fails where not.

What moto lacks is answered in AWS's own shapes, so a parameter or a field that AWS does not know fails here too.
"""

import contextlib
import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.acceptance import test_application, test_network, test_operations, test_security
from tests.acceptance.deployed import Answer, Deployed, Web
from tests.aws import Stack, answer, emulated, now
from tests.requirements.reading import arn, container, of, one

INSIDE, ELSEWHERE = "10.0.21.7", "203.0.113.9"
S3 = {"PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"]}


@dataclass
class Pretended(Web):
    """The Internet as a test wants it."""

    answers: Callable[[str], Answer] = field(default_factory=lambda: _well)
    open: frozenset[int] = frozenset({80, 443})
    versions: frozenset[ssl.TLSVersion] = frozenset({ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3})

    def ask(self, url: str) -> Answer:
        return self.answers(url)

    def connects(self, host: str, port: int) -> bool:
        return port in self.open

    def speaks(self, host: str, port: int, version: ssl.TLSVersion) -> bool:
        return version in self.versions


def _well(url: str) -> Answer:
    """As the application and what stands before it should answer."""
    if url.startswith("http://"):
        return Answer(301, {"location": url.replace("http://", "https://").replace("/health", ":443/health")}, b"")
    if any(url.endswith(path) for path in test_application.MALICIOUS):
        return Answer(403, {}, b"")
    return Answer(200, {"strict-transport-security": "max-age=63072000"}, b"[]")


def _instead(url_part: str, found: Answer) -> Callable[[str], Answer]:
    return lambda url: found if url_part in url else _well(url)


@dataclass
class Emulated:
    """A stack in an emulated AWS, and the tests' view of it."""

    aws: Stack
    web: Pretended = field(default_factory=Pretended)
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def deployed(self) -> Deployed:
        return Deployed(
            stack=self.aws.recording.stack,
            session=self.aws.session,
            web=self.web,
            patience=0,
            pause=0,
            now=lambda: self.clock,
        )

    def answers(self, service: str, operation: str, given: Any) -> None:
        answer(self.aws.session, service, operation, given)

    def inside(self, found: Mapping[str, Any]) -> None:
        """What the next tasks print."""
        self.aws.tasks(says=json.dumps(found))


@pytest.fixture
def dev() -> Iterator[Emulated]:
    with emulated() as session:
        yield Emulated(Stack(session, "dev"))


@pytest.fixture
def shared() -> Iterator[Emulated]:
    with emulated() as session:
        yield Emulated(Stack(session, "shared"))


def fails(proof: Callable[..., None], *given: Any) -> None:
    with pytest.raises(AssertionError):
        proof(*given)


# The network.


def test_flow_logs(dev: Emulated) -> None:
    """None, then one of the default format, then one that is cut."""
    proof = test_network.test_flow_logs_arrive
    fails(proof, dev.deployed, "dev")
    group = {"logGroupName": "/dev/vpc/flow-logs", "logStreamName": "eni-1-all"}
    logs = dev.aws.session.client("logs")
    logs.create_log_stream(**group)
    record = "2 123456789012 eni-1 10.0.1.5 10.0.11.9 443 49152 6 8 960 1700000000 1700000060 ACCEPT OK"
    logs.put_log_events(**group, logEvents=[{"timestamp": now(), "message": record}])
    proof(dev.deployed, "dev")
    logs.put_log_events(**group, logEvents=[{"timestamp": now(), "message": "2 123456789012"}])
    fails(proof, dev.deployed, "dev")


def _endpoints(dev: Emulated) -> dict[str, str]:
    """What a task sees, with everything as it should be."""
    dev.answers("ec2", "DescribePrefixLists", {"PrefixLists": [S3]})
    ec2 = dev.aws.session.client("ec2")
    place = dev.deployed.service()["networkConfiguration"]["awsvpcConfiguration"]
    table = ec2.create_route_table(VpcId=next(iter(dev.aws.ids.values())))["RouteTable"]["RouteTableId"]
    for subnet in place["subnets"]:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    tables = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    tables[0]["Routes"].append({"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1"})
    dev.answers("ec2", "DescribeRouteTables", {"RouteTables": tables})
    names = ["sts", "ssm", "kms", "logs", "secretsmanager", "api.ecr", "123456789012.dkr.ecr"]
    return {f"{name}.us-east-1.amazonaws.com:443": INSIDE for name in names} | {
        "s3.us-east-1.amazonaws.com:443": "52.216.1.1"
    }


@pytest.mark.parametrize(
    ("place", "address"),
    [("", ""), ("kms", ELSEWHERE), ("sts", ""), ("s3", ELSEWHERE), ("s3", "")],
    ids=["well", "through NAT", "not at all", "not by the endpoint", "S3 not at all"],
)
def test_endpoints(dev: Emulated, place: str, address: str) -> None:
    found = _endpoints(dev)
    proof = test_network.test_endpoints_are_reached_without_nat
    dev.inside(found | ({f"{place}.us-east-1.amazonaws.com:443": address} if place else {}))
    if place:
        fails(proof, dev.deployed, "dev")
    else:
        proof(dev.deployed, "dev")


def test_a_private_subnet_without_its_way_to_s3(dev: Emulated) -> None:
    dev.inside(_endpoints(dev))
    dev.answers("ec2", "DescribeRouteTables", {"RouteTables": [{"Routes": [{"NatGatewayId": "nat-1"}]}]})
    fails(test_network.test_endpoints_are_reached_without_nat, dev.deployed, "dev")


def _analysis(dev: Emulated, found: bool) -> None:
    """AWS's reachability analysis, which moto does not do."""
    path = {"NetworkInsightsPath": {"NetworkInsightsPathId": "nip-1"}}
    done = {"NetworkInsightsAnalysisId": "nia-1", "Status": "succeeded", "NetworkPathFound": found}
    dev.answers("ec2", "CreateNetworkInsightsPath", path)
    dev.answers("ec2", "StartNetworkInsightsAnalysis", {"NetworkInsightsAnalysis": done})
    dev.answers("ec2", "DescribeNetworkInsightsAnalyses", {"NetworkInsightsAnalyses": [done]})
    dev.answers("ec2", "DeleteNetworkInsightsAnalysis", {"NetworkInsightsAnalysisId": "nia-1"})
    dev.answers("ec2", "DeleteNetworkInsightsPath", {"NetworkInsightsPathId": "nip-1"})
    dev.answers("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]})


def _gateway(dev: Emulated) -> None:
    ec2 = dev.aws.session.client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=next(iter(dev.aws.ids.values())))


@pytest.mark.parametrize("what", ["well", "not from inside", "by a public address", "a way", "open"])
def test_the_database(dev: Emulated, what: str) -> None:
    _gateway(dev)
    _analysis(dev, found=what == "a way")
    endpoint = dev.deployed.database()["Endpoint"]
    address = {"not from inside": "", "by a public address": ELSEWHERE}.get(what, INSIDE)
    dev.inside({f"{endpoint['Address']}:{endpoint['Port']}": address})
    dev.web.open = frozenset({5432}) if what == "open" else frozenset()
    proof = test_network.test_the_database_is_reached_from_the_application_only
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


@pytest.mark.parametrize("what", ["well", "not from inside", "a way", "open"])
def test_the_cache(dev: Emulated, what: str) -> None:
    _analysis(dev, found=what == "a way")
    group = {"NodeGroups": [{"PrimaryEndpoint": {"Address": "redis.internal", "Port": 6379}}]}
    dev.answers("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [group]})
    dev.inside({"redis.internal:6379": "" if what == "not from inside" else INSIDE})
    dev.web.open = frozenset({6379}) if what == "open" else frozenset()
    proof = test_network.test_the_cache_is_reached_from_private_subnets_only
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


def test_a_look_that_fails_is_no_proof(dev: Emulated) -> None:
    """A task that cannot start must not read as "not reachable"."""
    endpoint = dev.deployed.database()["Endpoint"]
    dev.aws.tasks(status=1, says=json.dumps({f"{endpoint['Address']}:5432": INSIDE}))
    fails(test_network.reached, dev.deployed, "a:1")


# The application.


def _targets(dev: Emulated, state: str = "healthy") -> None:
    dev.answers("elbv2", "DescribeTargetGroups", {"TargetGroups": [{"TargetGroupArn": "arn:aws:tg"}]})
    dev.answers("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}}]})


def test_through_the_load_balancer(dev: Emulated) -> None:
    proof = test_application.test_it_answers_through_the_load_balancer
    _targets(dev)
    proof(dev.deployed, "dev")
    for found in (_instead("https://", Answer(503, {}, b"")), _instead("http://", Answer(200, {}, b""))):
        dev.web.answers = found
        fails(proof, dev.deployed, "dev")
    dev.web.answers = _well
    _targets(dev, "unhealthy")
    fails(proof, dev.deployed, "dev")


def _stable(dev: Emulated, state: str = "COMPLETED") -> None:
    service = dev.deployed.service()
    service["deployments"] = [{"rolloutState": state}]
    service["runningCount"] = service["desiredCount"]
    dev.answers("ecs", "DescribeServices", {"services": [service]})


def test_the_image(dev: Emulated) -> None:
    proof = test_application.test_the_image_runs_and_answers
    _stable(dev)
    dev.answers("ecr", "DescribeImages", {"imageDetails": [{"imageTags": ["bootstrap"]}]})
    proof(dev.deployed, "dev")
    dev.web.answers = _instead("/items", Answer(200, {}, b"{}"))
    fails(proof, dev.deployed, "dev")
    dev.web.answers = _well
    dev.answers("ecr", "DescribeImages", {"imageDetails": []})
    fails(proof, dev.deployed, "dev")


def test_a_deployment_that_is_not_complete(dev: Emulated) -> None:
    _stable(dev, "IN_PROGRESS")
    fails(test_application.test_the_image_runs_and_answers, dev.deployed, "dev")


def test_scaling(dev: Emulated) -> None:
    """The load is put on the tasks of one subnet by a task that carries the load balancer's group beside its own."""
    proof = test_application.test_load_makes_it_scale_out
    place = dev.deployed.service()["networkConfiguration"]["awsvpcConfiguration"]
    details = [{"name": "subnetId", "value": place["subnets"][0]}, {"name": "privateIPv4Address", "value": INSIDE}]
    task = {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/c/1", "attachments": [{"details": details}]}
    dev.answers("ecs", "ListTasks", {"taskArns": [task["taskArn"]]})
    dev.answers("ecs", "DescribeTasks", {"tasks": [task]})
    asked: list[dict[str, Any]] = []

    def run(params: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(dict(params))
        return {"tasks": [], "failures": [{"reason": "one is enough"}]}

    dev.answers("ecs", "RunTask", run)
    fails(proof, dev.deployed, "dev")
    started = time.monotonic()
    while not asked:
        assert time.monotonic() < started + 10
    network = asked[0]["networkConfiguration"]["awsvpcConfiguration"]
    assert network["subnets"] == [place["subnets"][0]]
    assert len(network["securityGroups"]) == 2
    assert asked[0]["overrides"]["containerOverrides"][0]["command"][-1] == INSIDE
    service, looks = dev.deployed.service(), [1, 1, 1, 2]
    dev.answers(
        "ecs",
        "DescribeServices",
        lambda _: {"services": [{**service, "desiredCount": looks.pop(0) if len(looks) > 1 else looks[0]}]},
    )
    patient = dev.deployed.__class__(**{**vars(dev.deployed), "patience": 5})
    proof(patient, "dev")


def test_malicious_requests(dev: Emulated) -> None:
    proof = test_application.test_a_malicious_request_is_blocked
    proof(dev.deployed, "dev")
    for path in test_application.MALICIOUS:
        dev.web.answers = _instead(path, Answer(200, {}, b"[]"))
        fails(proof, dev.deployed, "dev")
    dev.web.answers = lambda _: Answer(403, {}, b"")  # who refuses everybody protects nobody
    fails(proof, dev.deployed, "dev")


def test_penetration_and_load(dev: Emulated) -> None:
    proof = test_application.test_it_stands_penetration_and_load
    proof(dev.deployed)
    for change in ({"open": frozenset({443, 5432})}, {"versions": frozenset(ssl.TLSVersion)}, {"versions": frozenset()},
                   {"answers": _instead("limit=10", Answer(502, {}, b""))},
                   {"answers": _instead("limit=1", Answer(200, {"server": "x"}, b"[]"))}):  # fmt: skip
        broken = Emulated(dev.aws, Pretended(**change))
        fails(proof, broken.deployed)


# Secrets, detection, audit.


def _secrets(dev: Emulated, decide: Callable[[str, str], bool]) -> list[str]:
    """The secrets and roles of the stack in moto, and IAM's decisions, which moto does not make."""
    secrets, iam = dev.aws.session.client("secretsmanager"), dev.aws.session.client("iam")
    for name in dev.deployed.names("secretsmanager.Secret"):
        secrets.create_secret(Name=name, SecretString="only-here")
    for name in dev.deployed.names("iam.Role"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")

    def simulate(params: Mapping[str, Any]) -> dict[str, Any]:
        allowed = decide(params["PolicySourceArn"], params["ResourceArns"][0])
        decision = {
            "EvalActionName": params["ActionNames"][0],
            "EvalDecision": "allowed" if allowed else "implicitDeny",
        }
        return {"EvaluationResults": [decision]}

    dev.answers("iam", "SimulatePrincipalPolicy", simulate)
    recording = dev.aws.recording
    given = [each["valueFrom"] for each in container(recording)["secrets"]]
    return [
        each["name"] for each in of(recording, "secretsmanager.Secret") if any(arn(each) in value for value in given)
    ]


def _right(source: str, secret: str) -> bool:
    return "ecs-task-execution" in source and ":/dev/" in secret


@pytest.mark.parametrize(
    ("decide", "webhook", "first"),
    [
        (_right, "AccessDeniedException", True),
        (lambda source, secret: True, "AccessDeniedException", True),
        (lambda source, secret: "ecs-task-execution" in source, "AccessDeniedException", True),
        (lambda source, secret: False, "AccessDeniedException", True),
        (_right, True, True),
        (_right, "AccessDeniedException", "ResourceNotFoundException"),
    ],
    ids=["well", "everybody", "other environments", "nobody", "the task reads others", "not its own"],
)
def test_secrets(dev: Emulated, decide: Callable[[str, str], bool], webhook: Any, first: Any) -> None:
    own = _secrets(dev, decide)
    assert len(own) == 4
    dev.inside(dict.fromkeys(own, True) | {own[0]: first, "/dev/monitoring/slack-webhook": webhook})
    proof = test_security.test_secrets_are_read_with_the_right_role_only
    if (decide, webhook, first) == (_right, "AccessDeniedException", True):
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


def _detection(shared: Emulated, found: list[str], passed: list[Any], state: str = "READY") -> list[Any]:
    guard = shared.aws.session.client("guardduty")
    guard.create_detector(Enable=True)
    asked: list[Any] = []
    shared.answers("guardduty", "CreateSampleFindings", lambda params: asked.append(params) or {})
    shared.answers("guardduty", "ListFindings", {"FindingIds": found})
    shared.answers("guardduty", "ArchiveFindings", {})
    standard = {"StandardsSubscriptionArn": "a", "StandardsArn": "b", "StandardsInput": {}, "StandardsStatus": state}
    shared.answers("securityhub", "GetEnabledStandards", {"StandardsSubscriptions": [standard] * 3})
    shared.answers("securityhub", "GetFindings", {"Findings": passed})
    return asked


FINDING = {
    "SchemaVersion": "2018-10-08", "Id": "1", "ProductArn": "p", "GeneratorId": "g", "AwsAccountId": "123456789012",
    "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "Title": "t", "Description": "d",
    "Resources": [{"Type": "Other", "Id": "1"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "scored", "state"),
    [(["1"], [FINDING], "READY"), ([], [FINDING], "READY"), (["1"], [], "READY"), (["1"], [FINDING], "INCOMPLETE")],
    ids=["well", "no findings", "no score", "no standard"],
)
def test_detection(shared: Emulated, found: list[str], scored: list[Any], state: str) -> None:
    asked = _detection(shared, found, scored, state)
    proof = test_security.test_sample_findings_appear_and_compliance_is_scored
    if found and scored and state == "READY":
        proof(shared.deployed, "shared")
        assert asked[0]["FindingTypes"] == test_security.SAMPLES
    else:
        fails(proof, shared.deployed, "shared")


@pytest.mark.parametrize("what", ["well", "not logging", "not delivered", "not seen", "never evaluated"])
def test_audit(shared: Emulated, what: str) -> None:
    status = {"IsLogging": what != "not logging"}
    shared.answers(
        "cloudtrail",
        "GetTrailStatus",
        status | ({"LatestDeliveryError": "AccessDenied"} if what == "not delivered" else {}),
    )
    seen: list[str] = []

    def events(params: Mapping[str, Any]) -> dict[str, Any]:
        seen.append(params["filterPattern"])
        return {"events": [] if what == "not seen" else [{"message": "{}"}]}

    shared.answers("logs", "FilterLogEvents", events)
    rules = shared.deployed.names("cfg.Rule")
    evaluated = [{"ConfigRuleName": rule, "LastSuccessfulEvaluationTime": datetime.now(UTC)} for rule in rules]
    last = evaluated[: -1 if what == "never evaluated" else None]
    shared.answers("config", "DescribeConfigRuleEvaluationStatus", {"ConfigRulesEvaluationStatus": last})
    proof = test_security.test_calls_are_recorded_and_rules_evaluated
    if what == "well":
        proof(shared.deployed, "shared")
        assert seen[0].startswith('"/acceptance/')
    else:
        fails(proof, shared.deployed, "shared")


# Alarms, hours.


def _watched(dev: Emulated, what: str) -> None:
    recording, watch = dev.aws.recording, dev.aws.session.client("cloudwatch")
    watch.put_dashboard(
        DashboardName=dev.deployed.name("cloudwatch.Dashboard", "dashboardName"),
        DashboardBody=one(recording, "cloudwatch.Dashboard")["dashboardBody"],
    )
    for each in of(recording, "cloudwatch.MetricAlarm"):
        if "metricName" not in each.inputs:
            continue
        watch.put_metric_alarm(
            AlarmName=each["name"],
            Namespace=each["namespace"],
            MetricName=each["metricName"],
            Dimensions=[{"Name": name, "Value": value} for name, value in each.inputs.get("dimensions", {}).items()],
            ComparisonOperator=each["comparisonOperator"],
            EvaluationPeriods=1,
            Period=60,
            Statistic="Average",
            Threshold=1,
        )
    points = [] if what == "no values" else [{"Average": 1.0, "Timestamp": dev.clock}]
    dev.answers("cloudwatch", "GetMetricStatistics", {"Datapoints": points})
    summary = "Failed to execute" if what == "not published" else "Successfully executed"
    item = {"HistorySummary": f"{summary} action arn:aws:sns:us-east-1:123456789012:dev-warning-alerts"}
    dev.answers("cloudwatch", "DescribeAlarmHistory", {"AlarmHistoryItems": [item]})
    dev.answers("logs", "FilterLogEvents", {"events": [] if what == "not in Slack" else [{"message": "posted"}]})
    saved = [
        {"name": each["name"], "queryString": each["queryString"], "logGroupNames": each["logGroupNames"]}
        for each in of(recording, "cloudwatch.QueryDefinition")
    ]
    dev.answers("logs", "DescribeQueryDefinitions", {"queryDefinitions": saved[what == "a query less" :]})
    dev.answers("logs", "GetQueryResults", {"status": "Failed" if what == "a query fails" else "Complete"})


@pytest.mark.parametrize(
    "what", ["well", "no values", "not published", "not in Slack", "a query less", "a query fails"]
)
def test_alarms(dev: Emulated, what: str) -> None:
    _watched(dev, what)
    proof = test_operations.test_what_is_watched_is_seen_and_told
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


NIGHT, DAY = datetime(2026, 1, 14, 4, 0, tzinfo=UTC), datetime(2026, 1, 14, 18, 0, tzinfo=UTC)
WEEKEND, CHANGING = datetime(2026, 1, 17, 18, 0, tzinfo=UTC), datetime(2026, 1, 14, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "runs", "passes"),
    [(DAY, True, True), (DAY, False, False), (NIGHT, False, True), (NIGHT, True, False), (WEEKEND, True, False)],
)
def test_hours(dev: Emulated, clock: datetime, runs: bool, passes: bool) -> None:
    """Wednesday noon, Tuesday night and Saturday, five hours behind UTC."""
    dev.clock = clock
    if not runs:
        dev.aws.session.client("ecs").update_service(
            cluster=dev.deployed.name("ecs.Cluster"), service=dev.deployed.name("ecs.Service"), desiredCount=0
        )
        dev.aws.session.client("rds").stop_db_instance(
            DBInstanceIdentifier=dev.deployed.name("rds.Instance", "identifier")
        )
    if passes:
        test_operations.test_it_rests_at_night(dev.deployed, "dev")
    else:
        fails(test_operations.test_it_rests_at_night, dev.deployed, "dev")


def test_no_verdict_while_it_changes(dev: Emulated) -> None:
    dev.clock = CHANGING
    with pytest.raises(pytest.skip.Exception):
        test_operations.test_it_rests_at_night(dev.deployed, "dev")


def test_recovery(dev: Emulated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_operations.Drill, "wait", 0, raising=False)
    monkeypatch.setattr(test_operations, "Drill", lambda **given: DRILL(**given, wait=0))
    dev.aws.tasks()
    test_operations.test_the_database_can_be_had_back(dev.deployed, "dev")
    dev.aws.tasks(status=1)
    fails(test_operations.test_the_database_can_be_had_back, dev.deployed, "dev")


DRILL = test_operations.Drill


# What they stand on.


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(301 if self.path == "/moved" else 404 if self.path == "/none" else 200)
        self.send_header("Location", "https://example.com/")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: Any) -> None:
        """Quietly."""


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_web_is_asked_as_it_is() -> None:
    """Statuses as they come, redirects unfollowed, a closed port is closed."""
    with serving() as port:
        found = [Web().ask(f"http://127.0.0.1:{port}{path}") for path in ("/", "/moved", "/none")]
        assert [each.status for each in found] == [200, 301, 404]
        assert found[1].headers["location"] == "https://example.com/"
        assert found[0].body == b"[]"
        assert Web().connects("127.0.0.1", port)
    assert not Web().connects("127.0.0.1", port)


def test_only_what_the_server_speaks_is_spoken() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as port:
        spoken = [Web().speaks("127.0.0.1", port, each) for each in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2)]
    assert spoken == [False, True]


def test_the_look_from_inside_says_what_it_reaches(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The programs that a task runs are run here: they are text until then."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        places = [f"127.0.0.1:{port}", "127.0.0.1:1"]
        subprocess.run([sys.executable, "-c", test_network.REACH, *places], check=True)
    assert json.loads(capfd.readouterr().out) == {places[0]: "127.0.0.1", places[1]: ""}
    subprocess.run([sys.executable, "-c", test_application.LOAD, "1", "1"], check=True)
    compile(test_security.READ, "READ", "exec")


def test_every_acceptance_is_exercised() -> None:
    """Each test that waits for a deployed stack is called here."""
    here = Path(__file__).read_text()
    for module in (test_application, test_network, test_operations, test_security):
        for name in vars(module):
            if name.startswith("test_"):
                assert f"{module.__name__.rpartition('.')[2]}.{name}" in here, name
    modules = {file.stem for file in Path(__file__).parent.glob("test_*.py")} - {"test_emulated"}
    assert modules == {"test_application", "test_network", "test_operations", "test_security"}


def test_time_is_given_to_what_comes_later(dev: Emulated) -> None:
    looks = iter([[], [], ["it"]])
    patient = Deployed(stack="dev", session=dev.aws.session, patience=5, pause=0)
    assert patient.eventually(lambda: next(looks), "it") == ["it"]
    fails(dev.deployed.eventually, list, "nothing")
