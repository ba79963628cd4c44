"""Pipelines: what they build, keep, read and deploy is in the stack."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS
from settings.tables.pipelines import ACTIONS
from settings.tables.table import Complaint, Path
from settings.words import choice


@check("pipelines", "repositories", "buckets", "secrets", *CONNECTIONS)
def pipelines_use_what_is_there(s: Settings) -> Iterator[Complaint]:
    for word, table in s.pipelines.items():
        for key, value, known in (
            ("builds", table.builds, [*s.repositories]),
            ("artifacts", table.artifacts, [*s.buckets]),
            ("snyk", table.snyk, sorted(s.secret_paths)),
        ):
            if value not in known:
                use = choice(value, known, none="the stack has none")
                yield Complaint(("pipelines", word, key), f"there is no {value!r}; {use}")
        if (bucket := s.buckets.get(table.artifacts)) and bucket.encryption != "key":
            message = "what stages hand on is encrypted with the stack's key; remove its encryption: s3"
            yield Complaint(("pipelines", word, "artifacts"), message)


@check("pipelines", "services")
def pipelines_deploy_services(s: Settings) -> Iterator[Complaint]:
    for word, table in s.pipelines.items():
        path: Path = ("pipelines", word, "deploys")
        mine = [name for name, service in s.services.items() if service.deployment.owner == "pipeline"]
        for index, name in enumerate(table.deploys):
            if name not in s.services:
                use = choice(name, mine, none="no service has owner: pipeline")
                yield Complaint((*path, index), f"there is no service {name!r}; {use}")
            elif name not in mine:
                message = "`pulumi up` deploys it, and the two would undo each other; use owner: pipeline"
                yield Complaint((*path, index), message)
        deployed = s.deployed_by(word)
        if not deployed and not table.deploys:
            yield Complaint(path, "it deploys nothing; give a service owner: pipeline")
        if len(deployed) > ACTIONS:
            message = f"a stage takes {ACTIONS} actions, not {len(deployed)}; make two pipelines of it"
            yield Complaint(path, message)


@check("pipelines", "services", "cluster", "alerts")
def somebody_hears_of_canaries(s: Settings) -> Iterator[Complaint]:
    """A pipeline waits an hour at most for a deployment, and a canary takes longer: only ECS tells how it ended."""
    for word in s.pipelines:
        if {*s.deployed_by(word)} & {*s.canaries} and not s.cluster.failed_deployments:
            message = "it does not wait for canaries to end, so nobody hears of one that ECS takes back; add "
            yield Complaint(("pipelines", word), f"{message}failed-deployments: true to cloudplatform:cluster")
