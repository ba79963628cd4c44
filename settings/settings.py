"""All that a stack file may say: one table a tier."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, get_args

from pydantic import Field

from settings.names import Names
from settings.posture import POSTURES, Posture
from settings.posture import Word as PostureWord
from settings.tables.compute import ClusterTable, FunctionsTable, RepositoryTable, ServiceTable
from settings.tables.connections import CONNECTIONS, Store, StoreTables
from settings.tables.data import BackupTable, BucketTable, DynamoTable
from settings.tables.delivery import AccessTable, DeliveryTable
from settings.tables.detection import AuditTable, DetectionTable, Watcher
from settings.tables.edge import CdnTable, DnsTable, WebAclTable
from settings.tables.network import NetworkTable
from settings.tables.operations import AlarmsTable, AlertsTable, BudgetTable, CostsTable, HoursTable
from settings.tables.routing import LoadBalancerTable
from settings.tables.security import KeyTable, SecretTable
from settings.tables.table import Path, Region, Word

Tag = Annotated[str, Field(min_length=1, max_length=256)]


class Settings(StoreTables):
    """One stack's settings, as its stack file gives them under `cloudplatform:`."""

    stack: str = Field(exclude=True, description="the stack's name; not in the file")
    region: Region = Field(description="the stack file's aws:region")
    account: str = Field(
        pattern=r"^\d{12}$", description="the only account that the stack may touch", examples=["123456789012"]
    )
    project: Word = Field(default="cloudplatform", description="first part of physical names")
    environment: Word = Field(
        default="", validate_default=False, description="second part of physical names; default: the stack's name"
    )
    posture: PostureWord = Field(description="how much the stack must survive")
    tags: dict[str, Tag] = Field(default={}, description="on every resource, beside Environment")
    dns: DnsTable | None = None
    network: NetworkTable | None = None
    key: KeyTable = KeyTable()
    delivery: DeliveryTable | None = None
    access: AccessTable = AccessTable()
    secrets: dict[Word, SecretTable] = {}
    buckets: dict[Word, BucketTable] = {}
    tables: dict[Word, DynamoTable] = {}
    backup: BackupTable | None = None
    repositories: dict[Word, RepositoryTable] = {}
    load_balancer: LoadBalancerTable | None = None
    web_acl: WebAclTable | None = None
    cdn: CdnTable | None = None
    cluster: ClusterTable = ClusterTable()
    services: dict[Word, ServiceTable] = {}
    functions: FunctionsTable = FunctionsTable()
    audit: AuditTable = AuditTable()
    detection: DetectionTable = DetectionTable()
    alerts: AlertsTable | None = None
    alarms: AlarmsTable = AlarmsTable()
    hours: HoursTable | None = None
    budget: BudgetTable | None = None
    costs: CostsTable | None = None

    @cached_property
    def names(self) -> Names:
        """The stack's physical names."""
        return Names(project=self.project, environment=self.environment or self.stack)

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

    def repository_name(self, word: str) -> str:
        """The physical name of one of the stack's repositories."""
        return self.repositories[word].name or self.names.of("ecr", word)

    @property
    def stores(self) -> dict[str, Store]:
        """The data stores that services can connect to, by their words."""
        tables: dict[str, Store | None] = {word: getattr(self, word) for word in CONNECTIONS}
        return {word: table for word, table in tables.items() if table}

    @property
    def secret_paths(self) -> tuple[str, ...]:
        """The paths of all secrets that the stack makes, without the environment."""
        stores = [store.secret.path for store in self.stores.values()]
        return (*stores, *(secret.path for secret in self.secrets.values()))

    def clients(self, store: str) -> dict[str, ServiceTable]:
        """The services that connect to a data store, by their words."""
        return {word: service for word, service in self.services.items() if store in service.connects}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The public names that the load balancer answers for."""
        return tuple(
            host for service in self.services.values() for route in service.routes.values() for host in route.hosts
        )


def from_config(secrets: Mapping[str, SecretTable], alerts: AlertsTable | None) -> dict[str, Path]:
    """What the tables want from `pulumi config set --secret secret:<key>`: each key, and where it is wanted."""
    here = [word for word, row in secrets.items() if row.value == "config"]
    found: dict[str, Path] = {word: ("secrets", word, "value") for word in here}
    if alerts and alerts.pagerduty == "config":
        found["pagerduty"] = ("alerts", "pagerduty")
    return found
