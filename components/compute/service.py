"""A service: containers that keep running on Fargate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.cluster import Cluster
from components.compute.containers import SHELL, definition
from components.compute.load_balancer import LoadBalancer
from components.facts import Facts
from components.handles import NamedBucket, NamedRole, StoredSecret
from components.iam import allow, deferred, document
from components.log_group import log_group
from settings.tables.compute import ServiceTable
from settings.tables.containers import REPOSITORY


@dataclass(frozen=True, kw_only=True)
class ServiceImage:
    """What a service runs, and whence it is pulled."""

    uri: pulumi.Input[str]  #: with tag or digest
    repository: str  #: ARN
    makers: Sequence[pulumi.Resource] = ()  #: what makes the image and its repository, where this stack does


@dataclass(frozen=True, kw_only=True)
class ServiceArgs(Args):
    """The service's table of the stack file, and what it takes from its neighbours."""

    table: ServiceTable
    word: str  #: its key in the stack file
    image: ServiceImage
    cluster: Cluster
    subnet_ids: Sequence[pulumi.Input[str]]  #: of its tier, one a zone
    group: pulumi.Input[str]  #: id of its security group
    execution_role: NamedRole
    task_role: NamedRole
    addresses: Mapping[str, pulumi.Input[str]]  #: where it finds what it connects to, by variable
    secrets: Mapping[str, StoredSecret]  #: of the stack, by path
    buckets: Mapping[str, NamedBucket]  #: that it may use, by word
    key: pulumi.Input[str]  #: ARN of the stack's key
    network_path: Sequence[pulumi.Resource]  #: routes, rules, endpoints: how a task gets its image and secrets
    load_balancer: LoadBalancer | None = None  #: where its requests come from


class Service(Component):
    """One service of the stack file on Fargate.

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
        self.log_group = f"/ecs{args.names.path(args.word)}"
        self.log = log_group(self, "log", self.log_group, days=args.table.log_days, key=args.key)
        self._secrets = sorted({reference.split("#")[0] for reference in args.table.secrets.values()})
        permissions = [*self._start_permissions(), *self._task_permissions()]
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

    def _start_permissions(self) -> list[aws.iam.RolePolicy]:
        """What ECS needs to start a task: its image, its log and its secrets (ledger CP-IAM-02 to -04)."""
        group = self._args.facts.log_group(self.log_group)
        pull = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"]
        known = document(
            allow(["ecr:GetAuthorizationToken"], ["*"]),  # ECR offers no resource for it
            allow([f"ecr:{action}" for action in pull], [self._args.image.repository]),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{group}:*"]),
        )
        role = self._args.execution_role
        return [
            self._policy(role, "start", known, [self.log, *self._args.image.makers]),
            *self._read_secrets(role, "start-secrets"),
        ]

    def _task_permissions(self) -> list[aws.iam.RolePolicy]:
        """What the code may do (ledger CP-IAM-06)."""
        table, role = self._args.table, self._args.task_role
        policies = self._read_secrets(role, "task-secrets")
        if table.buckets:
            used = {word: self._args.buckets[word] for word in table.buckets}
            objects = [f"{used[word].arn}/{part.prefix}*" for word, part in table.buckets.items()]
            known = document(allow(["s3:GetObject", "s3:PutObject"], objects))
            policies.append(self._policy(role, "task-objects", known, [bucket.component for bucket in used.values()]))
        if table.metrics:
            condition = {"StringEquals": {"cloudwatch:namespace": table.metrics}}
            known = document(allow(["cloudwatch:PutMetricData"], ["*"], condition=condition))
            policies.append(self._policy(role, "task-metrics", known, []))
        if table.shell:
            policies += self._open_shells(role)
        return policies

    def _open_shells(self, role: NamedRole) -> list[aws.iam.RolePolicy]:
        """What AWS's agent in the container needs for a shell, its encryption and its log (ledger CP-AUTO-16)."""
        facts, cluster = self._args.facts, self._args.cluster
        channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
        known = document(
            allow([f"ssmmessages:{action}" for action in channels], ["*"]),  # they are of no resource
            allow(["logs:DescribeLogGroups"], [facts.log_group("*")]),
            allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                [f"{facts.log_group(cluster.shell_log)}:*"],
            ),
        )
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
            name=f"{role.name}-{word.rpartition('-')[2]}",
            role=role.resource.name,
            policy=text,
            opts=self.owned(depends_on=list(after)),
        )

    def _task_definition(self) -> aws.ecs.TaskDefinition:
        args, table = self._args, self._args.table
        family = args.names.of("ecs-task", args.word)
        container = definition(
            args.word,
            table,
            image=args.image.uri,
            environment={"ENVIRONMENT": args.names.environment, **table.environment, **args.addresses},
            secrets={variable: self._reference(reference) for variable, reference in table.secrets.items()},
            log_group=self.log_group,
            region=args.facts.region,
        )
        return aws.ecs.TaskDefinition(
            self.child("task"),
            family=family,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(table.cpu),
            memory=str(table.memory),
            runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": "X86_64"},
            execution_role_arn=args.execution_role.resource.arn,
            task_role_arn=args.task_role.resource.arn,
            container_definitions=pulumi.Output.json_dumps([container], sort_keys=True),
            volumes=[aws.ecs.TaskDefinitionVolumeArgs(name=name) for name in SHELL] if table.shell else None,
            # Tasks of a revision that the pipeline made the service's may still start from it.
            skip_destroy=table.deployment.owner == "pipeline",
            tags=self.named(family),
            opts=self.owned(depends_on=[self.log]),
        )

    def _reference(self, reference: str) -> pulumi.Output[str]:
        """`path` is the whole secret, `path#key` one key of its JSON."""
        path, _, key = reference.partition("#")
        arn = self._args.secrets[path].arn
        return pulumi.Output.concat(arn, f":{key}::") if key else arn

    def _service(self, task: aws.ecs.TaskDefinition, permissions: Sequence[aws.iam.RolePolicy]) -> aws.ecs.Service:
        args, table = self._args, self._args.table
        balancer = args.load_balancer
        # The count is application auto scaling's, the running revision the pipeline's where it deploys.
        ignored = ["desired_count", *(["task_definition"] if table.deployment.owner == "pipeline" else [])]
        return aws.ecs.Service(
            self.child("service"),
            name=self.service_name,
            cluster=args.cluster.arn,
            task_definition=task.arn,
            desired_count=table.count.min,
            launch_type="FARGATE" if table.capacity == "on-demand" else None,
            capacity_provider_strategies=(
                [{"capacity_provider": "FARGATE_SPOT", "weight": 1}] if table.capacity == "spot" else None
            ),
            network_configuration={
                "subnets": list(args.subnet_ids),
                "security_groups": [args.group],
                "assign_public_ip": False,
            },
            load_balancers=self._targets(),
            health_check_grace_period_seconds=table.health.grace if balancer else None,
            deployment_minimum_healthy_percent=table.deployment.min,
            deployment_maximum_percent=table.deployment.max,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            availability_zone_rebalancing="ENABLED",
            enable_execute_command=table.shell or None,
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            tags=self.named(self.service_name),
            opts=self.owned(
                ignore_changes=ignored,
                # A task fails that starts before its network path, permissions, secrets' values or listener.
                depends_on=[
                    *args.network_path,
                    args.cluster.capacity,
                    *permissions,
                    *dict.fromkeys(args.secrets[path].writer for path in self._secrets),
                    *([balancer.listener] if balancer else []),
                ],
            ),
        )

    def _targets(self) -> list[aws.ecs.ServiceLoadBalancerArgs] | None:
        balancer, port = self._args.load_balancer, self._args.table.listens
        if not balancer or not port:
            return None
        group = balancer.target_group_arn
        return [
            aws.ecs.ServiceLoadBalancerArgs(target_group_arn=group, container_name=self._args.word, container_port=port)
        ]


def repository_of(uri: str) -> str:
    """ARN of the repository that an image lies in."""
    found = REPOSITORY.match(uri)
    if not found:
        raise ValueError(f"{uri!r} does not lie in ECR; settings let no such image through")
    return Facts(account=found["account"], region=found["region"]).repository(found["name"])
