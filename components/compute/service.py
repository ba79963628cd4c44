"""A service: containers that keep running on Fargate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.canary import CanaryDeployment, deployment_arguments, load_balancer_arguments
from components.compute.capacity import capacity_strategy
from components.compute.cluster import Cluster
from components.compute.containers import ContainerInputs, definition, volumes
from components.compute.load_balancer import LoadBalancer
from components.compute.mounts import mounted, mounting
from components.compute.permissions import ACTIONS, items, objects, shells, tells
from components.facts import Facts
from components.handles import NamedBucket, NamedFiles, NamedRole, NamedTable, StoredSecret
from components.iam import PULL, allow, deferred, document
from components.log_group import log_group
from settings.tables.compute import ServiceTable, TaskContainer
from settings.tables.containers import REPOSITORY
from settings.tables.permissions import ExecutionTable

#: What AWS lets ECS do to start a task, on all resources.
EXECUTION_POLICY: Final = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"

#: What ECS calls the processors that a stack file names.
PROCESSORS: Final = {"arm64": "ARM64", "x86-64": "X86_64"}


@dataclass(frozen=True, kw_only=True)
class ServiceImage:
    """What a container runs, and whence it is pulled."""

    uri: pulumi.Input[str]  #: with tag or digest
    repository: str | None  #: ARN; a public one needs no permission
    makers: Sequence[pulumi.Resource] = ()  #: what makes the image and its repository, where this stack does


@dataclass(frozen=True, kw_only=True)
class ServiceArgs(Args):
    """The service's table of the stack file, and what it takes from its neighbours."""

    table: ServiceTable
    word: str  #: its key in the stack file
    images: Mapping[str, ServiceImage]  #: by the container's word
    cluster: Cluster
    subnet_ids: Sequence[pulumi.Input[str]]  #: of its tier, one a zone
    group: pulumi.Input[str]  #: id of its security group
    execution_role: NamedRole
    task_role: NamedRole
    addresses: Mapping[str, pulumi.Input[str]]  #: where it finds what it connects to, by variable
    secrets: Mapping[str, StoredSecret]  #: of the stack, by path
    buckets: Mapping[str, NamedBucket]  #: that it may use, by word
    tables: Mapping[str, NamedTable] = field(default_factory=dict[str, NamedTable])  #: likewise
    files: Mapping[str, NamedFiles] = field(default_factory=dict[str, NamedFiles])  #: of the stack, by word
    #: ARNs of what its code may act on, by the words of `may` that name something beside the service
    acts_on: Mapping[str, Sequence[pulumi.Input[str]]] = field(default_factory=dict[str, Sequence[pulumi.Input[str]]])
    acts_after: Sequence[pulumi.Resource] = ()  #: what has these ARNs
    agent: bool = False  #: GuardDuty's agent starts beside its tasks
    execution: ExecutionTable = field(default_factory=ExecutionTable)
    key: pulumi.Input[str]  #: ARN of the stack's key
    network_path: Sequence[pulumi.Resource]  #: routes, rules, endpoints: how a task gets its image and secrets
    load_balancer: LoadBalancer | None = None  #: where its requests come from
    canary: CanaryDeployment | None = None  #: how its new versions take over, where they do not task by task

    @property
    def component_inputs(self) -> Mapping[str, Any]:
        """The container definitions as data: in the task definition one unknown ARN makes their whole text unknown."""
        return {"containerDefinitions": container_definitions(self)}


class Service(Component):
    """One service of the stack file on Fargate: one container or several, each with its own definition.

    Creates its log group, the permissions of its two roles, its task definition and the ECS service. A deployment that
    fails its health checks is rolled back.
    """

    service_name: str  #: physical
    service_id: pulumi.Output[str]  #: ECS's id of a service is its ARN
    arn: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    log_group: str  #: name
    log: aws.cloudwatch.LogGroup

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self.service_name = args.names.of("ecs-service", args.word)
        self.log_group = args.names.of("service-log", args.word)
        self.log = log_group(self, "log", self.log_group, days=args.table.log_days, key=args.key)
        self._containers = args.table.task_containers(args.word)
        references = [each for container in self._containers for each in container.secrets.values()]
        self._secrets = sorted({reference.split("#")[0] for reference in references})
        permissions: list[pulumi.Resource] = [*self._start_permissions(), *self._task_permissions()]
        task = self._task_definition()
        service = self._service(task, permissions)
        self.service_id = service.id
        self.arn = service.arn
        self.task_definition_arn = task.arn
        self.register_outputs(
            {
                "service_name": self.service_name,
                "service_id": self.service_id,
                "arn": self.arn,
                "task_definition_arn": self.task_definition_arn,
                "log_group": self.log_group,
            }
        )

    def _start_permissions(self) -> list[pulumi.Resource]:
        """What ECS needs to start a task: its image, its log and its secrets (requirements CP-IAM-02 to -04)."""
        role, execution = self._args.execution_role, self._args.execution
        secrets = self._all_secrets(role) if execution.secrets == "all" else self._read_secrets(role, "start-secrets")
        if execution.managed:
            attachment = aws.iam.RolePolicyAttachment(
                self.child("start"), role=role.resource.name, policy_arn=EXECUTION_POLICY, opts=self.owned()
            )
            return [attachment, *secrets]
        group = self._args.facts.log_group(self.log_group)
        images = [self._args.images[container.word] for container in self._containers]
        repositories = list(dict.fromkeys(image.repository for image in images if image.repository))
        repositories += [self._args.facts.guardduty_agent] if self._args.agent else []
        known = document(
            allow(["ecr:GetAuthorizationToken"], ["*"]),  # ECR offers no resource for it
            allow(PULL, repositories),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{group}:*"]),
        )
        makers = dict.fromkeys(maker for image in images for maker in image.makers)
        return [self._policy(role, "start", known, [self.log, *makers]), *secrets]

    def _task_permissions(self) -> list[aws.iam.RolePolicy]:
        """What the code may do (requirement CP-IAM-06)."""
        table, role = self._args.table, self._args.task_role
        policies = self._read_secrets(role, "task-secrets") if table.reads is None else self._reads(table.reads)
        if table.buckets:
            buckets = self._args.buckets
            known = document(*objects(table.buckets, buckets))
            policies.append(self._policy(role, "task-objects", known, [it.component for it in buckets.values()]))
        if table.tables:
            known = document(*items(table.tables, {word: each.arn for word, each in self._args.tables.items()}))
            policies.append(
                self._policy(role, "task-items", known, [it.component for it in self._args.tables.values()])
            )
        policies += [self._policy(role, word, document(told), []) for word, told in tells(table, self._args.facts)]
        if mounts := list(mounting(self._containers, self._args.files)):
            policies.append(self._policy(role, "task-files", deferred(*mounts), []))
        if table.may:
            wanted = [allow(ACTIONS[word], self._acts_on(word)) for word in table.may]
            policies.append(self._policy(role, "task-others", deferred(*wanted), [self.log, *self._args.acts_after]))
        if table.shell:
            policies += self._open_shells(role)
        return policies

    def _acts_on(self, word: str) -> Sequence[pulumi.Input[str]]:
        """The ARNs behind a word of `may`."""
        own: dict[str, Sequence[pulumi.Input[str]]] = {
            "own-logs": [f"{self._args.facts.log_group(self.log_group)}:*"],
            "trace": ["*"],  # X-Ray offers no resource for it
            "use-key": [self._args.key],
        }
        return own.get(word) or self._args.acts_on[word]

    def _reads(self, paths: Sequence[str]) -> list[aws.iam.RolePolicy]:
        """The secrets that the table names; the key's own policy lets the role decrypt them."""
        if not paths:
            return []
        arns = [self._every_secret if path == "*" else self._args.secrets[path].arn for path in paths]
        wanted = allow(["secretsmanager:GetSecretValue"], arns)
        return [self._policy(self._args.task_role, "task-secrets", deferred(wanted), [])]

    def _all_secrets(self, role: NamedRole) -> list[aws.iam.RolePolicy]:
        """The policy by which a role reads every secret of the stack."""
        actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        wanted = deferred(allow(actions, [self._every_secret]), allow(["kms:Decrypt"], [self._args.key]))
        return [self._policy(role, "start-secrets", wanted, [])]

    @property
    def _every_secret(self) -> str:
        """An ARN pattern for all secrets of the stack."""
        return self._args.facts.secret(f"{self._args.names.begins('secret')}*")

    def _open_shells(self, role: NamedRole) -> list[aws.iam.RolePolicy]:
        """What AWS's agent in the container needs for a shell, its encryption and its log (requirement CP-AUTO-16)."""
        cluster = self._args.cluster
        known = document(*shells(self._args.facts, cluster.shell_log))
        return [
            self._policy(role, "task-shell", known, [cluster]),
            self._policy(role, "task-shell-key", deferred(allow(["kms:Decrypt"], [self._args.key])), []),
        ]

    def _read_secrets(self, role: NamedRole, word: str) -> list[aws.iam.RolePolicy]:
        """The service's secrets and no other; their ARNs end in what AWS chooses, so the document stands alone."""
        if not self._secrets:
            return []
        arns = [self._args.secrets[path].arn for path in self._secrets]
        wanted = deferred(allow(["secretsmanager:GetSecretValue"], arns), allow(["kms:Decrypt"], [self._args.key]))
        return [self._policy(role, word, wanted, [])]

    def _policy(
        self, role: NamedRole, word: str, text: pulumi.Input[str], after: Sequence[pulumi.Resource]
    ) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            self.child(word),
            name=self._args.names.exact("role-policy", self._args.word, word)
            or f"{role.name}-{word.rpartition('-')[2]}",
            role=role.resource.name,
            policy=text,
            opts=self.owned(depends_on=list(after)),
        )

    def _task_definition(self) -> aws.ecs.TaskDefinition:
        args, table = self._args, self._args.table
        family = args.names.of("ecs-task", args.word)
        writable = [volume for each in self._containers for volume in volumes(each, table)]
        return aws.ecs.TaskDefinition(
            self.child("task"),
            family=family,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(table.cpu),
            memory=str(table.memory),
            runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": PROCESSORS[table.architecture]},
            execution_role_arn=args.execution_role.resource.arn,
            task_role_arn=args.task_role.resource.arn,
            container_definitions=pulumi.Output.json_dumps(container_definitions(args), sort_keys=True),
            volumes=[
                *({"name": name} for name in writable),
                *mounted(self._containers, args.files),
            ]
            or None,
            # Tasks of a revision that the pipeline made the service's may still start from it.
            skip_destroy=table.deployment.owner == "pipeline",
            tags=self.named(family),
            opts=self.owned(depends_on=[self.log, *self._known_by_name()]),
        )

    def _known_by_name(self) -> list[pulumi.Resource]:
        """Resources that the task knows by name only. Without this dependency it could start before they exist."""
        args, values = self._args, {text for each in self._containers for text in each.table.environment.values()}
        makers = [maker for each in self._containers for maker in args.images[each.word].makers]
        return list(dict.fromkeys([*makers, *(it.component for it in args.buckets.values() if it.name in values)]))

    def _service(self, task: aws.ecs.TaskDefinition, permissions: Sequence[pulumi.Resource]) -> aws.ecs.Service:
        args, table = self._args, self._args.table
        balancer, targets = args.load_balancer, self._targets()
        # The count is application auto scaling's where that is, the running revision the pipeline's where it deploys.
        ignored = {"desired_count": table.count.max, "task_definition": table.deployment.owner == "pipeline"}
        strategy = capacity_strategy(table)
        return aws.ecs.Service(
            self.child("service"),
            name=self.service_name,
            cluster=args.cluster.arn,
            task_definition=task.arn,
            desired_count=table.count.min,
            launch_type=None if strategy else "FARGATE",
            capacity_provider_strategies=strategy,
            # The provider changes a strategy only so (hashicorp/terraform-provider-aws#43533).
            force_new_deployment=True if strategy else None,
            network_configuration={
                "subnets": list(args.subnet_ids),
                "security_groups": [args.group],
                "assign_public_ip": False,
            },
            load_balancers=load_balancer_arguments(targets, balancer.targets, args.canary) if balancer else None,
            health_check_grace_period_seconds=max((each.table.health.grace for each in targets), default=None),
            deployment_minimum_healthy_percent=table.deployment.min,
            deployment_maximum_percent=table.deployment.max,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            **deployment_arguments(args.canary),
            availability_zone_rebalancing="ENABLED",
            enable_execute_command=table.shell or None,
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            tags={**self.named(self.service_name), **table.tags},
            opts=self.owned(
                ignore_changes=[name for name, whose in ignored.items() if whose],
                # A task fails that starts before its network path, permissions, secrets' values or listener.
                depends_on=[
                    *args.network_path,
                    args.cluster.capacity,
                    *permissions,
                    *(args.files[word].component for each in self._containers for word in each.table.files),
                    *(args.canary.after if args.canary else ()),
                    *dict.fromkeys(args.secrets[path].writer for path in self._secrets),
                    *(
                        dict.fromkeys(use for each in targets for use in balancer.targets[each.word].used_by)
                        if balancer
                        else []
                    ),
                ],
            ),
        )

    def _targets(self) -> list[TaskContainer]:
        """The containers that requests reach."""
        return [each for each in self._containers if each.table.routes] if self._args.load_balancer else []


def container_definitions(args: ServiceArgs) -> list[dict[str, Any]]:
    """The containers of a service's task, as ECS describes them."""
    return [definition(each, args.table, _inputs(args, each)) for each in args.table.task_containers(args.word)]


def _inputs(args: ServiceArgs, container: TaskContainer) -> ContainerInputs:
    """A container's inputs. With `addresses: false` it gets only the variables of its own table."""
    table = container.table
    addresses = {"ENVIRONMENT": args.names.environment, **args.addresses} if table.addresses else {}
    return ContainerInputs(
        image=args.images[container.word].uri,
        environment={**table.environment, **addresses},
        secrets={variable: _reference(args, reference) for variable, reference in container.secrets.items()},
        log_group=args.names.of("service-log", args.word),
        region=args.facts.region,
    )


def _reference(args: ServiceArgs, reference: str) -> pulumi.Output[str]:
    """`path` is the whole secret, `path#key` one key of its JSON."""
    path, _, key = reference.partition("#")
    arn = args.secrets[path].arn
    return pulumi.Output.concat(arn, f":{key}::") if key else arn


def repository_of(uri: str) -> str:
    """ARN of the repository that an image lies in."""
    found = REPOSITORY.match(uri)
    if not found:
        raise ValueError(f"{uri!r} does not lie in ECR; settings let no such image through")
    return Facts(account=found["account"], region=found["region"]).repository(found["name"])
