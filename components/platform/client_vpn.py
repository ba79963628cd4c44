"""The VPN of administrators."""

import json

from components.network.client_vpn import ClientVpn, ClientVpnArgs
from components.operations.watch.certificate import IMPORTED, certificate_subject
from components.platform.context import Context
from components.platform.functions import function
from components.platform.network import Vpc
from components.platform.part import Part, Parts
from functions.client_vpn import CLIENT_VPN


def client_vpn(context: Context, parts: Parts) -> Part | None:
    """Build the VPN, and the function that it asks about each connection.

    Client VPN runs the function by its own role, AWSServiceRoleForClientVPNConnections: no permission names it.
    """
    table = context.settings.client_vpn
    if not table:
        return None
    vpc = parts.of(Vpc)
    handler = function(
        context,
        parts,
        CLIENT_VPN,
        name=context.names.of("vpn-lambda", "connect"),
        scopes={},
        variables={"ADMITS": json.dumps([str(each) for each in table.admits])},
        after=[],
    )
    args = ClientVpnArgs(
        table=table,
        metadata=table.metadata(),
        vpc_id=vpc.network.vpc_id,
        vpc_cidr=vpc.table.cidr,
        subnet_ids=vpc.by_zone(table.tier, table.zones),
        group=vpc.firewall.group_ids["client-vpn"],
        handler=handler.arn,
        key=context.key,
        after=[handler, *vpc.path],
        **context.common,
    )
    built = ClientVpn("client-vpn", args, context.options)
    exports = {"client_vpn_endpoint_id": built.endpoint_id, "client_vpn_dns_name": built.dns_name}
    subjects = [
        certificate_subject(word, arn, built, of=IMPORTED)
        for word, arn in (("server", table.server_certificate), ("clients", table.client_certificates))
    ]
    return Part(exports=exports, functions=[handler], subjects=subjects)
