"""What a stack file may say to Pulumi's engine, under `pulumi:`, and to what builds images, under `docker-build:`.

The engine reads these keys of its own and no other (pulumi/pulumi: pkg/resource/deploy/default_providers.go,
pkg/backend/stack.go, pkg/cmd/pulumi/autonaming/config.go, pkg/cmd/pulumi/project/newcmd/config.go).
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from settings.tables.table import Complaint, Table


class NamingTable(Table):
    """How resources that the program names no name for are called in AWS."""

    mode: Literal["default", "verbatim", "disabled"] | None = Field(
        default=None, description="with random characters, without, or not at all"
    )
    pattern: str | None = Field(default=None, description="of the name", examples=["${name}-${hex(4)}"])
    enforce: bool | None = Field(default=None, description="whether providers may not depart from the pattern")

    def complaints(self) -> Iterator[Complaint]:
        if self.mode and (self.pattern is not None or self.enforce is not None):
            yield Complaint((), "use mode, or pattern with enforce: Pulumi takes one of the two")
        elif self.enforce is not None and self.pattern is None:
            yield Complaint((), "enforce is of a pattern; add one such as ${name}-${hex(4)}, or remove it")


class ResourceNamingTable(NamingTable):
    """The same of a type of resources."""

    def complaints(self) -> Iterator[Complaint]:
        yield from super().complaints()
        if self.mode is None and self.pattern is None:
            yield Complaint((), "says nothing of the name; use mode or pattern, or remove it")


class ProviderNamingTable(NamingTable):
    """The same of a provider's resources."""

    resources: dict[str, ResourceNamingTable] = Field(default={}, description="by type, such as aws:s3/bucket:Bucket")


class AutonamingTable(NamingTable):
    """The same of all resources."""

    providers: dict[str, ProviderNamingTable] = Field(default={}, description="by package, such as aws")


class EngineTable(Table):
    """What Pulumi's engine reads of a stack file."""

    tags: dict[str, str] = Field(default={}, description="of the stack in Pulumi's backend; AWS's: cloudplatform:tags")
    disable_default_providers: tuple[str, ...] = Field(
        default=(), description="packages that no default provider may serve", examples=[["aws"]]
    )
    autonaming: AutonamingTable = Field(default=AutonamingTable(), description="of resources without a name")
    template: str = Field(default="", description="what `pulumi new` made the project of; it writes this itself")


class RegistryTable(Table):
    """A registry that a build takes images from."""

    address: str = Field(description="of the registry", examples=["docker.io"])
    username: str | None = Field(default=None, description="who logs in")
    password: str | None = Field(default=None, description="set it with `pulumi config set --secret --path`")


class BuilderTable(Table):
    """What the provider reads that builds the images of services with `image.build` (pulumi-docker-build)."""

    host: str = Field(default="", description="of the build daemon", examples=["unix:///var/run/docker.sock"])
    registries: tuple[RegistryTable, ...] = Field(default=(), description="that a build takes images from")
