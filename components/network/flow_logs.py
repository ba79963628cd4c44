"""Flow logs: who talked to whom in the VPC, and who was refused."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.handles import NamedLog
from components.iam import allow, document
from components.log_group import log_group
from components.service_role import role_policy, service_role
from settings.tables.network import FlowLogsTable


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs(Args):
    """The flow logs' table, the VPC and the key."""

    table: FlowLogsTable
    shared: NamedLog | None = None  #: the group that takes them, if it is not their own
    vpc_id: pulumi.Input[str]
    key: pulumi.Input[str]  #: ARN of the stack's key


class FlowLogs(Component):
    """A record of the VPC's connections, accepted and refused, for as long as the table says.

    Creates the log group unless another takes them, the role that lets VPC Flow Logs write to it and to nothing else,
    and the flow log.
    """

    log_group: pulumi.Output[str]  #: name of the log group

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        role_name = args.names.of("role", "flow-logs")
        log = args.shared or self._own(args)
        role = service_role(
            self, "role", role_name, "vpc-flow-logs", args.facts, "Lets VPC Flow Logs write to its log group"
        )
        arn = args.facts.log_group(log.name)
        actions = ["CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents"]
        writes = document(allow([f"logs:{action}" for action in actions], [arn, f"{arn}:*"]))
        policy = role_policy(self, "write", role, role_name, writes, [log.resource])
        aws.ec2.FlowLog(
            self.child("log"),
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=log.resource.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            tags=self.named(args.names.of("flow-log")),
            opts=self.owned(depends_on=[policy]),
        )
        self.log_group = log.resource.name
        self.register_outputs({"log_group": self.log_group})

    def _own(self, args: FlowLogsArgs) -> NamedLog:
        name = args.names.of("log", "vpc", "flow-logs")
        return NamedLog(name=name, resource=log_group(self, "group", name, days=args.table.days, key=args.key))
