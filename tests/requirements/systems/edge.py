"""Web ACLs, load balancers and names of any of the systems."""

from collections.abc import Sequence

from preview.recording import Recording
from tests.requirements.reading import (
    arn,
    at,
    one,
    only,
)
from tests.requirements.systems import sites
from tests.requirements.systems.shapes import peers, subnet
from tests.requirements.systems.table import ClassProof, Matches, Proof, StackProof


def waf_has(stack: Recording, *groups: str) -> None:
    """The balancer's web ACL has these rule groups of AWS's, which block."""
    acl = at(stack, "wafv2.WebAcl", scope="REGIONAL")
    association = one(stack, "wafv2.WebAclAssociation")
    assert (association["webAclArn"], association["resourceArn"]) == (arn(acl), arn(one(stack, "lb.LoadBalancer")))
    rules = {
        rule["statement"]["managedRuleGroupStatement"]["name"]: rule.get("overrideAction", {})
        for rule in acl["rules"]
        if "managedRuleGroupStatement" in rule["statement"]
    }
    for each in groups:
        assert "none" in rules[each]


def waf_rate(stack: Recording, limit: int, scope: str = "REGIONAL") -> None:
    """One address may send so many requests in five minutes, and is blocked beyond."""
    found = [
        (rule["statement"]["rateBasedStatement"], rule["action"])
        for rule in at(stack, "wafv2.WebAcl", scope=scope)["rules"]
        if "rateBasedStatement" in rule["statement"]
    ]
    [(statement, action)] = found
    assert (statement["limit"], statement["aggregateKeyType"], "block" in action) == (limit, "IP", True)
    assert statement.get("evaluationWindowSec", 300) == 300


def waf_blocks_countries(stack: Recording) -> None:
    """Requests from the countries of the stack file are blocked."""
    found = [
        (rule["statement"]["geoMatchStatement"]["countryCodes"], rule["action"])
        for rule in at(stack, "wafv2.WebAcl", scope="REGIONAL")["rules"]
        if "geoMatchStatement" in rule["statement"]
    ]
    [(countries, action)] = found
    assert countries
    assert "block" in action


def balancer_in(stack: Recording, cidrs: Sequence[str]) -> None:
    """The one balancer faces the internet in these subnets, with its own group alone."""
    balancer = one(stack, "lb.LoadBalancer")
    assert (balancer["loadBalancerType"], balancer.inputs.get("internal", False)) == ("application", False)
    assert {*balancer["subnets"]} == {subnet(stack, cidr).id for cidr in cidrs}
    assert balancer["securityGroups"] == [peers(stack)["alb"]]


def alias_to_balancer(stack: Recording, host: str) -> None:
    """A name is an alias of the balancer."""
    alias = only(at(stack, "route53.Record", name=host, type="A")["aliases"])
    balancer = one(stack, "lb.LoadBalancer")
    assert (alias["name"], alias["zoneId"]) == (balancer.outputs["dnsName"], balancer.outputs["zoneId"])


def asks_for_addresses(stack: Recording) -> None:
    """A rule of the balancer's ACL blocks the addresses of an IP set that is not empty."""
    rules = [
        rule
        for rule in at(stack, "wafv2.WebAcl", scope="REGIONAL")["rules"]
        if "ipSetReferenceStatement" in rule["statement"]
    ]
    rule, addresses = only(rules), at(stack, "wafv2.IpSet", scope="REGIONAL")
    assert (rule["statement"]["ipSetReferenceStatement"]["arn"], "block" in rule["action"]) == (arn(addresses), True)
    assert addresses["addresses"]


def rated_at_the_edge(stack: Recording, host: str) -> None:
    """A site stands behind an ACL of CloudFront's that blocks who asks too often."""
    sites.guarded(stack, host)
    waf_rate(stack, 2000, "CLOUDFRONT")


SITE, VIEWER, REFUSED = "cloudfront.Distribution", "viewerCertificate.", "restrictions.geoRestriction."
STATIC = {
    "production": ("static.example.com", "techcorp-production-static"),
    "production-eu": ("static.eu.example.com", "techcorp-production-eu-static"),
    "staging": ("static.staging.example.com", "techcorp-staging-static"),
    "development": ("static.development.example.com", "techcorp-development-static"),
}
ROWS: list[Proof] = [
    ClassProof("TC-DNS-01", "route53.Zone", {"name": "example.com"}, count=1),
    StackProof("TC-DNS-01", alias_to_balancer, ("api.example.com",), ("route53.Record",)),
    StackProof("TC-DNS-01", sites.alias_to_distribution, ("static.example.com",), ("route53.Record", SITE)),
    *(
        row
        for stack, (host, bucket) in STATIC.items()
        for row in (
            StackProof("TC-EDGE-01", sites.reads, (host, bucket), (SITE, "s3.Bucket"), (stack,)),
            StackProof("TC-EDGE-02", sites.certificate_covers, ([host],), ("acm.Certificate",), (stack,)),
            StackProof("TC-EDGE-05", rated_at_the_edge, (host,), ("wafv2.WebAcl", SITE), (stack,)),
        )
    ),
    ClassProof("TC-EDGE-01", SITE, {"enabled": True}, count=1),
    ClassProof("TC-EDGE-02", SITE, {f"{VIEWER}acmCertificateArn": Matches(":us-east-1:"), f"{VIEWER}sslSupportMethod": "sni-only"}, count=1),
    ClassProof("TC-EDGE-03", SITE, {f"{VIEWER}minimumProtocolVersion": "TLSv1.3_2025"}, count=1),
    ClassProof("TC-EDGE-04", SITE, {f"{REFUSED}restrictionType": "blacklist", f"{REFUSED}locations": ["KP"]}, count=1),
    StackProof("TC-WAF-05", asks_for_addresses, (), ("wafv2.IpSet", "wafv2.WebAcl")),
]  # fmt: skip
