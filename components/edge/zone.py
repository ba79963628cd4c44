"""The public DNS zone, in the one stack that owns it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class ZoneArgs(Args):
    """The zone's name."""

    domain: str
    protect: bool  #: Pulumi refuses to delete it


class Zone(Component):
    """The zone that all environments' names stand in.

    Creates the zone; the registrar must be given its name servers (docs/runbooks/first-deployment.md).
    """

    zone_id: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(self, name: str, args: ZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        zone = aws.route53.Zone(
            self.child("zone"),
            name=args.domain,
            comment="Shared by all environments",
            tags=self.named(args.domain),
            opts=self.owned(protect=args.protect),
        )
        self.zone_id = zone.zone_id
        self.name_servers = zone.name_servers
        self.register_outputs({"zone_id": self.zone_id, "name_servers": self.name_servers})
