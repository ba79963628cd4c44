"""Chat: alerts in a channel of Slack, through AWS's own client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.service_role import service_role
from settings.tables.operations import ChatTable

#: Where the service keeps its configurations. Its API answers in four regions, us-east-1 is none of them; topics may be
#: of any (docs/architecture/monitoring.md).
REGION: Final = "us-east-2"
#: What people may do from the channel at most. Without one it is everything, as far as the role goes.
NOTHING: Final = "arn:aws:iam::aws:policy/AWSDenyAll"


@dataclass(frozen=True, kw_only=True)
class ChatArgs(Args):
    """The channels, and what is posted there."""

    channels: Mapping[str, ChatTable]  #: by severity
    topics: Mapping[str, pulumi.Input[str]]  #: ARNs, by severity


class Chat(Component):
    """Alerts in Slack, as the topics send them; nobody commands anything from there.

    Creates a role without permissions, and a configuration for each channel.
    """

    configurations: Mapping[str, str]  #: names, by severity

    def __init__(self, name: str, args: ChatArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        role_name = args.names.of("role", "chat")
        role = service_role(
            self, "role", role_name, "chatbot", args.facts, "What may be done from a channel in Slack: nothing"
        )
        self.configurations = {severity: args.names.of("chat", severity) for severity in args.channels}
        for severity, table in args.channels.items():
            physical = self.configurations[severity]
            aws.chatbot.SlackChannelConfiguration(
                self.child(severity),
                region=REGION,
                configuration_name=physical,
                slack_team_id=table.workspace,
                slack_channel_id=table.channel,
                iam_role_arn=role.arn,
                guardrail_policy_arns=[NOTHING],
                logging_level="ERROR",
                sns_topic_arns=[args.topics[severity]],
                user_authorization_required=True,
                tags=self.named(physical),
                opts=self.owned(),
            )
        self.register_outputs({"configurations": dict(self.configurations)})
