"""The notifier: alerts that go to a channel in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.function import Function
from settings.tables.operations import Severity


@dataclass(frozen=True, kw_only=True)
class NotifierArgs(Args):
    """The topics, those of them that go to Slack, and the function that posts."""

    topics: Mapping[Severity, pulumi.Output[str]]  #: ARNs
    severities: Sequence[Severity]
    function: Function


class Notifier(Component):
    """Alerts in Slack, as the topics send them.

    Creates the permission to run the function for each topic, and its subscription.
    """

    severities: Sequence[Severity]

    def __init__(self, name: str, args: NotifierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.severities = args.severities
        for severity in args.severities:
            permission = args.function.permit(severity, "sns", args.topics[severity])
            aws.sns.TopicSubscription(
                self.child(severity),
                topic=args.topics[severity],
                protocol="lambda",
                endpoint=args.function.arn,
                opts=self.owned(depends_on=[permission]),
            )
        self.register_outputs({"severities": list(self.severities)})
