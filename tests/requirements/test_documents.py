"""CP-DOC: what is written. A document is proven by what stands in it, and by the recorded stacks that it describes."""

import importlib
import os
import re
import struct
import subprocess
from pathlib import Path

import yaml

from docgen.diagrams import diagrams
from docgen.pictures import SIGNATURE, drawn_from, source
from preview.lookup import Recordings
from tests.contracts.discovery import classes
from tests.requirements.expected import ENVIRONMENTS, STACKS, SUBNETS, VPC, ZONES, requirement
from tests.requirements.ledger import waiting
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed, redrawn
from tests.requirements.pages import Pages, sections
from tests.requirements.reading import groups, of, rules_of
from tests.stacks import ROOT, recorded

OVERVIEW = "docs/architecture/overview.md"
NETWORK = "docs/architecture/networking.md"
SECURITY = "docs/architecture/security.md"
MONITORING = "docs/architecture/monitoring.md"


def every_stack() -> Recordings:
    return {stack: recorded(stack, True) for stack in STACKS}


ARCHITECTURE = ("overview", "networking", "security", "monitoring", "disaster-recovery")


@requirement("CP-DOC-01")
def test_the_architecture_has_five_pages(written: Pages) -> None:
    """Each found from the README, and each saying what it is about."""
    for name in ARCHITECTURE:
        page = written[f"docs/architecture/{name}.md"]
        assert page.startswith(f"# {name.replace('-', ' ').capitalize()}\n")
        assert len(sections(page)) >= 3
        assert f"(docs/architecture/{name}.md)" in written["README.md"]


@requirement("CP-DOC-10")
def test_addresses_are_those_of_the_stacks(written: Pages) -> None:
    rows = written.rows("docs/architecture/networking.md", "Addresses")
    wanted: list[list[str]] = []
    for environment in ENVIRONMENTS:
        wanted.append([environment, "VPC", f"`{VPC[environment]}`", "", ""])
        wanted += [["", tier, *(f"`{cidr}`" for cidr in cidrs)] for tier, cidrs in SUBNETS[environment].items()]
    assert rows == wanted
    assert f"| environment | tier | {' | '.join(ZONES)} |" in written["docs/architecture/networking.md"]


NAMES = {
    "alb": "load-balancer",
    "rds": "database",
    "redis": "cache",
    "endpoint": "endpoints",
}  #: where the document says otherwise than we do


@requirement("CP-DOC-10")
def test_the_rules_of_the_groups_are_those_of_the_stack(written: Pages) -> None:
    """As many, and each with its group, direction, peer and port."""
    stack = recorded("prod", True)
    named = {id_: NAMES.get(name, name) for name, id_ in groups(stack).items()}
    wanted = [
        [
            named[id_],
            "out to" if rule.egress else "in from",
            named.get(rule.peer) or ("the VPC's addresses" if rule.peer == VPC["prod"] else f"`{rule.peer}`"),
            str(rule.ports[0]) if rule.ports else "all",
        ]
        for id_ in named
        for rule in rules_of(stack, id_)
    ]
    rows = [row[:4] for row in written.rows("docs/architecture/networking.md", "Security groups")]
    assert sorted(rows) == sorted(wanted)


@requirement("CP-DOC-10")
def test_the_queries_are_those_of_the_stack(written: Pages) -> None:
    found = written.sections("docs/architecture/monitoring.md")["Saved queries"]
    blocks = re.findall(r"`(\S+)`\n\n```\n(.*?)\n```", found, re.DOTALL)
    queries = {each["name"]: each["queryString"] for each in of(recorded("prod", True), "cloudwatch.QueryDefinition")}
    assert len(queries) == 3
    assert dict(blocks) == queries


LAYERS = ("Perimeter", "Network", "Identity and access", "Data protection", "Application", "Detection and response",
          "Audit and compliance")  # fmt: skip


SOURCES = {
    "GuardDuty": "stolen credentials, crypto mining, exfiltration of data",
    "CloudTrail": "refused calls, privilege escalation",
    "VPC flow logs": "port scans, unusual traffic",
    "CloudWatch": "errors and slowness",
    "AWS Config": "rules that are broken",
    "Security Hub": "the score of each standard",
}


@requirement("CP-DOC-14")
def test_the_seven_layers_and_what_detects_what(written: Pages) -> None:
    """After the pillar that they follow; with the six sources, and assessments that somebody does at a time."""
    page = "docs/architecture/security.md"
    assert "Well-Architected" in written[page]
    assert [row[0] for row in written.rows(page, "The seven layers")] == [
        f"{number}. {name}" for number, name in enumerate(LAYERS, 1)
    ]
    detects = dict(written.rows(page, "What detects what"))
    assert detects.keys() == SOURCES.keys()
    assert all(words in detects[name] for name, words in SOURCES.items())
    assessed = written.rows(page, "Assessments")
    assert [row[0] for row in assessed] == [f"every {time}" for time in ("change", "day", "week", "quarter", "year")]
    assert all(what and who for _, what, who in assessed)


@requirement("CP-DOC-16")
def test_encryption_in_transit_is_as_it_is_built(written: Pages) -> None:
    """Each connection of the table, and what the recording says of it."""
    rows = {row[0]: row[1:] for row in written.rows("docs/architecture/security.md", "Encryption in transit")}
    assert {name: row[-1] for name, row in rows.items()} == {
        "client to load balancer": "TLS 1.2",
        "load balancer to task": "none",
        "task to PostgreSQL": "TLS 1.2",
        "task to Redis": "TLS 1.2",
        "task to AWS": "TLS 1.2",
    }
    assert rows["load balancer to task"][0].startswith("HTTP, inside the VPC")
    for stack in (recorded(environment, True) for environment in ENVIRONMENTS):
        [https] = [each for each in of(stack, "lb.Listener") if each["protocol"] == "HTTPS"]
        assert "-TLS13-1-2-" in https["sslPolicy"]
        assert [each["protocol"] for each in of(stack, "lb.TargetGroup")] == ["HTTP"]
        [parameters] = of(stack, "rds.ParameterGroup")
        forced = {each["name"]: each["value"] for each in parameters["parameters"]}
        assert forced["rds.force_ssl"] == "1"
        assert [each["transitEncryptionEnabled"] for each in of(stack, "elasticache.ReplicationGroup")] == [True]


#: The modules that the ledger names, by area.
PARTS = {
    "networking": "vpc subnets internet-gateway nat-gateway route-tables security-groups nacls vpc-endpoints"
    " vpc-flow-logs",
    "compute": "ecs-cluster ecs-service task-definition auto-scaling",
    "load-balancing": "alb target-group listener",
    "data": "rds-postgres rds-subnet-group rds-parameter-group elasticache-redis elasticache-subnet-group"
    " elasticache-parameter-group",
    "storage": "s3-bucket dynamodb-table ecr",
    "security": "ecs-task-execution ecs-task github-actions lambda-execution rds-monitoring iam-policies kms"
    " secrets-manager acm waf guardduty security-hub cloudtrail aws-config access-analyzer inspector",
    "monitoring": "cloudwatch-log-groups cloudwatch-alarms cloudwatch-dashboard sns-topics metric-filters",
    "dns": "route53-zone route53-records",
    "automation": "scale-down-dev scale-up-dev slack-notifier auto-remediate eventbridge-rules",
}


@requirement("CP-DOC-12")
def test_every_module_is_a_component(written: Pages) -> None:
    """Each named part is built by one file, which says what it is; components are classes that the stacks use."""
    rows = written.rows("docs/architecture/overview.md", "Components")
    found: dict[str, list[str]] = {}
    for area, parts, _ in rows:
        found.setdefault(area, []).extend(parts.split(", "))
    assert {area: sorted(parts) for area, parts in found.items()} == {
        area: sorted(parts.split()) for area, parts in PARTS.items()
    }
    defined = {each.__module__: each for each in classes()}
    for _, parts, files in rows:
        for file in re.findall(r"`([^`]+)`", files):
            module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
            assert module.__doc__, f"{file}, for {parts}"
            component = file.startswith("components/") and file != "components/iam.py"
            assert not component or module.__name__ in defined, file


@requirement("CP-DOC-12")
def test_every_component_is_documented() -> None:
    """Reusable by whoever reads it: each says what it creates, or what it is."""
    assert len(classes()) >= 40
    assert [each.__name__ for each in classes() if len((each.__doc__ or "").split()) < 8] == []


GLOBAL = ("ecr.Repository", "iam.OpenIdConnectProvider", "route53.Zone")


@requirement("CP-DOC-13")
def test_the_shared_part_stands_apart(written: Pages) -> None:
    """Registry, states, GitHub's provider and the zone are in the shared stack only; an environment is a stack file.

    The only projects below are the other systems': no environment has one of its own.
    """
    rows = written.rows("docs/architecture/overview.md", "Stacks")
    assert {row[0].strip("`"): row[2].strip("`") for row in rows} == {s: f"Pulumi.{s}.yaml" for s in STACKS}
    assert all((ROOT / row[2].strip("`")).is_file() for row in rows)
    projects = [file for file in ROOT.glob("*/**/Pulumi.yaml") if not {".venv", "build"} & {*file.parts}]
    assert {file.parent.parent for file in projects} == {ROOT / "blueprints"}
    for stack in STACKS:
        assert [len(of(recorded(stack, True), kind)) for kind in GLOBAL] == [1 if stack == "shared" else 0] * 3
        states = [each for each in of(recorded(stack, True), "s3.Bucket") if "state" in str(each.inputs["bucket"])]
        assert len(states) == (1 if stack == "shared" else 0)


#: The services that the ledger names, each by a type that only it has.
SERVICES = {
    "VPC": "ec2.Vpc", "Subnets": "ec2.Subnet", "NAT Gateway": "ec2.NatGateway", "IGW": "ec2.InternetGateway",
    "Route Tables": "ec2.RouteTable", "Security Groups": "ec2.SecurityGroup", "NACLs": "ec2.NetworkAcl",
    "VPC Endpoints": "ec2.VpcEndpoint", "ECS": "ecs.Cluster", "ECR": "ecr.Repository", "ALB": "lb.LoadBalancer",
    "RDS": "rds.Instance", "ElastiCache": "elasticache.ReplicationGroup", "IAM": "iam.Role", "KMS": "kms.Key",
    "Secrets Manager": "secretsmanager.Secret", "WAF": "wafv2.WebAcl", "GuardDuty": "guardduty.Detector",
    "Security Hub": "securityhub.Account", "CloudTrail": "cloudtrail.Trail", "Config": "cfg.Recorder",
    "Access Analyzer": "accessanalyzer.Analyzer", "Inspector": "inspector2.Enabler", "ACM": "acm.Certificate",
    "CloudWatch Logs": "cloudwatch.LogGroup", "CloudWatch Metrics": "cloudwatch.LogMetricFilter",
    "CloudWatch Alarms": "cloudwatch.MetricAlarm", "CloudWatch Dashboards": "cloudwatch.Dashboard", "SNS": "sns.Topic",
    "Lambda": "lambda_.Function", "EventBridge": "cloudwatch.EventRule", "Route 53": "route53.Zone", "S3": "s3.Bucket",
    "DynamoDB": "dynamodb.Table",
}  # fmt: skip


@requirement("CP-DOC-17")
def test_more_than_25_services(written: Pages) -> None:
    """Fargate and Shield Standard have no resource of their own."""
    missing = [name for name, kind in SERVICES.items() if not any(of(recorded(stack, True), kind) for stack in STACKS)]
    assert missing == []
    assert {each["launchType"] for each in of(recorded("prod", True), "ecs.Service")} == {"FARGATE"}
    assert len(SERVICES) + 2 > 25
    modules = {row[0].strip("`") for row in written.rows("docs/architecture/overview.md", "Services of AWS")}
    assert len(modules) > 25
    assert modules == {
        each.type.split(":")[1].partition("/")[0]
        for stack in STACKS
        for each in recorded(stack, True).resources.values()
        if each.type.startswith("aws:")
    }


PICTURES = ("architecture", "network-diagram", "security-layers", "ci-cd-pipeline")


@requirement("CP-DOC-06")
def test_the_diagrams_are_drawn_from_the_stacks(written: Pages) -> None:
    """Four that the ledger names, and who may take which role; each of what the stacks are now."""
    made = {each.name: each for each in diagrams(every_stack())}
    assert made.keys() == {*PICTURES, "trust"}
    for name, diagram in made.items():
        png = written.pictures.get(f"docs/diagrams/{name}.png", b"")
        assert png.startswith(SIGNATURE), name
        width, height = struct.unpack(">II", png[16:24])
        assert width > 300, name
        assert height > 300, name
        assert drawn_from(png) == source(diagram), f"{name} is old: make generate-diagrams"
        assert f"({name}.png)" in written["docs/diagrams/README.md"]


@requirement("CP-DOC-07")
def test_the_readme_leads_on(written: Pages) -> None:
    """What it is, how to start, how it is built, and where the rest stands."""
    readme = written["README.md"]
    parts = sections(readme)
    about = readme.split("\n## ")[0]
    assert "Pulumi" in about
    assert len(about.split()) >= 40
    assert "make preview STACK=dev" in next(text for name, text in parts.items() if name.startswith("Quick start"))
    assert len(parts["Architecture"].split("|")[0].split()) >= 40
    for link in (*(f"docs/architecture/{name}.md" for name in ARCHITECTURE), "docs/decisions/README.md",
                 "docs/delivery.md", "docs/runbooks/alarms.md", "COST_ESTIMATE.md", "SECURITY.md",
                 "CONTRIBUTING.md"):  # fmt: skip
        assert f"({link})" in parts["Architecture"], link


ROOT_FILES = {
    "CONTRIBUTING.md": ("make lint", "make test", "CHANGELOG.md", "Review"),
    "SECURITY.md": ("Report a vulnerability", "working day", "Not in an issue"),
    "COST_ESTIMATE.md": ("## Dev", "## Staging", "## Prod", "## Forecast"),
    "Makefile": ("preview:", "test:", "lint:"),
    ".gitignore": (".venv/", "__pycache__/"),
}


@requirement("CP-DOC-08")
def test_the_files_at_the_root(written: Pages) -> None:
    for name, words in ROOT_FILES.items():
        assert [each for each in words if each not in written[name]] == [], name
    assert yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]


SCRIPTS = {
    "init-backend": ".ci/bootstrap",
    "deploy": "scripts/deploy.sh",
    "destroy": "scripts/destroy.sh",
    "rotate-secrets": "scripts/rotate-secrets.sh",
    "setup-local-dev": "scripts/setup-local-dev.sh",
    "run-security-scan": "scripts/run-security-scan.sh",
    "generate-diagrams": "scripts/generate-diagrams.sh",
}


@requirement("CP-DOC-09")
def test_the_scripts_by_their_names(written: Pages, tmp_path: Path) -> None:
    """A target of each name runs one script, which stops at the first error; what they do is tested in tests/ci."""
    (tmp_path / "Makefile").write_text(written["Makefile"].replace("$(VENV)/.program", "").replace("$(VENV)/.dev", ""))
    for target, script in SCRIPTS.items():
        command = ["make", "--dry-run", "--always-make", "--directory", str(tmp_path), target, "SECRET=jwt"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert script in done.stdout, done.stderr
        assert os.access(ROOT / script, os.X_OK)
        text = written.texts.get(script) or (ROOT / script).read_text()
        assert text.startswith("#!/usr/bin/env bash\n# ")
        assert "\nset -euo pipefail\n" in text


def test_what_only_a_deployed_stack_shows_waits() -> None:
    """CP-DOC-15: deployed from scratch, end to end, with a load test and a penetration test."""
    assert ("CP-DOC-15", "all") in waiting()


BREACHES = [
    PageBreach(test_the_architecture_has_five_pages, gone("docs/architecture/monitoring.md")),
    PageBreach(test_the_architecture_has_five_pages, edit("README.md", "(docs/architecture/security.md)", "()")),
    PageBreach(test_addresses_are_those_of_the_stacks, edit(NETWORK, "`10.1.12.0/24`", "`10.1.14.0/24`")),
    PageBreach(test_the_rules_of_the_groups_are_those_of_the_stack,
           edit(NETWORK, "| database | in from | app | 5432 |", "| database | in from | app | 5433 |")),
    PageBreach(test_the_rules_of_the_groups_are_those_of_the_stack,
           edit(NETWORK, "| cache | in from | app | 6379 | cached data |\n")),
    PageBreach(test_the_queries_are_those_of_the_stack, edit(MONITORING, "duration > 1000", "duration > 2000")),
    PageBreach(test_the_seven_layers_and_what_detects_what, edit(SECURITY, "| 5. Application |", "| 5. App |")),
    PageBreach(test_the_seven_layers_and_what_detects_what, edit(SECURITY, "port scans, unusual traffic")),
    PageBreach(test_the_seven_layers_and_what_detects_what, edit(SECURITY, "| every quarter |", "| sometimes |")),
    PageBreach(test_encryption_in_transit_is_as_it_is_built,
           edit(SECURITY, "| task to Redis | TLS, with a token | TLS 1.2 |\n")),
    PageBreach(test_every_module_is_a_component, edit(OVERVIEW, "`components/edge/web_acl.py`", "`README.md`")),
    PageBreach(test_every_module_is_a_component, edit(OVERVIEW, "nat-gateway, ")),
    PageBreach(test_the_shared_part_stands_apart, edit(OVERVIEW, "`Pulumi.staging.yaml`", "`Pulumi.test.yaml`")),
    PageBreach(test_more_than_25_services, edit(OVERVIEW, "| `guardduty` | shared |\n")),
    PageBreach(test_the_diagrams_are_drawn_from_the_stacks, gone("docs/diagrams/security-layers.png")),
    PageBreach(test_the_diagrams_are_drawn_from_the_stacks, redrawn),
    PageBreach(test_the_readme_leads_on, edit("README.md", "(COST_ESTIMATE.md)", "()")),
    PageBreach(test_the_readme_leads_on, edit("README.md", "make preview STACK=dev", "make")),
    PageBreach(test_the_files_at_the_root, edit("SECURITY.md", "Report a vulnerability", "Hello")),
    PageBreach(test_the_files_at_the_root, gone("CONTRIBUTING.md")),
    PageBreach(test_the_scripts_by_their_names, edit("Makefile", "rotate-secrets: ##", "rotate: ##")),
    PageBreach(test_the_scripts_by_their_names, edit("scripts/destroy.sh", "set -euo pipefail", "set -x")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
