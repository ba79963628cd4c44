"""Load balancers speak TLS to their clients, and plain HTTP only to redirect."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from guard.aws import tls
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items
from guard.model.logic import Answer, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "encrypt-in-transit"

LISTENER: Final = "aws:lb/listener:Listener"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"


def _plain_http(listener: Resource, stack: Stack) -> bool | Missing:
    """Return whether a listener speaks HTTP: an unset protocol does on an application load balancer."""
    protocol = listener["protocol"]
    if protocol not in (ABSENT, "", UNKNOWN):
        return str(protocol).upper() == "HTTP"
    if protocol is UNKNOWN:
        return UNKNOWN
    targets = stack.targets(listener, "loadBalancerArn", BALANCER)
    for arn in targets.outside:
        return "/app/" in arn
    kinds = {UNKNOWN if kind is UNKNOWN else kind in (ABSENT, "", "application") for kind in _kinds(targets.sure)}
    return kinds.pop() if len(kinds) == 1 and targets.complete else UNKNOWN


def _kinds(balancers: tuple[Resource, ...]) -> list[Any]:
    return [balancer["loadBalancerType"] for balancer in balancers]


def _redirects(actions: Any) -> bool | Missing:
    """Return whether every action redirects to HTTPS; an unset protocol keeps the request's, which is HTTP."""
    answers: list[bool | Missing] = []
    for action in items(actions):
        kind, protocol = dig(action, "type"), dig(action, "redirect.protocol")
        if kind is UNKNOWN or (kind == "redirect" and protocol is UNKNOWN):
            answers.append(UNKNOWN)
        else:
            answers.append(kind == "redirect" and str(protocol).upper() == "HTTPS")
    return False if not answers or False in answers else UNKNOWN if UNKNOWN in answers else True


@rule(
    "listener-plain",
    family=FAMILY,
    on=LISTENER,
    severity=Severity.HIGH,
    controls=("FSBP ELB.1", "ELB.18"),
    why="Whatever a plain listener forwards or answers, cookies and passwords included, is readable on the way.",
    fix="Set protocol='HTTPS' with a certificate; keep the plain listener only to redirect, every action with "
    "redirect={'protocol': 'HTTPS', 'port': '443', 'status_code': 'HTTP_301'}.",
)
def listener_plain(listener: Resource, stack: Stack) -> Iterator[Finding]:
    plain = _plain_http(listener, stack)
    if plain is False:
        return
    redirects = _redirects(listener["defaultActions"])
    if redirects is True:
        return
    if plain is UNKNOWN:
        yield listener.undecided("protocol")
    elif redirects is UNKNOWN:
        yield listener.undecided("defaultActions")
    else:
        yield listener.finding("serves plain HTTP and does not redirect it to HTTPS", at="defaultActions")


@rule(
    "listener-rule-plain",
    family=FAMILY,
    on="aws:lb/listenerRule:ListenerRule",
    severity=Severity.HIGH,
    controls=("FSBP ELB.1",),
    why="A rule goes before the listener's redirect: what it matches is served in clear.",
    fix="Move the rule to the HTTPS listener, or let it redirect with protocol 'HTTPS'.",
)
def listener_rule_plain(extra: Resource, stack: Stack) -> Iterator[Finding]:
    redirects = _redirects(extra["actions"])
    if redirects is True:
        return
    targets = stack.targets(extra, "listenerArn", LISTENER)
    plain = [_plain_http(listener, stack) for listener in targets.sure]
    if True in plain and redirects is False:
        yield extra.finding("serves plain HTTP on a listener that should only redirect", at="actions")
    elif True in plain:
        yield extra.undecided("actions")
    elif UNKNOWN in plain or targets.outside or not targets.complete:
        yield extra.undecided("listenerArn")


@rule(
    "listener-tls-policy",
    family=FAMILY,
    on=LISTENER,
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.17",),
    why="A policy that accepts TLS 1.0 or 1.1 lets an attacker choose them; unset means 2016-08, which does.",
    fix="Set ssl_policy='ELBSecurityPolicy-TLS13-1-2-Res-2021-06'.",
)
def listener_tls_policy(listener: Resource) -> Iterator[Finding]:
    protocol, policy = listener["protocol"], listener["sslPolicy"]
    if protocol is not UNKNOWN and str(protocol).upper() not in ("HTTPS", "TLS"):
        return
    if policy is UNKNOWN:
        yield listener.undecided("sslPolicy")
    elif policy in (ABSENT, "") or tls.weak_balancer_policy(str(policy)):
        if protocol is UNKNOWN:
            yield listener.undecided("protocol")
        else:
            yield listener.finding("accepts versions of TLS before 1.2", at="sslPolicy")


@rule(
    "classic-listener-plain",
    family=FAMILY,
    on=CLASSIC,
    severity=Severity.HIGH,
    controls=("FSBP ELB.3",),
    why="A classic load balancer cannot redirect: what its plain listener takes stays in clear.",
    fix="Use aws.lb.LoadBalancer, or give the listener lb_protocol='https' and a certificate.",
)
def classic_listener_plain(balancer: Resource) -> Iterator[Finding]:
    for listener in items(balancer["listeners"]):
        protocol = dig(listener, "lbProtocol")
        if protocol is UNKNOWN:
            yield balancer.undecided("listeners")
        elif str(protocol).lower() == "http":
            yield balancer.finding("has a listener for plain HTTP", at="listeners")


# Where classic load balancers say what they negotiate: a policy's attributes, each a name and a value.
NEGOTIATIONS: Final = {
    "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy": "attributes",
    "aws:elb/loadBalancerPolicy:LoadBalancerPolicy": "policyAttributes",
}
# What gives a listener of a classic load balancer a policy, and where it names the balancer and the port.
_GIVEN: Final = (
    ("aws:elb/listenerPolicy:ListenerPolicy", "loadBalancerName", "loadBalancerPort"),
    ("aws:elb/sslNegotiationPolicy:SslNegotiationPolicy", "loadBalancer", "lbPort"),
)
_OLD: Final = ("protocol-sslv2", "protocol-sslv3", "protocol-tlsv1", "protocol-tlsv1.1")
_BY_NAME: Final = "reference-security-policy"


@rule(
    "classic-listener-tls",
    family=FAMILY,
    on=(*NEGOTIATIONS, CLASSIC),
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.8",),
    why="A policy that accepts SSL 3.0, TLS 1.0 or TLS 1.1 lets an attacker choose them; without one a listener takes "
    "AWS's of 2016, which does.",
    fix="Set the attribute Reference-Security-Policy to 'ELBSecurityPolicy-TLS-1-2-2017-01', or drop the protocols "
    "before TLS 1.2.",
)
def classic_listener_tls(policy: Resource, stack: Stack) -> Iterator[Finding]:
    yield from _by_default(policy, stack) if policy.type == CLASSIC else _negotiates(policy)


def _by_default(balancer: Resource, stack: Stack) -> Iterator[Finding]:
    """Find listeners that nobody gave a policy: what a policy says is asked of it."""
    for listener in items(balancer["listeners"]):
        protocol, port = dig(listener, "lbProtocol"), dig(listener, "lbPort")
        if protocol is not UNKNOWN and str(protocol).lower() not in ("https", "ssl"):
            continue
        given = some(attached(stack, balancer, token, path).some(_for_port(at, port)) for token, path, at in _GIVEN)
        if given is False and protocol is not UNKNOWN:
            yield balancer.finding("has a listener with AWS's policy of 2016, which accepts TLS 1.0", at="listeners")
        elif given is not True:
            yield balancer.undecided("listeners")


def _for_port(at: str, port: Any) -> Callable[[Resource], Answer]:
    return lambda policy: UNKNOWN if UNKNOWN in (policy[at], port) else str(policy[at]) == str(port)


def _negotiates(policy: Resource) -> Iterator[Finding]:
    at = NEGOTIATIONS[policy.type]
    for attribute in items(policy[at]):
        name, value = str(dig(attribute, "name")).lower(), dig(attribute, "value")
        speaks = name in _OLD or name == _BY_NAME
        if UNKNOWN in (attribute, dig(attribute, "name")) or (speaks and value is UNKNOWN):
            yield policy.undecided(at)
        elif tls.weak_balancer_policy(str(value)) if name == _BY_NAME else speaks and str(value).lower() == "true":
            yield policy.finding("accepts versions of TLS before 1.2", at=at, about=name)


# Lightsail user guide, "Configure HTTP to HTTPS redirection for a load balancer".
_SMALL: Final = "aws:lightsail/lb:Lb"
_REDIRECTION: Final = "aws:lightsail/lbHttpsRedirectionPolicy:LbHttpsRedirectionPolicy"


@rule(
    "small-balancer-plain",
    family=FAMILY,
    on=(_SMALL, _REDIRECTION),
    severity=Severity.HIGH,
    why="A load balancer of Lightsail answers on port 80 in clear until it is told to redirect.",
    fix="Attach a certificate, and add aws.lightsail.LbHttpsRedirectionPolicy with enabled=True.",
)
def small_balancer_plain(one: Resource, stack: Stack) -> Iterator[Finding]:
    if one.type == _SMALL:
        match attached(stack, one, _REDIRECTION, "lbName").some(lambda _: True):
            case False:
                yield one.finding("answers in clear: nothing redirects its visitors")
            case True:
                pass  # the policy says it
            case _:
                yield one.unclear("may redirect its visitors: `lbName` of a policy is not known yet")
        return
    enabled = one.switch("enabled")
    if enabled is UNKNOWN:
        yield one.undecided("enabled")
    elif not enabled:
        yield one.finding("lets visitors stay on plain HTTP", at="enabled")


# Network balancers pass on what they get, and functions are called over TLS: their groups say no HTTP.
register(
    FAMILY,
    Switch(
        "target-group-plain",
        {
            "aws:lb/targetGroup:TargetGroup": "protocol",
            "aws:verifiedaccess/endpoint:Endpoint": (
                "loadBalancerOptions.protocol",
                "networkInterfaceOptions.protocol",
            ),
            "aws:vpclattice/targetGroup:TargetGroup": "config.protocol",
        },
        bad=("http",),
        text="sends requests to its targets in clear",
        fix="Set protocol='HTTPS' and let the container serve TLS.",
        why="Between the load balancer and its targets the request travels as the target group says. Inside one VPC, "
        "from group to group, that is a choice; it should be a known one.",
        controls=("ELB.21",),
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
)
