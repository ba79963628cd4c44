"""The public zone."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.edge.dnssec import Dnssec, DnssecArgs
from components.edge.zone import Zone, ZoneArgs
from components.platform.context import Context
from components.platform.part import Part, Parts


@dataclass(frozen=True, kw_only=True)
class Dns(Part):
    """The zone of the stack's public names."""

    zone: pulumi.Input[str]  #: its id


def dns(context: Context, parts: Parts) -> Dns | None:
    """Build the zone in the stack that owns it, signed where the table asks; elsewhere its id is given."""
    table, protect = context.settings.dns, context.settings.protection.protect
    if not table:
        return None
    if not table.owned:
        return Dns(zone=table.zone)
    zone = Zone("zone", ZoneArgs(domain=table.domain, protect=protect, **context.common), context.options)
    exports: dict[str, Any] = {"zone_id": zone.zone_id, "name_servers": zone.name_servers}
    if table.dnssec:
        args = DnssecArgs(zone=zone.zone_id, protect=protect, **context.common)
        exports["zone_ds_record"] = Dnssec("dnssec", args, context.options).ds_record
    return Dns(zone=zone.zone_id, exports=exports)
