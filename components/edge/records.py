"""Public names that answer with the load balancer or a distribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class RecordsArgs(Args):
    """The names, their zone, and the load balancer or distribution that they lead to."""

    hosts: Mapping[str, str]  #: by the word that names what is made for it
    zone: pulumi.Input[str]  #: id of the zone that all of them stand in
    target_name: pulumi.Input[str]  #: DNS name of what answers
    target_zone: pulumi.Input[str]  #: id of the zone that AWS keeps that name in
    types: Sequence[Literal["A", "AAAA"]] = ("A",)
    follows_health: bool = True  #: no answer while the target has none that is healthy
    failover: Literal["primary", "secondary"] | None = None  #: which of two stacks with these names this one is
    checks: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])  #: ids, by word


class Records(Component):
    """The way from a public name to what answers for it.

    Creates an alias record for each name and type. An alias is answered with the time to live of what it leads to: 60
    seconds for a load balancer (Route 53's guide, alias records).
    """

    urls: list[str]

    def __init__(self, name: str, args: RecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        for word, host in args.hosts.items():
            for type_ in args.types:
                self._record(args, word, host, type_)
        self.urls = [f"https://{host}" for host in args.hosts.values()]
        self.register_outputs({"urls": self.urls})

    def _record(self, args: RecordsArgs, word: str, host: str, type_: str) -> None:
        aws.route53.Record(
            self.child(word) if type_ == "A" else self.child(word, type_.lower()),
            zone_id=args.zone,
            name=host,
            type=type_,
            aliases=[
                {
                    "name": args.target_name,
                    "zone_id": args.target_zone,
                    "evaluate_target_health": args.follows_health,
                },
            ],
            failover_routing_policies=[{"type": args.failover.upper()}] if args.failover else None,
            set_identifier=args.names.environment if args.failover else None,
            health_check_id=args.checks.get(word),
            opts=self.owned(),
        )
