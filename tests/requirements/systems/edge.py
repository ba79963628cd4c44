"""Web ACLs, load balancers and names of any of the systems."""

from collections.abc import Sequence

from preview.recording import Recording
from tests.requirements.reading import (
    arn,
    at,
    one,
    only,
)
from tests.requirements.systems.shapes import peers, subnet


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
        for rule in one(stack, "wafv2.WebAcl")["rules"]
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
