"""Breaches of the edge: an option that is there without being asked for."""

from tests.requirements import test_edge as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, change, plant

BREACHES = [
    Breach("CP-EDGE-01", AREA.test_cloudfront_is_an_option, plant("cloudfront.Distribution", aliases=[])),
    Breach("CP-EDGE-01", AREA.test_cloudfront_is_an_option,
           change("route53.Record", "records-", aliases=[{"name": "d1.cloudfront.net"}]), "prod"),
    Breach("CP-EDGE-02", AREA.test_the_web_acl_stands_at_cloudfront, change("wafv2.WebAcl", scope="CLOUDFRONT")),
    Breach("CP-EDGE-04", AREA.test_shield_advanced_is_an_option, plant("shield.Protection", name="dear"), "prod"),
]  # fmt: skip
