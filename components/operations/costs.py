"""Costs: what the account spends that nobody expected, and by which tags it is broken down."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.operations import CostsTable


@dataclass(frozen=True, kw_only=True)
class CostsArgs(Args):
    """The costs' table, and the topic that hears of anomalies."""

    table: CostsTable
    topic: pulumi.Input[str]  #: ARN


class Costs(Component):
    """The account's costs, watched service by service.

    Creates a monitor of anomalies, a subscription that tells of the large ones at once, and activates the tags that
    costs are broken down by.
    """

    monitor_arn: pulumi.Output[str]

    def __init__(self, name: str, args: CostsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("anomalies")
        monitor = aws.costexplorer.AnomalyMonitor(
            self.child("services"),
            name=physical,
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
            tags=self.named(physical),
            opts=self.owned(),
        )
        self.monitor_arn = monitor.arn
        aws.costexplorer.AnomalySubscription(
            self.child("alerts"),
            name=physical,
            frequency="IMMEDIATE",  # what a topic can be told; the summaries are for e-mail
            monitor_arn_lists=[monitor.arn],
            subscribers=[{"type": "SNS", "address": args.topic}],
            threshold_expression={
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "match_options": ["GREATER_THAN_OR_EQUAL"],
                    "values": [str(args.table.anomalies.above)],
                }
            },
            tags=self.named(physical),
            opts=self.owned(),
        )
        for tag in args.table.tags:
            aws.costexplorer.CostAllocationTag(
                self.child("tag", tag.lower()), tag_key=tag, status="Active", opts=self.owned()
            )
        self.register_outputs({"monitor_arn": self.monitor_arn})
