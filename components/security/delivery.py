"""Delivery: the roles that GitHub's workflows take, without a stored key (docs/roles.md lists them)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.facts import Facts
from components.iam import Statement, allow, deferred, deny, document, push_images
from components.security.github import AUDIENCE, HOST, identity_provider, trust_workflows
from settings.names import Names
from settings.tables.delivery import DeliveryTable

#: What a preview looks at: the configuration of everything, the content of nothing.
READ_ONLY_POLICIES: Final = ("SecurityAudit", "job-function/ViewOnlyAccess")
ADMINISTRATOR: Final = "AdministratorAccess"
UPDATE: Final = 2  #: hours that an update may take: a new database alone can need one
#: Credentials that outlive a workflow; no pipeline needs one.
LONG_LIVED_CREDENTIALS: Final = (
    "CreateAccessKey",
    "CreateLoginProfile",
    "CreateServiceSpecificCredential",
    "CreateUser",
)
UNBIND: Final = ("DeleteRolePermissionsBoundary", "PutRolePermissionsBoundary")
REWRITE: Final = ("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion")


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs(Args):
    """The table of delivery, and what the roles reach in this stack."""

    table: DeliveryTable
    repositories: Sequence[str]  #: names of the image repositories
    state: str  #: name of the bucket of states
    key: pulumi.Input[str]  #: ARN of the key that encrypts the states
    after: Sequence[pulumi.Resource] = ()  #: what the policies name


@dataclass(frozen=True, kw_only=True)
class DeployedArns:
    """ARNs of what environments run."""

    clusters: list[str] = field(default_factory=list[str])
    every: list[str] = field(default_factory=list[str])  #: service of the clusters, whatever it is called
    services: list[str] = field(default_factory=list[str])
    families: list[str] = field(default_factory=list[str])  #: of their task definitions
    tasks: list[str] = field(default_factory=list[str])
    passed: list[str] = field(default_factory=list[str])  #: the roles that tasks are given


class Delivery(Component):
    """Who a workflow is, decided by where it runs: a branch, a pull request, or a GitHub environment.

    Creates the identity provider of GitHub; a role that builds images and deploys services, and another for each
    environment that stands apart; beside each one that migrates databases; a role that previews and one that looks for
    drift, which change nothing; a role an environment that applies its infrastructure; and the boundary of them all.
    """

    roles: Mapping[str, str]  #: name, by what it is for

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        table = args.table
        self._github = identity_provider(self)
        self._boundary = self._make_boundary()
        main, pull_request = f"ref:refs/heads/{table.branch}", "pull_request"
        together = [each for each, target in table.environments.items() if not target.apart]
        self.roles = {
            "application": self._application(
                "github-actions", together, [main, *(self._environment(each) for each in together)]
            ),
            **{
                f"application-{each}": self._application(f"github-actions-{each}", [each], [self._environment(each)])
                for each, target in table.environments.items()
                if target.apart
            },
            "migrations": self._migrations("github-migrations", together),
            **{
                f"migrations-{each}": self._migrations(f"github-migrations-{each}", [each])
                for each, target in table.environments.items()
                if target.apart
            },
            "preview": self._reader("infrastructure-preview", [pull_request], secrets=False),
            "drift": self._reader("infrastructure-drift", [main], secrets=True),
            **{
                f"infrastructure-{each}": self._infrastructure(each)
                for each in (args.names.environment, *table.environments)
            },
        }
        self.register_outputs({"roles": dict(self.roles)})

    def _environment(self, environment: str) -> str:
        return f"environment:{self._args.table.github(environment)}"

    def _make_boundary(self) -> aws.iam.Policy:
        """What no workflow may do, whatever its role allows: only a person changes this policy or takes it off."""
        physical = self._args.names.of("policy", "delivery-boundary")
        return aws.iam.Policy(
            self.child("boundary"),
            name=physical,
            description="The most that a workflow may do",
            policy=document(
                allow(["*"], ["*"], sid="WhatTheRoleAllows"),
                deny([f"iam:{action}" for action in LONG_LIVED_CREDENTIALS], ["*"], sid="NoLastingCredentials"),
                deny(
                    [f"iam:{action}" for action in UNBIND],
                    [self._args.facts.role(self._args.names.of("role", "*"))],
                    sid="KeepTheBoundary",
                ),
                deny(
                    [f"iam:{action}" for action in REWRITE],
                    [self._args.facts.policy(physical)],
                    sid="KeepWhatTheBoundarySays",
                ),
            ),
            tags=self.named(physical),
            opts=self.owned(),
        )

    def _role(self, word: str, description: str, subjects: Sequence[str], hours: int | None = None) -> aws.iam.Role:
        """Without hours a session lasts one at most, IAM's default."""
        physical = self._args.names.of("role", word)
        return aws.iam.Role(
            self.child(self._logical(word)),
            name=physical,
            description=description,
            assume_role_policy=self._trust(subjects),
            permissions_boundary=self._boundary.arn,
            max_session_duration=hours and hours * 3600,
            tags=self.named(physical),
            opts=self.owned(depends_on=[self._github]),
        )

    def _logical(self, word: str) -> str:
        """Logical names are the same in every stack: without its own."""
        return word.removesuffix(f"-{self._args.names.environment}")

    def _trust(self, subjects: Sequence[str]) -> str:
        """Which of the repository's workflows: those of the subjects named, spelt out, and no others."""
        repository = self._args.table.repository
        return trust_workflows(
            self._args.facts,
            {
                "StringEquals": {f"{HOST}:aud": AUDIENCE},
                "StringLike": {f"{HOST}:sub": [f"repo:{repository}:{subject}" for subject in subjects]},
            },
        )

    def _allow(self, role: aws.iam.Role, word: str, what: str, policy: pulumi.Input[str]) -> None:
        aws.iam.RolePolicy(
            self.child(self._logical(word), what),
            name=f"{self._args.names.of('role', word)}-{what}",
            role=role.name,
            policy=policy,
            opts=self.owned(depends_on=self._args.after),
        )

    def _attach(self, role: aws.iam.Role, word: str, managed: str) -> None:
        aws.iam.RolePolicyAttachment(
            self.child(self._logical(word), managed.rpartition("/")[2]),
            role=role.name,
            policy_arn=f"arn:aws:iam::aws:policy/{managed}",
            opts=self.owned(),
        )

    def _application(self, word: str, environments: Sequence[str], subjects: Sequence[str]) -> str:
        role = self._role(word, f"Builds images and deploys the services of {', '.join(environments)}", subjects)
        repositories = [self._args.facts.repository(each) for each in self._args.repositories]
        self._allow(role, word, "images", document(*push_images(repositories)))
        self._allow(role, word, "services", document(*self._deployment(environments)))
        return self._args.names.of("role", word)

    def _reach(self, environments: Iterable[str]) -> DeployedArns:
        """What the environments' services are called."""
        facts, table, found = self._args.facts, self._args.table, DeployedArns()
        for environment in environments:
            names = self._args.names.at(environment)
            cluster = names.of("ecs-cluster")
            found.clusters.append(facts.cluster(cluster))
            found.tasks.append(facts.tasks(cluster))
            found.every.append(facts.service(cluster, "*"))
            for service in table.environments[environment].services:
                found.services.append(facts.service(cluster, names.of("ecs-service", service)))
                found.families.append(facts.task_family(names.of("ecs-task", service)))
                roles = [names.of("role", service, kind) for kind in ("ecs-task", "ecs-task-execution")]
                found.passed.extend(facts.role(role) for role in roles)
        return found

    def _deployment(self, environments: Iterable[str]) -> list[Statement]:
        reach = self._reach(environments)
        return [
            allow(["ecs:UpdateService"], reach.services),
            *_registration(reach),
            allow(["cloudwatch:DescribeAlarms"], [self._args.facts.alarm("*")]),
            _passing(reach),
        ]

    def _migrations(self, word: str, environments: Sequence[str]) -> str:
        """Only from the environments themselves: a migration is approved where a deployment is."""
        places = [self._environment(each) for each in environments]
        role = self._role(word, f"Migrates the databases of {', '.join(environments)}", places)
        reach, repositories = self._reach(environments), map(self._args.facts.repository, self._args.repositories)
        statements = [
            allow(["ecr:BatchGetImage"], [*repositories]),
            allow(["ecs:RunTask"], reach.families, condition={"ArnEquals": {"ecs:cluster": reach.clusters}}),
            allow(["ecs:DescribeTasks"], reach.tasks),
            *_registration(reach),
            _passing(reach),
        ]
        self._allow(role, word, "run", document(*statements))
        return self._args.names.of("role", word)

    def _reader(self, word: str, subjects: Sequence[str], *, secrets: bool) -> str:
        """A preview needs the states and the key of their secrets; a refresh asks AWS for each secret's value too."""
        role = self._role(word, "Sees what a stack would change, and changes nothing", subjects)
        for managed in READ_ONLY_POLICIES:
            self._attach(role, word, managed)
        facts = self._args.facts
        state = facts.bucket(self._args.state)
        statements = [
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [state]),
            allow(["s3:GetObject"], [f"{state}/*"]),
            allow(["access-analyzer:ValidatePolicy"], ["*"]),
        ]
        if secrets:
            statements += [
                *_refresh(facts),
                allow(
                    ["secretsmanager:GetSecretValue"],
                    [facts.secret(names.of("secret", "*")) for names in self._environments],
                ),
                allow(
                    ["ssm:GetParameter", "ssm:GetParameters"],
                    [facts.parameter(names.of("parameter", "*")) for names in self._environments],
                ),
                allow(
                    ["kms:Decrypt"],
                    [facts.key("*")],
                    condition={
                        "ForAnyValue:StringEquals": {
                            "kms:ResourceAliases": [f"alias/{names.of('kms')}" for names in self._environments]
                        }
                    },
                ),
            ]
        self._allow(role, word, "states", document(*statements))
        self._allow(role, word, "key", deferred(allow(["kms:Decrypt"], [self._args.key])))
        return self._args.names.of("role", word)

    @property
    def _environments(self) -> list[Names]:
        return [*map(self._args.names.at, self._args.table.environments)]

    def _infrastructure(self, environment: str) -> str:
        word = f"infrastructure-{environment}"
        role = self._role(word, f"Applies the stack of {environment}", [self._environment(environment)], hours=UPDATE)
        self._attach(role, word, ADMINISTRATOR)
        return self._args.names.of("role", word)


def _registration(reach: DeployedArns) -> list[Statement]:
    """Look at services, and register another revision."""
    return [
        allow(["ecs:DescribeServices"], reach.every),
        allow(["ecs:RegisterTaskDefinition"], reach.families),
        allow(["ecs:DescribeTaskDefinition"], ["*"]),
    ]


def _passing(reach: DeployedArns) -> Statement:
    """Hand the tasks' roles to ECS."""
    to_ecs = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    return allow(["iam:PassRole"], reach.passed, condition=to_ecs)


def _refresh(facts: Facts) -> list[Statement]:
    """What a refresh asks AWS and the managed policies do not allow, or have not always.

    tests/data/provider_reads.yaml says what each type of resource needs, and a test holds the role against it.
    """
    budgets, costs = f"arn:aws:budgets::{facts.account}:budget/*", f"arn:aws:ce::{facts.account}"
    anomalies = [f"{costs}:anomalymonitor/*", f"{costs}:anomalysubscription/*"]
    plans = f"arn:aws:backup:{facts.region}:{facts.account}:backup-plan:*"
    return [
        allow(["application-autoscaling:ListTagsForResource"], [facts.scalable_targets]),
        allow(["backup:GetBackupPlan", "backup:GetBackupSelection"], [plans]),
        allow(["budgets:ListTagsForResource", "budgets:ViewBudget"], [budgets]),
        allow(["ce:GetAnomalyMonitors", "ce:GetAnomalySubscriptions", "ce:ListTagsForResource"], anomalies),
        allow(["lambda:GetFunction"], [facts.function("*")]),
        allow(["sns:GetSubscriptionAttributes"], [facts.topic("*")]),
    ]
