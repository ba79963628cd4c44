"""What a stack file may say about who delivers: the pipeline's roles, and the people's."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.table import Arn, Complaint, Table, Word, repeated, twice

RoleName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_+=,.@-]{1,64}$", examples=["acme-shared-role-infrastructure-dev"])
]


REPOSITORY: Final = r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$"  #: of GitHub, with its owner
#: The roles of the pipeline that this very stack has, by what they are called in it.
DEPLOYERS: Final = ("pipeline", "infrastructure")


class TargetTable(Table):
    """An environment that the pipeline deploys to."""

    services: tuple[Word, ...] = Field(default=(), description="its services, which the pipeline updates")
    github: Word | None = Field(default=None, description="its GitHub environment; default: the same word")
    apart: bool = Field(
        default=False, description="true: its services are deployed by a role that no other environment has"
    )


class DeliveryTable(Table):
    """The roles that GitHub's workflows take, by OpenID Connect; this stack has them for all environments."""

    repository: str = Field(
        pattern=REPOSITORY, description="the only repository whose workflows are trusted",
        examples=["your-org/your-repo"],
    )  # fmt: skip
    branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="the protected branch, from which images are built"
    )
    state: Word = Field(description="the bucket that holds the states of all stacks", examples=["state"])
    environments: dict[Word, TargetTable] = Field(description="the environments, by the word in their names")

    def github(self, environment: str) -> str:
        """What GitHub calls an environment; this stack's own is called as the stack."""
        target = self.environments.get(environment)
        return target.github or environment if target else environment

    def complaints(self) -> Iterator[Complaint]:
        names = [self.github(environment) for environment in self.environments]
        for index, name in twice(names):
            path = ("environments", list(self.environments)[index], "github")
            message = f"another environment has the GitHub environment {name} too; give each its own"
            yield Complaint(path, message, other=("environments", list(self.environments)[names.index(str(name))]))


class InfrastructureTable(Table):
    """The role that applies this very stack, from its GitHub environment."""

    state: Word = Field(description="the bucket that holds the stack's state", examples=["state"])
    github: Word | None = Field(default=None, description="its GitHub environment; default: the stack's environment")
    lock: Word | None = Field(default=None, description="the DynamoDB table that holds the state's lock")
    policies: tuple[Arn, ...] = Field(
        default=(),
        description="managed policies that say what it may create; the account's administrators keep them",
        examples=[["arn:aws:iam::123456789012:policy/infrastructure"]],
    )

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("policies",), self.policies)


class PipelineTable(Table):
    """The role of this very stack's own workflows, by OpenID Connect: it may do what is named here and no more."""

    repositories: tuple[Annotated[str, Field(pattern=REPOSITORY, examples=["your-org/your-repo"])], ...] = Field(
        min_length=1, description="the only repositories whose workflows are trusted", examples=[["your-org/your-repo"]]
    )
    branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="the protected branch whose pushes may take the role"
    )
    github: Word | None = Field(
        default=None, description="a GitHub environment whose jobs may take it too; default: none"
    )
    provider: Literal["create", "adopt"] = Field(
        default="create", description="GitHub's identity provider, of which an account has one: create or adopt it"
    )
    pushes: tuple[Word, ...] = Field(default=(), description="repositories that it pushes images to")
    deploys: tuple[Word, ...] = Field(default=(), description="services that it updates")
    uploads: tuple[Word, ...] = Field(default=(), description="buckets whose content it replaces")
    infrastructure: InfrastructureTable | None = None

    def complaints(self) -> Iterator[Complaint]:
        for word in ("repositories", "pushes", "deploys", "uploads"):
            yield from repeated((word,), getattr(self, word))
        if not (self.pushes or self.deploys or self.uploads):
            yield Complaint((), "the role may do nothing; add pushes, deploys or uploads")


class PeopleTable(Table):
    """A role for people."""

    assumed_by: tuple[Arn, ...] = Field(
        default=(), description="who may assume it, with MFA; empty is whoever the account's own IAM policies allow"
    )


class DeployersTable(Table):
    """Roles of another stack that deploy this one; this stack attaches its deny policies to them."""

    application: RoleName = Field(description="updates the services")
    infrastructure: RoleName = Field(description="applies the stack itself")


class AccessTable(Table):
    """Roles for people, and what nobody may do."""

    deployers: DeployersTable | None = None
    developers: PeopleTable | None = Field(
        default=None, description="a role that reads everything and restarts services"
    )
    break_glass: PeopleTable | None = Field(
        default=None, description="an administrator role for emergencies, and the deny policies of production"
    )
    out_of_reach: tuple[Word, ...] = Field(
        default=(), description="environments that no identity of this one may touch", examples=[["prod"]]
    )
    console: bool = Field(default=False, description="a group for console users, who may do nothing without MFA")

    def complaints(self) -> Iterator[Complaint]:
        if self.developers and self.break_glass:
            yield Complaint(("developers",), "a stack with break-glass has no developers' role; remove one of the two")
        yield from repeated(("out-of-reach",), self.out_of_reach)
