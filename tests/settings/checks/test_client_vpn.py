"""What the table of the VPN refuses, and what it advises."""

import pytest

from tests.settings.changed import Config, problems

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/10000000-0000-4000-8000-000000000001"
VPN = {
    "cidr": "10.100.0.0/22",
    "server-certificate": CERTIFICATE,
    "client-certificates": CERTIFICATE,
    "saml": "blueprints/techcorp/saml-client-vpn.xml",
    "admits": ["203.0.113.0/24"],
}


def _vpn(**words: object):
    def change(config: Config) -> None:
        config["cloudplatform:client-vpn"] = VPN | {key.replace("_", "-"): value for key, value in words.items()}

    return change


def _without_network(config: Config) -> None:
    for table in ("network", "database", "cache", "load-balancer", "services", "alarms", "cdn"):
        config.pop(f"cloudplatform:{table}", None)
    _vpn()(config)


CASES = [
    (_vpn(cidr="10.100.0.0/23"), "client-vpn.cidr: its prefix is /12 to /22, not /23; use one in that range"),
    (_vpn(cidr="10.0.0.0/22"),
     "client-vpn.cidr: 10.0.0.0/22 overlaps the VPC's 10.0.0.0/16; use addresses outside it"),
    (_vpn(saml="idp.xml"),
     "client-vpn.saml: there is no idp.xml; save the metadata of the provider's application there"),
    (_vpn(saml="blueprints/techcorp/saml-client-vpn.xm"),
     "client-vpn.saml: there is no blueprints/techcorp/saml-client-vpn.xm; "
     "did you mean blueprints/techcorp/saml-client-vpn.xml?"),
    (_vpn(zones=4), "client-vpn.zones: the network has 3 zones; use at most that many"),
    (_vpn(tier="data"), "client-vpn.tier: tier 'data' has route none (network.tiers.data), and this needs nat; "
     "use private"),
    (_vpn(admits=["0.0.0.0/1"]),
     "client-vpn.admits[0]: 0.0.0.0/1 is half the world; name networks of /8 or smaller"),
    (_vpn(admits=["203.0.113.0/24", "203.0.113.0/24"]),
     "client-vpn.admits[1]: 203.0.113.0/24 is named twice; name it once"),
    (_vpn(admits=[]), "client-vpn.admits: is empty; use at least 1 entry"),
    (_vpn(hours=9), "client-vpn.hours: 9 is unknown here; use 8, 10, 12 or 24 (hours)"),
    (_vpn(server_certificate=CERTIFICATE.replace("us-east-1", "us-west-2")),
     "client-vpn.server-certificate: arn:aws:acm:us-west-2:123456789012:certificate/10000000-0000-4000-8000-"
     "000000000001 is of us-west-2 in 123456789012; import it in us-east-1 of 123456789012"),
    (_vpn(client_certificates=CERTIFICATE.replace(":123456789012:", ":210987654321:")),
     "client-vpn.client-certificates: arn:aws:acm:us-east-1:210987654321:certificate/10000000-0000-4000-8000-"
     "000000000001 is of us-east-1 in 210987654321; import it in us-east-1 of 123456789012"),
    (_without_network, "client-vpn: client-vpn needs a network; add cloudplatform:network"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), CASES, ids=[message[:50] for _, message in CASES])
def test_what_is_refused(tmp_path, change, message):
    assert message in problems(tmp_path, "dev", change)
