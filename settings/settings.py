"""All that a stack file may say: one table a tier."""

from functools import cached_property
from typing import Annotated

from pydantic import Field

from settings.compute import ClusterTable, LoadBalancerTable, RepositoryTable, ServiceTable
from settings.data import BucketTable, CacheTable, DatabaseTable, DynamoTable
from settings.edge import DnsTable, WebAclTable
from settings.names import Names
from settings.network import NetworkTable
from settings.posture import POSTURES, Posture
from settings.posture import Word as PostureWord
from settings.security import KeyTable, SecretTable
from settings.table import Table, Word

Tag = Annotated[str, Field(min_length=1, max_length=256)]


class Settings(Table):
    """One stack's settings, as its stack file gives them under `cloudplatform:`."""

    stack: str = Field(exclude=True, description="the stack's name; not in the file")
    region: str = Field(description="the stack file's aws:region", examples=["us-east-1"])
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
    secrets: dict[Word, SecretTable] = {}
    buckets: dict[Word, BucketTable] = {}
    tables: dict[Word, DynamoTable] = {}
    database: DatabaseTable | None = None
    cache: CacheTable | None = None
    repositories: dict[Word, RepositoryTable] = {}
    load_balancer: LoadBalancerTable | None = None
    web_acl: WebAclTable | None = None
    cluster: ClusterTable = ClusterTable()
    services: dict[Word, ServiceTable] = {}

    @cached_property
    def names(self) -> Names:
        """The stack's physical names."""
        return Names(project=self.project, environment=self.environment or self.stack)

    @property
    def protection(self) -> Posture:
        """What the posture means."""
        return POSTURES[self.posture]

    @property
    def default_tags(self) -> dict[str, str]:
        """The tags that the provider puts on every resource: stable ones only."""
        return {**self.tags, "Environment": self.names.environment}

    def word_of(self, host: str) -> str:
        """What a host is called in logical names: the same word in every environment, `apex` for the domain itself."""
        domain = self.dns.domain if self.dns else ""
        labels = host.removesuffix(domain).strip(".").replace("*", "any").split(".")
        return "-".join(label for label in labels if label and label != self.names.environment) or "apex"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The public names that the load balancer answers for."""
        return tuple(
            host for service in self.services.values() for route in service.routes.values() for host in route.hosts
        )
