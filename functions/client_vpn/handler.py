"""Answers Client VPN, which asks after it has checked certificate and user, and before it opens the connection.

Whatever goes wrong here refuses the connection: Client VPN takes no other answer than a right one for a yes
(AWS Client VPN administrator guide, connection authorization).
"""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.client_vpn import CLIENT_VPN
from functions.common import variables
from functions.common.entry import BadEventError, logged

SCHEMA: Final = "v3"  #: of question and answer
REFUSED: Final = "You are not in a network from which this VPN may be used."
TOLD: Final = 200  #: characters of what a client says of itself

logger = Logger(service=CLIENT_VPN.name)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Whether the connection may be opened, as Client VPN wants to hear it."""
    networks = admitted(variables.read(CLIENT_VPN))
    address = _address(event)
    allow = any(address in network for network in networks)
    logger.info(
        "admitted" if allow else "refused",
        address=str(address),
        connection=str(event.get("connection-id"))[:TOLD],
        certificate=str(event.get("common-name"))[:TOLD],
        user=str(event.get("username"))[:TOLD],
    )
    return {
        "allow": allow,
        "error-msg-on-denied-connection": "" if allow else REFUSED,
        "posture-compliance-statuses": [],
        "schema-version": SCHEMA,
    }


def admitted(given: Mapping[str, str]) -> Sequence[Network]:
    """The networks of the environment. Raises VariableError where one is none, or there are none."""
    found = variables.names(given, "ADMITS")
    try:
        networks = [ipaddress.ip_network(each) for each in found]
    except ValueError as error:
        raise variables.VariableError(f"ADMITS must be a JSON list of networks: {error}") from None
    if not networks:
        raise variables.VariableError("ADMITS names no network, so nobody could connect")
    return networks


def _address(event: Mapping[str, Any]) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        if isinstance(found := event["public-ip"], str):
            return ipaddress.ip_address(found)
    except (KeyError, ValueError, TypeError):
        pass
    raise BadEventError("Client VPN asks with the client's address in public-ip")
