"""Address ranges by arithmetic: every spelling of the internet is the internet."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final

# A route or a rule for a range this large is meant for the internet, not for a partner: a /8 of IPv4, a /16 of IPv6.
BROAD: Final = {4: 8, 6: 16}


def parse(texts: Iterable[str]) -> tuple[list[IPv4Network], list[IPv6Network]]:
    """Return the networks of some CIDRs, host bits ignored, what is none left out."""
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for text in texts:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            continue
        if isinstance(network, IPv4Network):
            four.append(network)
        else:
            six.append(network)
    return four, six


def broad(texts: Iterable[str]) -> bool:
    """Say whether some CIDRs together hold a large public range; halves of one count as the whole."""
    four, six = parse(texts)
    return any(_is_broad(net) for net in collapse_addresses(four)) or any(
        _is_broad(net) for net in collapse_addresses(six)
    )


def _is_broad(network: IPv4Network | IPv6Network) -> bool:
    return network.prefixlen <= BROAD[network.version] and (network.prefixlen == 0 or not network.is_private)
