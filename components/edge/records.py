"""Public names that answer with the load balancer."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.tier import Args, Tier


@dataclass(frozen=True, kw_only=True)
class RecordsArgs(Args):
    """The names, their zone, and the load balancer that they lead to."""

    hosts: Sequence[str]
    zone: pulumi.Input[str]  #: id of the zone that all of them stand in
    target_name: pulumi.Input[str]  #: DNS name of the load balancer
    target_zone: pulumi.Input[str]  #: id of the zone that AWS keeps that name in


class Records(Tier):
    """The way from a public name to the load balancer.

    Creates an alias record for each name.
    """

    urls: list[str]

    def __init__(self, name: str, args: RecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        for host in args.hosts:
            aws.route53.Record(
                self.child(host),
                zone_id=args.zone,
                name=host,
                type="A",
                aliases=[
                    {"name": args.target_name, "zone_id": args.target_zone, "evaluate_target_health": True},
                ],
                opts=self.owned(),
            )
        self.urls = [f"https://{host}" for host in args.hosts]
        self.register_outputs({"urls": self.urls})
