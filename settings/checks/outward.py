"""What services reach outside the VPC: by a route to the internet, or by endpoints."""

from collections.abc import Iterator, Mapping
from typing import Final

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.compute import ServiceTable
from settings.tables.containers import PUBLIC
from settings.tables.network import EndpointsTable
from settings.tables.table import Complaint, Path

#: Where code asks for what it may do, by the words of a service's table and of its `may`: names of endpoints.
ASKED: Final[Mapping[str, str]] = {
    "emits": "events",
    "metrics": "monitoring",
    "reads": "secretsmanager",
    "tables": "dynamodb",
    "describe-database": "rds",
    "publish": "sns",
    "trace": "xray",
    "use-key": "kms",
}


def way_out(s: Settings, service: ServiceTable) -> str:
    """Advice: what lets a service's tasks reach the internet."""
    tier = s.network.tiers.get(service.tier) if s.network else None
    lacking = ["internet: true"] * (service.group not in s.groups_with_internet)
    return " and ".join([*lacking, *["a tier with route: nat"] * bool(tier and tier.route == "none")])


@check("network", "services")
def a_route_leads_to_the_internet(s: Settings) -> Iterator[Complaint]:
    if not s.network or s.network.acls is True:  # no service stands in such a tier then: see the placements
        return
    for name, service in s.services.items():
        tier = s.network.tiers.get(service.tier)
        if service.internet and tier and tier.route == "none":
            message = f"tier {service.tier!r} has no route there; remove this, or use a tier with route: nat"
            yield Complaint(("services", name, "internet"), message, other=("network", "tiers", service.tier, "route"))


@check("services", "network")
def tasks_reach_what_they_start_with(s: Settings) -> Iterator[Complaint]:
    """Without the internet a task starts by endpoints: its group may connect to those that the stack has.

    AWS's public gallery has no endpoint that images come from (Amazon ECR user guide, "interface VPC endpoints").
    """
    for name, service in s.services.items():
        if not s.network or s.gets_out(service):
            continue
        containers, path = service.task_containers(name), ("services", name, "internet")
        if any((each.table.image.uri or "").startswith(PUBLIC) for each in containers):
            message = f"{PUBLIC} is on the internet; add {way_out(s, service)}, or copy the image to a repository"
            yield Complaint(path, message)
        elif missing := _missing_endpoints(s, with_secrets=any(each.secrets for each in containers)):
            message = f"nothing leads to what its tasks start with; add {missing}, or {way_out(s, service)} here"
            yield Complaint(path, message)


def _missing_endpoints(s: Settings, *, with_secrets: bool) -> str:
    """Advice: what to add where, for tasks to start. AWS itself asks KMS for keys, not the task.

    Fargate asks ECR, takes the image's layers from S3, for which ECR needs the gateway endpoint, writes to CloudWatch
    Logs, and reads secrets (Amazon ECS developer guide, "interface VPC endpoints", considerations for Fargate).
    """
    table = _endpoints(s)
    wanted = {"gateway": ["s3"], "interface": ["ecr.api", "ecr.dkr", "logs", *["secretsmanager"] * with_secrets]}
    lacking = {kind: [each for each in words if each not in getattr(table, kind)] for kind, words in wanted.items()}
    return " and ".join(f"{', '.join(words)} to network.endpoints.{kind}" for kind, words in lacking.items() if words)


@check("services", "network")
def code_reaches_what_it_may_use(s: Settings) -> Iterator[Complaint]:
    table = _endpoints(s)
    there = {*table.gateway, *table.interface}
    for name, service in s.services.items():
        for path, word in _uses(service) if s.network and not s.gets_out(service) else ():
            if (asked := ASKED[word]) not in there:
                kind = "gateway" if asked == "dynamodb" else "interface"
                advice = f"add that to network.endpoints.{kind}, or {way_out(s, service)} here"
                yield Complaint(("services", name, *path), f"nothing leads to {asked}; {advice}")


def _endpoints(s: Settings) -> EndpointsTable:
    return s.network.endpoints if s.network and s.network.endpoints else EndpointsTable()


def _uses(service: ServiceTable) -> Iterator[tuple[Path, str]]:
    """Where a service's table says that its code asks something of AWS, and the word for it."""
    for word in ("emits", "metrics", "reads", "tables"):
        if getattr(service, word):
            yield (word,), word
    for index, word in enumerate(service.may):
        if word in ASKED:
            yield ("may", index), word
