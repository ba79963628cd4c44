"""Breaches of the zone and the names: options that nobody asked for, or no way out of a dead target."""

from tests.requirements import test_dns as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, plant

BREACHES = [
    Breach("CP-DNS-07", AREA.test_dnssec_is_an_option, plant("route53.KeySigningKey", name="early"), "shared"),
    Breach("CP-DNS-07", AREA.test_dnssec_is_an_option, plant("route53.HostedZoneDnsSec"), "shared"),
    Breach("CP-DNS-08", AREA.test_health_checks_are_an_option, plant("route53.HealthCheck", type="HTTPS"), "prod"),
    Breach("CP-DNS-08", AREA.test_health_checks_are_an_option,
           change("route53.Record", "records-", aliases=[{"evaluateTargetHealth": False}]), "prod"),
]  # fmt: skip
