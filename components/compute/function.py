"""A function: code of this repository on AWS Lambda."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedRole, VpcPlacement
from components.iam import Statement, allow, deferred, deny, document
from components.log_group import log_group
from components.service_principals import ACCOUNT, call_of, principal
from functions.common.function import FunctionDefinition
from functions.packaging import archive
from settings.tables.functions import FunctionsTable

HOUR: Final = 3600  #: seconds; what could not be done in that time is not done later, when nobody expects it
#: What Lambda itself asks of a role whose function stands in a VPC (Lambda developer guide, "Required IAM
#: permissions"). Describing has no resource, and the rest has none before the interface is there.
DESCRIBE_NETWORK: Final = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
JOINS: Final = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
#: What each may do with the stack's key: read its variables, and write its dead letters.
WITH_KEY: Final = ("kms:Decrypt", "kms:GenerateDataKey")
#: With which Lambda writes the traces of a function; X-Ray offers no resource for them.
TRACE: Final = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


@dataclass(frozen=True)
class Scope:
    """What a word of a definition means in this stack: what may be acted on, and on which condition."""

    arns: Sequence[pulumi.Input[str]]
    condition: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FunctionArgs(Args):
    """What the repository declares of the function, and what that means in this stack."""

    definition: FunctionDefinition
    table: FunctionsTable
    function_name: str  #: physical
    role: NamedRole
    scopes: Mapping[str, Scope]  #: by the definition's words, `key` apart
    variables: Mapping[str, pulumi.Input[str]]  #: exactly the definition's
    key: pulumi.Input[str]  #: ARN of the stack's key
    after: Sequence[pulumi.Resource] = ()  #: what scopes and variables name
    placement: VpcPlacement | None = None  #: for those that the definition puts into the VPC
    traced: bool = False  #: a part of its runs is traced


class Function(Component):
    """One function of the repository's catalogue or of the stack's own, on ARM processors.

    Creates its log group, a queue for the events that it failed on, the permissions of its role, and the function with
    its archive. Who may invoke it comes with `permit`.
    """

    arn: pulumi.Output[str]
    word: str  #: its name in the repository
    function_name: str  #: physical
    dead_letters: str  #: name of the queue
    log_group: str  #: name

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        self.word = args.definition.name
        self.function_name = args.function_name
        self.dead_letters = args.names.of("sqs", args.definition.name, "dead-letters")
        self.log_group = f"/aws/lambda/{self.function_name}"
        self._log = self._make_log()
        self._queue = self._make_queue()
        self._function = self._make_function(self._permissions())
        self._limit_retries()
        self.arn = self._function.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "word": self.word,
                "function_name": self.function_name,
                "dead_letters": self.dead_letters,
                "log_group": self.log_group,
            }
        )

    def permit(self, word: str, service: str, source: pulumi.Input[str]) -> aws.lambda_.Permission:
        """Let a service, such as `events`, invoke the function on behalf of one resource of this account."""
        return aws.lambda_.Permission(
            self.child(word),
            statement_id=word,
            action="lambda:InvokeFunction",
            function=self._function.name,
            principal=principal(service),
            source_arn=source,
            source_account=self._args.facts.account if ACCOUNT in call_of(service, "function").sends else None,
            opts=self.owned(),
        )

    def _make_log(self) -> aws.cloudwatch.LogGroup:
        return log_group(self, "log", self.log_group, days=self._args.table.log_days, key=self._args.key)

    def _make_queue(self) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            self.child("dead-letters"),
            name=self.dead_letters,
            message_retention_seconds=14 * 24 * HOUR,  # the most that SQS keeps
            kms_master_key_id=self._args.key,
            tags=self.named(self.dead_letters),
            opts=self.owned(),
        )

    def _permissions(self) -> list[aws.iam.RolePolicy]:
        """What the definition says, and what Lambda does in the role's name."""
        named, unnamed = self._statements()
        return [
            self._policy("run", document(*self._run(), *named), [self._log, self._queue, *self._args.after]),
            self._policy("data", deferred(*unnamed), []),
        ]

    def _statements(self) -> tuple[list[Statement], list[Statement]]:
        """The definition's statements: those whose ARNs are known up front, and those that wait for AWS's."""
        definition, scopes = self._args.definition, {**self._args.scopes, "key": Scope([self._args.key])}
        named: list[Statement] = []
        unnamed: list[Statement] = []
        for word in sorted({*definition.actions, *definition.implied, "key"}):
            actions = {*definition.actions.get(word, ()), *definition.implied.get(word, ())}
            scope = scopes[word]
            if not scope.arns:  # nothing of the kind in this stack
                continue
            statement = allow(
                sorted(actions.union(WITH_KEY if word == "key" else ())), scope.arns, condition=scope.condition
            )
            known = all(isinstance(arn, str) for arn in scope.arns)
            (named if known else unnamed).append(statement)
        return named, unnamed

    def _run(self) -> Iterator[Statement]:
        facts = self._args.facts
        yield allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{facts.log_group(self.log_group)}:*"])
        yield allow(["sqs:SendMessage"], [facts.queue(self.dead_letters)])
        if self._args.placement:
            yield allow(DESCRIBE_NETWORK, ["*"])
            yield allow(JOINS, [facts.network_interfaces])
            # Lambda needs these, the code never does; only the code's calls carry the function's ARN.
            condition = {"ArnEquals": {"lambda:SourceFunctionArn": facts.function(self.function_name)}}
            yield deny([*DESCRIBE_NETWORK, *JOINS], ["*"], condition=condition)
        if self._args.traced:
            yield allow(TRACE, ["*"])

    def _policy(self, word: str, text: pulumi.Input[str], after: Sequence[pulumi.Resource]) -> aws.iam.RolePolicy:
        role = self._args.role
        return aws.iam.RolePolicy(
            self.child(word),
            name=f"{role.name}-{word}",
            role=role.resource.name,
            policy=text,
            opts=self.owned(depends_on=list(after)),
        )

    def _make_function(self, permissions: Sequence[aws.iam.RolePolicy]) -> aws.lambda_.Function:
        args, definition = self._args, self._args.definition
        if {*args.variables} != {*definition.variables} or bool(args.placement) != definition.in_vpc:
            raise ValueError(
                f"{definition.name} needs the variables {definition.variables}, and a placement: {definition.in_vpc}"
            )
        return aws.lambda_.Function(
            self.child("function"),
            name=self.function_name,
            description=definition.purpose,
            code=archive(definition),
            handler=definition.handler,
            runtime=definition.runtime,
            architectures=["arm64"],
            memory_size=definition.memory,
            timeout=definition.seconds,
            reserved_concurrent_executions=definition.at_once if definition.code or args.table.reserve else None,
            tracing_config={"mode": "Active"} if args.traced else None,
            role=args.role.resource.arn,
            environment={"variables": dict(args.variables)},
            kms_key_arn=args.key,
            dead_letter_config={"target_arn": self._queue.arn},
            logging_config={"log_format": "Text", "log_group": self._log.name},  # the code writes JSON lines itself
            vpc_config=(
                {"subnet_ids": list(args.placement.subnet_ids), "security_group_ids": [args.placement.group]}
                if args.placement
                else None
            ),
            tags=self.named(self.function_name),
            # Lambda tries the role's permissions on the queue and the network when it makes the function.
            opts=self.owned(depends_on=list(permissions)),
        )

    def _limit_retries(self) -> None:
        aws.lambda_.FunctionEventInvokeConfig(
            self.child("retries"),
            function_name=self._function.name,
            maximum_event_age_in_seconds=HOUR,
            maximum_retry_attempts=2,
            opts=self.owned(),
        )
