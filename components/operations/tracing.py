"""Traces of requests."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.tracing import TracingTable


@dataclass(frozen=True, kw_only=True)
class TracingArgs(Args):
    """Which part of the requests is traced."""

    table: TracingTable


class Tracing(Component):
    """The share of requests that X-Ray traces, whichever service they come to.

    Creates a sampling rule before X-Ray's own, which would trace one request a second and 5 % of the others.
    """

    rule_name: str

    def __init__(self, name: str, args: TracingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.rule_name = args.names.of("sampling-rule")
        aws.xray.SamplingRule(
            self.child("sampling"),
            rule_name=self.rule_name,
            version=1,
            priority=1000,
            reservoir_size=0,  # no request is traced beside the share
            fixed_rate=args.table.sampling / 100,
            host="*",
            http_method="*",
            url_path="*",
            service_name="*",
            service_type="*",
            resource_arn="*",
            tags=self.named(self.rule_name),
            opts=self.owned(),
        )
        self.register_outputs({"rule_name": self.rule_name})
