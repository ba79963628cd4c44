"""Rows of the family waf."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import BALANCER, NETWORK_BALANCER, OTHER, Row, cdn, r, three, unknown
from tests.policy.engine import Declared

GROUP = {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}}
SEEN = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}


def of_acl(statement: dict[str, Any] = GROUP, **does: Any) -> dict[str, Any]:
    return {"name": "one", "priority": 1, "statement": statement, "visibilityConfig": SEEN, **does}


RATE = {"rateBasedStatement": {"limit": 2000}}
IN_FORCE = of_acl(overrideAction={"none": {}})
COUNTED = of_acl(overrideAction={"count": {}})


def acl(*rules: dict[str, Any], refs: dict[str, str] | None = None, **props: Any) -> Declared:
    about = {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": SEEN, **props}
    return r("wafv2/webAcl:WebAcl", "shield", refs=refs, rules=list(rules), **about)


def tie(resource: str, token: str = "wafv2/webAclAssociation:WebAclAssociation") -> Declared:
    return r(token, "tie", refs={"resourceArn": resource, "webAclArn": "shield.arn"})


STAGE = r("apigateway/stage:Stage", "stage", stageName="live")
POOL = r("cognito/userPool:UserPool", "people")
GRAPH = r("appsync/graphQLApi:GraphQLApi", "graph", authenticationType="AWS_IAM")
RUNNER = r("apprunner/service:Service", "runner", serviceName="web")
INTERNAL = r("lb/loadBalancer:LoadBalancer", "front", internal=True)

ENTRIES = [
    Row("entry-point-acl", "ok", "associated", (BALANCER, acl(IN_FORCE), tie("front.arn"))),
    Row("entry-point-acl", "breach", "no ACL", (BALANCER,)),
    Row("entry-point-acl", "breach", "unset type", (r("alb/loadBalancer:LoadBalancer"),)),
    Row("entry-point-acl", "ok", "internal", (INTERNAL,)),
    Row("entry-point-acl", "ok", "a network balancer cannot have one", (NETWORK_BALANCER,)),
    Row("entry-point-acl", "ok", "nor a gateway", (r("lb/loadBalancer:LoadBalancer", loadBalancerType="gateway"),)),
    Row(
        "entry-point-acl",
        "breach",
        "the ACL guards another one",
        (
            BALANCER,
            r("lb/loadBalancer:LoadBalancer", "back", internal=True),
            acl(IN_FORCE),
            tie("back.arn"),
        ),
    ),
    Row("entry-point-acl", "breach", "the ACL guards an API", (BALANCER, STAGE, acl(IN_FORCE), tie("stage.arn"))),
    Row(
        "entry-point-acl",
        "ok",
        "the old kind",
        (
            BALANCER,
            r("wafregional/webAclAssociation:WebAclAssociation", webAclId="w", refs={"resourceArn": "front.arn"}),
        ),
    ),
    Row(
        "entry-point-acl",
        "undecided",
        "of unknown kind",
        (OTHER, r("lb/loadBalancer:LoadBalancer", refs=unknown("internal"))),
    ),
    Row("entry-point-acl", "undecided", "whose association", (OTHER, BALANCER, acl(IN_FORCE), tie("other.value"))),
    Row("entry-point-acl", "ok", "a stage", (STAGE, acl(IN_FORCE), tie("stage.arn"))),
    Row("entry-point-acl", "breach", "a stage", (STAGE,)),
    Row("entry-point-acl", "ok", "a user pool", (POOL, acl(IN_FORCE), tie("people.arn"))),
    Row("entry-point-acl", "breach", "a user pool", (POOL,)),
    Row("entry-point-acl", "ok", "a GraphQL API", (GRAPH, acl(IN_FORCE), tie("graph.arn"))),
    Row("entry-point-acl", "breach", "a GraphQL API", (GRAPH,)),
    Row("entry-point-acl", "ok", "a private one", (r("appsync/graphQLApi:GraphQLApi", visibility="PRIVATE"),)),
    Row("entry-point-acl", "ok", "a runner", (RUNNER, acl(IN_FORCE), tie("runner.arn"))),
    Row("entry-point-acl", "breach", "a runner", (RUNNER,)),
    Row(
        "entry-point-acl",
        "ok",
        "a private runner",
        (
            r(
                "apprunner/service:Service",
                networkConfiguration={"ingressConfiguration": {"isPubliclyAccessible": False}},
            ),
        ),
    ),
    Row("entry-point-acl", "breach", "a verified access instance", (r("verifiedaccess/instance:Instance"),)),
    Row("entry-point-acl", "breach", "an app", (r("amplify/app:App"),)),
    Row("entry-point-acl", "breach", "content delivery", (cdn(),)),
    Row("entry-point-acl", "breach", "an empty word", (cdn(webAclId=""),)),
    Row("entry-point-acl", "ok", "by literal ARN", (cdn(webAclId="arn:aws:wafv2:us-east-1:1:global/webacl/a/1"),)),
    Row(
        "entry-point-acl",
        "ok",
        "by an ARN made in the same run",
        (
            acl(IN_FORCE, scope="CLOUDFRONT"),
            r("cloudfront/distribution:Distribution", enabled=True, refs={"webAclId": "shield.arn"}),
        ),
    ),
    Row(
        "entry-point-acl",
        "breach",
        "for many tenants",
        (r("cloudfront/multitenantDistribution:MultitenantDistribution"),),
    ),
]

RULE_BESIDE = r(
    "wafv2/webAclRule:WebAclRule",
    "beside",
    refs={"webAclArn": "shield.arn"},
    name="stop",
    priority=1,
    action={"block": {}},
)
GROUP_BESIDE = r(
    "wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
    "beside",
    refs={"webAclArn": "shield.arn"},
    ruleName="common",
    priority=1,
    managedRuleGroup={"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"},
)
JSON = [{"Name": "x", "Priority": 1, "Action": {"Block": {}}, "Statement": {}}]

ACLS = [
    Row("acl-stops-nothing", "ok", "a group in force", (acl(IN_FORCE),)),
    Row("acl-stops-nothing", "breach", "no rules", (acl(),)),
    Row("acl-stops-nothing", "breach", "all only counted", (acl(COUNTED, of_acl(RATE, action={"count": {}})),)),
    Row("acl-stops-nothing", "breach", "allowed by a rule as well", (acl(of_acl(RATE, action={"allow": {}})),)),
    Row("acl-stops-nothing", "ok", "one of two", (acl(COUNTED, of_acl(RATE, action={"block": {}})),)),
    Row("acl-stops-nothing", "ok", "a captcha stops programs", (acl(of_acl(RATE, action={"captcha": {}})),)),
    Row("acl-stops-nothing", "ok", "blocks by default", (acl(defaultAction={"block": {}}),)),
    Row("acl-stops-nothing", "ok", "a rule beside", (acl(), RULE_BESIDE)),
    Row(
        "acl-stops-nothing",
        "breach",
        "a rule beside that counts",
        (acl(), r("wafv2/webAclRule:WebAclRule", refs={"webAclArn": "shield.arn"}, action={"count": {}})),
    ),
    Row("acl-stops-nothing", "ok", "a group beside", (acl(), GROUP_BESIDE)),
    Row("acl-stops-nothing", "ok", "rules in JSON", (acl(ruleJson=json.dumps(JSON)),)),
    Row("acl-stops-nothing", "breach", "rules in JSON that count", (acl(ruleJson='[{"Action": {"Count": {}}}]'),)),
    Row("acl-stops-nothing", "undecided", "rules not known yet", (OTHER, acl(refs=unknown("ruleJson")))),
    Row(
        "acl-stops-nothing",
        "undecided",
        "an action not known yet",
        (OTHER, r("wafv2/webAcl:WebAcl", defaultAction={"allow": {}}, refs=unknown("rules[0].overrideAction"))),
    ),
    Row(
        "acl-stops-nothing",
        "breach",
        "the old kind",
        (r("wafregional/webAcl:WebAcl", defaultAction={"type": "ALLOW"}, rules=[{"action": {"type": "COUNT"}}]),),
    ),
    Row(
        "acl-stops-nothing",
        "ok",
        "the old kind",
        (r("waf/webAcl:WebAcl", defaultAction={"type": "ALLOW"}, rules=[{"action": {"type": "BLOCK"}}]),),
    ),
    *three(
        "acl-metrics",
        "wafv2/webAcl:WebAcl",
        {"visibilityConfig": SEEN},
        {"visibilityConfig": {**SEEN, "cloudwatchMetricsEnabled": False}},
        "visibilityConfig.cloudwatchMetricsEnabled",
        defaultAction={"block": {}},
    ),
    Row("acl-scope", "ok", "", (BALANCER, acl(IN_FORCE), tie("front.arn"))),
    Row("acl-scope", "breach", "", (BALANCER, acl(IN_FORCE, scope="CLOUDFRONT"), tie("front.arn"))),
    Row(
        "acl-scope",
        "breach",
        "a regional one for content delivery",
        (acl(IN_FORCE), r("cloudfront/distribution:Distribution", enabled=True, refs={"webAclId": "shield.arn"})),
    ),
    Row(
        "acl-scope",
        "undecided",
        "",
        (
            OTHER,
            BALANCER,
            r("wafv2/webAcl:WebAcl", "shield", defaultAction={"block": {}}, refs=unknown("scope")),
            tie("front.arn"),
        ),
    ),
]

ROWS = [*ENTRIES, *ACLS]
