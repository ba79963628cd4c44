"""The pipeline's roles of one stack: what its own workflows may do there, without a stored key."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.handles import NamedRole
from components.iam import Statement, allow, deferred, document, push_images
from components.security.delivery import UPDATE
from components.security.github import AUDIENCE, HOST, identity_provider, trust_workflows
from settings.names import Names
from settings.tables.delivery import InfrastructureTable, PipelineTable


@dataclass(frozen=True, kw_only=True)
class PipelineRolesArgs(Args):
    """The pipeline's table."""

    table: PipelineTable


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What the pipeline delivers, by physical names; and what must be there before a policy names it."""

    repositories: Sequence[str]  #: that it pushes to
    services: Sequence[str]  #: that it deploys, by their words
    buckets: Sequence[str]  #: that it uploads to
    state: str | None  #: the bucket that holds the stack's state, where the table has a role that applies the stack
    lock: str | None  #: the table that holds the state's lock
    key: pulumi.Input[str]  #: ARN of the stack's key
    after: Sequence[pulumi.Resource]


class PipelineRoles(Component):
    """Who this stack's own workflows are: nobody else's, and no more than they deliver.

    Creates the identity provider of GitHub, unless the account has it; a role that pushes images, updates services and
    uploads to buckets; and, where the table asks, one that applies the stack: it reaches the states, and what else it
    may do is in the managed policies that the table names. The roles are bare at first, as policies of what they
    deliver name them; what they may do comes with `deliver`.
    """

    roles: dict[str, NamedRole]  #: by the words of settings.tables.delivery.DEPLOYERS

    def __init__(self, name: str, args: PipelineRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args, table = args, args.table
        self._github = identity_provider(self) if table.provider == "create" else None
        subjects = [f"ref:refs/heads/{table.branch}", *([f"environment:{table.github}"] if table.github else [])]
        delivers = "Pushes images, updates services and uploads files of this stack"
        self.roles = {"pipeline": self._role("pipeline", delivers, subjects)}
        if own := table.infrastructure:
            place = f"environment:{own.github or args.names.environment}"
            self.roles["infrastructure"] = self._role("infrastructure", "Applies this stack", [place], hours=UPDATE)
        self.register_outputs({"roles": {word: role.arn for word, role in self.roles.items()}})

    def deliver(self, what: Delivered) -> None:
        """Let the roles do what the table says."""
        facts = self._args.facts
        repositories = [facts.repository(each) for each in what.repositories]
        statements = [
            *(push_images(repositories) if repositories else []),
            *service_updates(self._args.names, facts, what.services),
            *self._files([facts.bucket(each) for each in what.buckets]),
        ]
        self._allow("pipeline", "delivery", document(*statements), what.after)
        if self._args.table.infrastructure:
            self._infrastructure(self._args.table.infrastructure, what)

    def permit(self, what: str, actions: Sequence[str], arns: Sequence[pulumi.Input[str]]) -> None:
        """Let the pipeline do more, with something whose ARN AWS chooses."""
        self._allow("pipeline", what, deferred(allow(actions, arns)), [])

    def _role(self, word: str, description: str, subjects: Sequence[str], hours: int | None = None) -> NamedRole:
        physical = self._args.names.of("role", word)
        role = aws.iam.Role(
            self.child(word),
            name=physical,
            description=description,
            assume_role_policy=self._trust(subjects),
            max_session_duration=hours and hours * 3600,
            tags=self.named(physical),
            opts=self.owned(depends_on=[self._github] if self._github else None),
        )
        return NamedRole(name=physical, arn=self._args.facts.role(physical), resource=role)

    def _trust(self, subjects: Sequence[str]) -> str:
        """Exactly these subjects of exactly these repositories: without a wildcard, so that StringEquals will do."""
        places = [
            f"repo:{repository}:{subject}" for repository in self._args.table.repositories for subject in subjects
        ]
        return trust_workflows(self._args.facts, {"StringEquals": {f"{HOST}:aud": AUDIENCE, f"{HOST}:sub": places}})

    def _allow(self, word: str, what: str, policy: pulumi.Input[str], after: Sequence[pulumi.Resource]) -> None:
        role = self.roles[word]
        aws.iam.RolePolicy(
            self.child(word, what),
            name=f"{role.name}-{what}",
            role=role.resource.name,
            policy=policy,
            opts=self.owned(depends_on=list(after)),
        )

    def _files(self, buckets: Sequence[str]) -> list[Statement]:
        """What `aws s3 sync --delete` asks for."""
        if not buckets:
            return []
        return [
            allow(["s3:ListBucket"], buckets),
            allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [f"{bucket}/*" for bucket in buckets]),
        ]

    def _infrastructure(self, table: InfrastructureTable, what: Delivered) -> None:
        facts = self._args.facts
        assert what.state is not None  # whoever has the table says it
        state, lock = facts.bucket(what.state), [facts.table(what.lock)] if what.lock else []
        statements = [
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [state]),
            allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [f"{state}/*"]),
        ]
        if lock:
            statements.append(allow([f"dynamodb:{each}Item" for each in ("Delete", "Get", "Put")], lock))
        self._allow("infrastructure", "states", document(*statements), what.after)
        key = allow(["kms:Decrypt", "kms:GenerateDataKey"], [what.key])
        self._allow("infrastructure", "key", deferred(key), [])
        for arn in table.policies:
            aws.iam.RolePolicyAttachment(
                self.child("infrastructure", arn.rpartition("/")[2]),
                role=self.roles["infrastructure"].resource.name,
                policy_arn=arn,
                opts=self.owned(),
            )


def service_updates(names: Names, facts: Facts, services: Sequence[str]) -> list[Statement]:
    """Register a revision with the tasks' own roles, update the service to it, and see whether that went well."""
    if not services:
        return []
    cluster = names.of("ecs-cluster")
    kinds = ("ecs-task", "ecs-task-execution")
    roles = [facts.role(names.of("role", service, kind)) for service in services for kind in kinds]
    return [
        allow(
            ["ecs:DescribeServices", "ecs:UpdateService"],
            [facts.service(cluster, names.of("ecs-service", service)) for service in services],
        ),
        allow(
            ["ecs:RegisterTaskDefinition"],
            [facts.task_family(names.of("ecs-task", service)) for service in services],
        ),
        allow(["ecs:DescribeTaskDefinition"], ["*"]),
        allow(
            ["iam:PassRole"],
            roles,
            condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    ]
