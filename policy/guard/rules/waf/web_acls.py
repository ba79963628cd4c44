"""Public entry points stand behind a web ACL that blocks."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from guard.aws.policy_documents import parsed
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, dig, items
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "waf"

ACL: Final = "aws:wafv2/webAcl:WebAcl"
OLD_ACLS: Final = ("aws:wafregional/webAcl:WebAcl", "aws:waf/webAcl:WebAcl")

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
# What answers the internet and names its web ACL itself, and where; content delivery does.
NAMES_ITS_ACL: Final = (
    "aws:cloudfront/distribution:Distribution",
    "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
)
# What is told its web ACL by an association.
ASSOCIATED: Final = (
    BALANCER,
    "aws:apigateway/stage:Stage",
    "aws:appsync/graphQLApi:GraphQLApi",
    "aws:cognito/userPool:UserPool",
    "aws:apprunner/service:Service",
    "aws:verifiedaccess/instance:Instance",
    "aws:amplify/app:App",
)
ASSOCIATIONS: Final = (
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:wafregional/webAclAssociation:WebAclAssociation",
)


# --- entry points -------------------------------------------------------------------------------------------------


def _public(entry: Resource) -> Answer:
    """Return whether an entry point answers the internet, as far as a web ACL can help."""
    match entry.type:
        case "aws:lb/loadBalancer:LoadBalancer":
            kind, internal = entry["loadBalancerType"], entry.switch("internal")
            application = UNKNOWN if kind is UNKNOWN else kind in (ABSENT, "", "application")
            return every([application, UNKNOWN if internal is UNKNOWN else not internal])
        case "aws:appsync/graphQLApi:GraphQLApi":
            return UNKNOWN if entry["visibility"] is UNKNOWN else entry["visibility"] != "PRIVATE"
        case "aws:apprunner/service:Service":
            return entry.switch("networkConfiguration.ingressConfiguration.isPubliclyAccessible", absent=True)
        case _:
            return True


# Where each says that it is not for the internet, to name it when that is not known yet.
_PRIVATE: Final = {
    BALANCER: "internal",
    "aws:appsync/graphQLApi:GraphQLApi": "visibility",
    "aws:apprunner/service:Service": "networkConfiguration.ingressConfiguration.isPubliclyAccessible",
}


@rule(
    "entry-point-acl",
    family=FAMILY,
    on=(*ASSOCIATED, *NAMES_ITS_ACL),
    severity=Severity.MEDIUM,
    controls=("ELB.16", "FSBP CloudFront.6", "FSBP APIGateway.4"),
    why="Scanners find a new address within minutes and try what worked elsewhere; a web ACL stops the known part of "
    "it. It is a second line: a sound application is not in danger without it, so this advises.",
    fix="Add an aws.wafv2.WebAclAssociation with resource_arn and web_acl_arn (CloudFront: set web_acl_id to the ARN "
    "of an ACL of scope CLOUDFRONT).",
    level=EnforcementLevel.ADVISORY,
)
def entry_point_acl(entry: Resource, stack: Stack) -> Iterator[Finding]:
    public = _public(entry)
    if public is False:
        return
    if entry.type in NAMES_ITS_ACL:
        guarded, at = entry["webAclId"] not in (ABSENT, ""), "webAclId"
    else:
        beside = [attached(stack, entry, token, "resourceArn", *ASSOCIATED) for token in ASSOCIATIONS]
        guarded, at = some(one.some(lambda _: True) for one in beside), ""
    if guarded is False and public is True:
        yield entry.finding("answers the internet without a web ACL", at=at)
    elif guarded is False:
        yield entry.undecided(_PRIVATE[entry.type])
    elif guarded is UNKNOWN:
        yield entry.unclear("may have a web ACL: `resourceArn` of an association is not known yet")


# --- web ACLs -----------------------------------------------------------------------------------------------------

_STOPS: Final = ("block", "captcha", "challenge")


def _in_force(rule_of_acl: Any) -> Answer:
    """Return whether a rule stops requests; rule groups do unless they are told to count."""
    if rule_of_acl is UNKNOWN:
        return UNKNOWN
    action, override = dig(rule_of_acl, "action"), dig(rule_of_acl, "overrideAction")
    if UNKNOWN in (action, override):
        return UNKNOWN
    return dig(override, "none") is not ABSENT or any(dig(action, word) is not ABSENT for word in _STOPS)


def _in_json(text: Any) -> Answer:
    """Return the same of rules written as JSON, in the words of the API."""
    found = parsed(text)
    if found is UNKNOWN:
        return UNKNOWN
    stops = [word.capitalize() for word in _STOPS]
    return any(
        dig(one, "OverrideAction.None") is not ABSENT or any(dig(one, f"Action.{word}") is not ABSENT for word in stops)
        for one in items(found)
    )


# Rules that are resources of their own.
_BESIDE: Final = (
    "aws:wafv2/webAclRule:WebAclRule",
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
)


def _beside(one: Resource) -> Answer:
    if one.type == _BESIDE[0]:
        return _in_force(one.inputs)
    return UNKNOWN if one["overrideAction"] is UNKNOWN else one["overrideAction"] != "count"


def _old_in_force(one: Any) -> Answer:
    kinds = (dig(one, "action.type"), dig(one, "overrideAction.type"))
    return UNKNOWN if UNKNOWN in (one, *kinds) else "BLOCK" in kinds or "NONE" in kinds


@rule(
    "acl-stops-nothing",
    family=FAMILY,
    on=(ACL, *OLD_ACLS),
    severity=Severity.MEDIUM,
    controls=("FSBP WAF.10",),
    why="An ACL that lets everything through is worse than none: everybody believes that there is one. To count first "
    "is right for a week, not in production.",
    fix="Add a rule with action={'block': {}}, or a managed rule group with override_action={'none': {}}; else let "
    "default_action block.",
    posture=True,
)
def acl_stops_nothing(acl: Resource, stack: Stack) -> Iterator[Finding]:
    stops = _acl_stops(acl, stack) if acl.type == ACL else _old_acl_stops(acl)
    if stops is UNKNOWN:
        yield acl.undecided("rules")
    elif not stops:
        yield acl.finding("stops nothing: it allows by default and no rule is in force", at="rules")


def _acl_stops(acl: Resource, stack: Stack) -> Answer:
    default = acl["defaultAction"]
    blocks = UNKNOWN if default is UNKNOWN else dig(default, "block") is not ABSENT
    inline = [_in_force(one) for one in items(acl["rules"])]
    beside = [attached(stack, acl, token, "webAclArn", ACL).some(_beside) for token in _BESIDE]
    return some([blocks, *inline, _in_json(acl["ruleJson"]), *beside])


def _old_acl_stops(acl: Resource) -> Answer:
    default = acl["defaultAction.type"]
    return some([default if default is UNKNOWN else default == "BLOCK", *map(_old_in_force, items(acl["rules"]))])


register(
    FAMILY,
    Switch(
        "acl-metrics",
        {ACL: "visibilityConfig.cloudwatchMetricsEnabled"},
        good=("true",),
        text="publishes no metrics",
        fix="Set cloudwatch_metrics_enabled=True in visibility_config.",
        why="Without metrics nobody sees an attack, nor that a rule stops customers.",
        controls=("FSBP WAF.12",),
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
)


@rule(
    "acl-scope",
    family=FAMILY,
    on=(ASSOCIATIONS[0], *NAMES_ITS_ACL),
    severity=Severity.MEDIUM,
    why="AWS refuses a regional ACL in front of CloudFront, and one of scope CLOUDFRONT in front of anything else.",
    fix="Set scope='CLOUDFRONT' (in us-east-1) for a distribution's ACL, 'REGIONAL' for any other.",
)
def acl_scope(user: Resource, stack: Stack) -> Iterator[Finding]:
    wanted, at = ("CLOUDFRONT", "webAclId") if user.type in NAMES_ITS_ACL else ("REGIONAL", "webAclArn")
    targets = stack.targets(user, at, ACL)
    if not targets.complete:
        yield user.undecided(at)
    for acl in targets.sure:
        scope = acl["scope"]
        if scope is UNKNOWN:
            yield user.undecided(at)
        elif scope != wanted:
            yield user.finding(f"has the web ACL {acl.name} of scope {scope}, which AWS refuses here", at=at)
