"""The bastions."""

from components.compute.bastion import Bastion, BastionArgs
from components.network.conversations import BASTION
from components.platform.context import Context
from components.platform.network import Vpc
from components.platform.part import Part, Parts


def bastion(context: Context, parts: Parts) -> Part | None:
    """Build the hosts that the table asks for."""
    table = context.settings.bastion
    if not table:
        return None
    vpc = parts.of(Vpc)
    args = BastionArgs(
        table=table,
        subnet_ids=vpc.by_zone(table.tier, table.zones),
        group=vpc.firewall.group_ids[BASTION.name],
        key=context.key,
        **context.common,
    )
    return Part(exports={"bastion_ids": dict(Bastion("bastion", args, context.options).instance_ids)})
