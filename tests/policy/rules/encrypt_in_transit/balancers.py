"""Rows of the family encrypt-in-transit: balancers."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import (
    BALANCER,
    NETWORK_BALANCER,
    OTHER,
    TO_HTTPS,
    Row,
    https,
    listener,
    r,
    three,
    unknown,
)
from tests.policy.engine import Declared

_SMALL = r("lightsail/lb:Lb", name="front", instancePort=80)


def _redirected(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    refs = {"lbName": "it.name"} if refs is None else refs
    return r("lightsail/lbHttpsRedirectionPolicy:LbHttpsRedirectionPolicy", "redirection", refs=refs, **props)


ROWS = [
    Row("listener-plain", "ok", "redirects", (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[TO_HTTPS]))),
    Row(
        "listener-plain",
        "ok",
        "a network balancer, unset",
        (NETWORK_BALANCER, listener(port=5432, defaultActions=[{"type": "forward"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "answers by itself",
        (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[{"type": "fixed-response"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "one of two actions",
        (BALANCER, listener(port=80, protocol="HTTP", defaultActions=[TO_HTTPS, {"type": "forward"}])),
    ),
    Row(
        "listener-plain",
        "breach",
        "an existing balancer",
        (
            listener(
                refs={},
                loadBalancerArn="arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1",
                port=80,
                defaultActions=[{"type": "forward"}],
            ),
        ),
    ),
    Row(
        "listener-plain",
        "undecided",
        "an unknown protocol",
        (
            OTHER,
            BALANCER,
            listener(
                refs={"loadBalancerArn": "front.arn", **unknown("protocol")}, defaultActions=[{"type": "forward"}]
            ),
        ),
    ),
    Row(
        "listener-plain",
        "undecided",
        "unknown actions",
        (
            OTHER,
            BALANCER,
            listener(refs={"loadBalancerArn": "front.arn", **unknown("defaultActions")}, protocol="HTTP"),
        ),
    ),
    Row(
        "listener-rule-plain",
        "breach",
        "a rule forwards in clear",
        (
            BALANCER,
            listener("tap", port=80, protocol="HTTP", defaultActions=[TO_HTTPS]),
            r("lb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "ok",
        "on the TLS listener",
        (
            BALANCER,
            listener("tap", port=443, protocol="HTTPS", defaultActions=[TO_HTTPS]),
            r("lb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "breach",
        "an alias of the token",
        (
            BALANCER,
            r(
                "applicationloadbalancing/listener:Listener",
                "tap",
                protocol="HTTP",
                defaultActions=[TO_HTTPS],
                refs={"loadBalancerArn": "front.arn"},
            ),
            r("alb/listenerRule:ListenerRule", actions=[{"type": "forward"}], refs={"listenerArn": "tap.arn"}),
        ),
    ),
    Row(
        "listener-rule-plain",
        "undecided",
        "a listener elsewhere",
        (
            r(
                "lb/listenerRule:ListenerRule",
                actions=[{"type": "forward"}],
                listenerArn="arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/x/1/2",
            ),
        ),
    ),
    *(
        Row("listener-tls-policy", "ok", name, (BALANCER, https(name)))
        for name in (
            "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "ELBSecurityPolicy-TLS13-1-3-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
            "ELBSecurityPolicy-FS-1-2-Res-2020-10",
            "ELBSecurityPolicy-TLS-1-2-2017-01",
        )
    ),
    *(
        Row("listener-tls-policy", "breach", name or "unset", (BALANCER, https(name)))
        for name in (
            None,
            "ELBSecurityPolicy-2016-08",
            "ELBSecurityPolicy-TLS13-1-0-2021-06",
            "ELBSecurityPolicy-TLS13-1-1-2021-06",
            "ELBSecurityPolicy-FS-2018-06",
            "ELBSecurityPolicy-FS-1-1-2019-08",
            "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
            "my-policy",
        )
    ),
    Row("listener-tls-policy", "ok", "plain TCP has none", (NETWORK_BALANCER, listener(port=5432, protocol="TCP"))),
    Row(
        "listener-tls-policy",
        "undecided",
        "",
        (OTHER, BALANCER, listener(protocol="TLS", refs={"loadBalancerArn": "front.arn", **unknown("sslPolicy")})),
    ),
    Row(
        "classic-listener-plain",
        "ok",
        "",
        (r("elb/loadBalancer:LoadBalancer", listeners=[{"lbProtocol": "https", "lbPort": 443}]),),
    ),
    Row(
        "classic-listener-plain",
        "breach",
        "the second",
        (r("elb/loadBalancer:LoadBalancer", listeners=[{"lbProtocol": "https"}, {"lbProtocol": "HTTP"}]),),
    ),
    Row(
        "classic-listener-plain",
        "undecided",
        "",
        (OTHER, r("elb/loadBalancer:LoadBalancer", refs=unknown("listeners[0].lbProtocol"))),
    ),
    Row("target-group-plain", "ok", "", (r("lb/targetGroup:TargetGroup", protocol="HTTPS"),)),
    *three(
        "target-group-plain",
        "verifiedaccess/endpoint:Endpoint",
        {"loadBalancerOptions": {"protocol": "https", "port": 443}},
        {"loadBalancerOptions": {"protocol": "http", "port": 80}},
        "loadBalancerOptions.protocol",
    ),
    Row("small-balancer-plain", "breach", "alone", (_SMALL,)),
    Row("small-balancer-plain", "ok", "redirected", (_SMALL, _redirected(enabled=True))),
    Row(
        "small-balancer-plain",
        "ok",
        "redirected, by its name",
        (_SMALL, _redirected(refs={}, lbName="front", enabled=True)),
    ),
    Row("small-balancer-plain", "breach", "another is", (_SMALL, _redirected(refs={}, lbName="back", enabled=True))),
    Row("small-balancer-plain", "breach", "not redirected", (_SMALL, _redirected(enabled=False))),
    Row("small-balancer-plain", "undecided", "perhaps", (OTHER, _redirected(refs=unknown("enabled")))),
    Row(
        "small-balancer-plain",
        "undecided",
        "of what",
        (OTHER, _SMALL, _redirected(refs=unknown("lbName"), enabled=True)),
    ),
]
