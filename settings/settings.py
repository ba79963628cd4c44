"""All that a stack file may say: one table a tier."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import get_args

from pydantic import Field

from settings.names import Names
from settings.posture import POSTURES, Posture, PostureWord
from settings.tables.alarms import AlarmsTable
from settings.tables.backup import BackupTable
from settings.tables.bastion import BastionTable
from settings.tables.boards import BoardTable, ChartTable
from settings.tables.buckets import BucketTable
from settings.tables.client_vpn import ClientVpnTable
from settings.tables.compute import (
    ClusterTable,
    PlacedRoute,
    RepositoryTable,
    ServiceDefaultsTable,
    ServiceTable,
    TaskContainer,
)
from settings.tables.connections import CONNECTIONS, StoreTable, StoreTables
from settings.tables.data import DynamoTable
from settings.tables.datadog import DatadogTable
from settings.tables.delivery import DEPLOYERS, AccessTable, DeliveryTable, PipelineTable
from settings.tables.detection import AuditTable, DetectionTable, Watcher
from settings.tables.edge import CdnTable, DnsTable, SiteTable, WebAclTable
from settings.tables.events import EventsTable
from settings.tables.files import FilesTable
from settings.tables.functions import FunctionsTable
from settings.tables.logs import SharedLogTable
from settings.tables.names import NamesTable
from settings.tables.network import NetworkTable
from settings.tables.operations import AlertsTable, BudgetTable, CostsTable, HoursTable, MetricTable
from settings.tables.pipelines import ImagePipelineTable
from settings.tables.routing import LoadBalancerTable
from settings.tables.security import KeyTable, SecretTable
from settings.tables.table import KeyArn, Path, Region, Tag, Word
from settings.tables.tracing import TracingTable
from settings.tables.users import ServiceUser


class Settings(StoreTables):
    """One stack's settings, as its stack file gives them under `cloudplatform:`."""

    stack: str = Field(exclude=True, description="the stack's name; not in the file")
    region: Region = Field(description="the stack file's aws:region")
    account: str = Field(
        pattern=r"^\d{12}$", description="the only account that the stack may touch", examples=["123456789012"]
    )
    project: Word = Field(
        default="",
        validate_default=False,
        description="first part of physical names; default: the Pulumi project's",
        examples=["shop"],
    )
    environment: Word = Field(
        default="",
        validate_default=False,
        description="second part of physical names; default: the stack's name",
        examples=["qa"],
    )
    physical_names: NamesTable = Field(default=NamesTable(), alias="names")
    posture: PostureWord = Field(
        description="how well data is protected: the defaults of backups and deletion protection"
    )
    allow_unknown: tuple[str, ...] = Field(
        default=(),
        description="what AWS offers and the list of what is known does not have yet, such as a new instance class",
        examples=[["db.r9g.large"]],
    )
    tags: dict[str, Tag] = Field(default={}, description="tags of every resource, beside Environment")
    dns: DnsTable | None = None
    logs: dict[Word, SharedLogTable] = Field(default={}, description="log groups that other tables name")
    network: NetworkTable | None = None
    client_vpn: ClientVpnTable | None = None
    key: KeyTable = KeyTable()
    delivery: DeliveryTable | None = None
    pipeline: PipelineTable | None = None
    pipelines: dict[Word, ImagePipelineTable] = Field(
        default={}, description="pipelines on CodePipeline that build images and deploy services"
    )
    access: AccessTable = AccessTable()
    secrets: dict[Word, SecretTable] = {}
    secret_copies: dict[Region, KeyArn] = Field(
        default={}, description="regions that have a copy of each secret, each with the ARN of the key there"
    )
    buckets: dict[Word, BucketTable] = Field(default={}, examples=[{"uploads": {"versioned": True}}])
    tables: dict[Word, DynamoTable] = {}
    files: dict[Word, FilesTable] = {}
    backup: BackupTable | None = None
    repositories: dict[Word, RepositoryTable] = Field(default={}, examples=[{"api": {}}])
    load_balancer: LoadBalancerTable | None = None
    web_acl: WebAclTable | None = Field(default=None, examples=[{}])
    cdn: CdnTable | None = None
    sites: dict[Word, SiteTable] = Field(default={}, examples=[{"main": {"hosts": ["example.com"], "bucket": "site"}}])
    site_acl: WebAclTable | None = Field(default=None, examples=[{}])
    bastion: BastionTable | None = None
    cluster: ClusterTable = ClusterTable()
    service_defaults: ServiceDefaultsTable | None = None
    services: dict[Word, ServiceTable] = {}
    functions: FunctionsTable = FunctionsTable()
    tracing: TracingTable | None = None
    datadog: DatadogTable | None = None
    audit: AuditTable = AuditTable()
    detection: DetectionTable = DetectionTable()
    alerts: AlertsTable | None = Field(default=None, examples=[{"critical": ["oncall@example.com"]}])
    events: EventsTable | None = None
    alarms: AlarmsTable = AlarmsTable()
    metrics: dict[Word, MetricTable] = Field(default={}, description="metrics that other tables name")
    charts: dict[Word, ChartTable] = Field(default={}, description="charts of rows of `metrics`, which boards name")
    dashboards: dict[Word, BoardTable] = Field(
        default={}, description="boards; default: one of everything that is watched"
    )
    hours: HoursTable | None = None
    budget: BudgetTable | None = Field(default=None, examples=[{"monthly": 150}])
    costs: CostsTable | None = None

    @cached_property
    def names(self) -> Names:
        """The stack's physical names."""
        return Names(project=self.project, environment=self.environment or self.stack, table=self.physical_names)

    @property
    def protection(self) -> Posture:
        """What the posture means."""
        return POSTURES[self.posture]

    @property
    def from_config(self) -> list[str]:
        """The keys whose values come from `pulumi config set --secret secret:<key>`."""
        return list(from_config(self.secrets, self.alerts))

    @property
    def watchers(self) -> tuple[Watcher, ...]:
        """Who reports findings in the account: those that this stack makes, and those that it adopts."""
        audit, detection = self.audit, self.detection
        tables = {
            "trail": audit.trail,
            "recorder": audit.recorder,
            "guardduty": detection.guardduty,
            "inspector": detection.inspector,
            "access-analyzer": detection.access_analyzer,
        }
        return tuple(word for word in get_args(Watcher) if (table := tables[word]) and table.mode != "skip")

    @property
    def default_tags(self) -> dict[str, str]:
        """The tags that the provider puts on every resource: stable ones only."""
        return {**self.tags, "Environment": self.names.environment}

    def word_of(self, host: str) -> str:
        """What a host is called in logical names: the same word in every environment, `apex` for the domain itself."""
        domain = self.dns.domain if self.dns else ""
        labels = host.removesuffix(domain).strip(".").replace("*", "any").split(".")
        return "-".join(label for label in labels if label and label != self.names.environment) or "apex"

    def bucket_name(self, word: str) -> str:
        """The physical name of one of the stack's buckets."""
        return self.buckets[word].name or self.names.of("bucket", word)

    def table_name(self, word: str) -> str:
        """The physical name of one of the stack's DynamoDB tables."""
        return self.tables[word].name or self.names.of("dynamodb", word)

    def repository_name(self, word: str) -> str:
        """The physical name of one of the stack's repositories."""
        return self.repositories[word].name or self.names.of("ecr", word)

    @property
    def stores(self) -> dict[str, StoreTable]:
        """The data stores that services can connect to, by their words."""
        tables: dict[str, StoreTable | None] = {word: getattr(self, word) for word in CONNECTIONS}
        return {word: table for word, table in tables.items() if table}

    @property
    def secret_paths(self) -> tuple[str, ...]:
        """The paths of all secrets that the stack makes, without the environment."""
        stores = [store.secret.path for store in self.stores.values()]
        users = [user.path for user in self.database_users.values()]
        return (*stores, *users, *(secret.path for secret in self.secrets.values()))

    @property
    def database_users(self) -> dict[str, ServiceUser]:
        """The database's users, by the services that they are of."""
        users = self.database.users if self.database else None
        return {service: users.of(service) for service in self.clients("database")} if users else {}

    @property
    def rotated_texts(self) -> dict[str, SecretTable]:
        """The secrets whose generated text a function renews, by their words."""
        return {word: table for word, table in self.secrets.items() if table.rotate_days}

    def readers(self, path: str) -> tuple[str, ...]:
        """The services whose containers read a secret, by their words, each once."""
        reading = [
            container.service
            for container in self.containers
            if path in (reference.split("#")[0] for reference in container.secrets.values())
        ]
        return tuple(dict.fromkeys(reading))

    @property
    def deployers(self) -> tuple[str, ...]:
        """The roles that the stack's own pipeline has, by their words."""
        return DEPLOYERS[: 1 + bool(self.pipeline.infrastructure)] if self.pipeline else ()

    def clients(self, store: str) -> dict[str, ServiceTable]:
        """The services that connect to a data store, by their words."""
        return {word: service for word, service in self.services.items() if store in service.connects}

    def mounting(self, files: str) -> dict[str, ServiceTable]:
        """The services with a container that mounts a file system, by their words."""
        wanted = {each.service for each in self.containers if files in each.table.files}
        return {word: service for word, service in self.services.items() if word in wanted}

    @property
    def groups_with_internet(self) -> frozenset[str]:
        """The services' security groups that may call HTTPS anywhere: what one of a group may do, all may."""
        return frozenset(service.group for service in self.services.values() if service.internet)

    def gets_out(self, service: ServiceTable) -> bool:
        """Whether a service's tasks reach the internet: their group may, and their tier has a route."""
        tier = self.network.tiers.get(service.tier) if self.network else None
        return service.group in self.groups_with_internet and not (tier and tier.route == "none")

    @property
    def containers(self) -> tuple[TaskContainer, ...]:
        """The containers of all services."""
        return tuple(each for word, service in self.services.items() for each in service.task_containers(word))

    @property
    def targets(self) -> tuple[TaskContainer, ...]:
        """The containers that requests reach through the load balancer."""
        return tuple(each for each in self.containers if each.table.routes)

    @property
    def routes(self) -> tuple[PlacedRoute, ...]:
        """Every route of the load balancer, with the container that gets its requests."""
        return tuple(
            PlacedRoute(target, word, route) for target in self.targets for word, route in target.table.routes.items()
        )

    @property
    def canaries(self) -> tuple[str, ...]:
        """The services whose new versions take over by canary, by their words."""
        return tuple(word for word, service in self.services.items() if service.canary)

    def deployed_by(self, pipeline: str) -> tuple[str, ...]:
        """The services that a pipeline deploys, by their words."""
        mine = [word for word, service in self.services.items() if service.deployment.owner == "pipeline"]
        return self.pipelines[pipeline].deploys or tuple(mine)

    @property
    def default_target(self) -> TaskContainer | None:
        """What gets the requests that no route takes; None where nobody does."""
        wanted = self.load_balancer.otherwise if self.load_balancer else None
        targets = self.targets
        alone = targets[0].word if wanted is None and len(targets) == 1 else wanted
        return next((target for target in targets if target.word == alone), None)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The public names that the load balancer answers for, each once."""
        return tuple(dict.fromkeys(host for each in self.routes for host in each.route.hosts))

    @property
    def site_hosts(self) -> dict[str, str]:
        """The public names of the sites, by what each is called in logical names."""
        return {self.word_of(host): host for site in self.sites.values() for host in site.hosts}

    def health_path(self, host: str) -> str | None:
        """What to ask a public name for: the path of the health of a container that answers for it there."""
        for target, _, route in self.routes:
            path = target.table.health.path
            taken = not route.paths or any(fnmatchcase(path, pattern) for pattern in route.paths)
            if host in route.hosts and taken:
                return path
        return None


def from_config(secrets: Mapping[str, SecretTable], alerts: AlertsTable | None) -> dict[str, Path]:
    """What the tables want from `pulumi config set --secret secret:<key>`: each key, and where it is wanted."""
    here = [word for word, row in secrets.items() if row.value == "config"]
    found: dict[str, Path] = {word: ("secrets", word, "value") for word in here}
    for severity, path in alerts.pagers.items() if alerts else ():
        if alerts and alerts.rows[severity].pagerduty == "config":
            found["pagerduty"] = ("alerts", *path)
    return found
