"""Whether a client of the VPN connects from an address that is admitted."""

from functions.common.function import FunctionDefinition

CLIENT_VPN = FunctionDefinition(
    name="client-vpn",
    purpose="Lets clients of the VPN connect from admitted networks alone",
    handler="functions.client_vpn.handler.handle",
    seconds=10,  # Client VPN waits for 30
    at_once=10,  # a team that comes to work
    variables=("ADMITS",),
)
