"""Entry points refuse requests that two servers would read in two ways."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "request-hygiene"
BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer")


def _reads_http(balancer: Resource) -> bool:
    """Whether it reads requests at all: network and gateway load balancers pass on what they do not understand."""
    return balancer["loadBalancerType"] in (ABSENT, "application")


def _drop(balancer: Resource) -> Mapping[str, Any]:  # noqa: ARG001, RUF100
    return {"dropInvalidHeaderFields": True}


@rule(
    "invalid-headers-dropped",
    family=FAMILY,
    on="aws:lb/loadBalancer:LoadBalancer",
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.4",),
    why="A header that the load balancer lets pass and the application reads otherwise smuggles a request past it.",
    fix="Set drop_invalid_header_fields=True.",
    level=EnforcementLevel.ADVISORY,
    remediate=_drop,
)
def invalid_headers_dropped(balancer: Resource) -> Iterator[Finding]:
    kind = balancer["loadBalancerType"]
    if kind is UNKNOWN and balancer.switch("dropInvalidHeaderFields") is not True:
        yield balancer.undecided("loadBalancerType")
    if not _reads_http(balancer):
        return
    match balancer.switch("dropInvalidHeaderFields"):
        case True:
            pass
        case False:
            yield balancer.finding("passes malformed headers on to its targets", at="dropInvalidHeaderFields")
        case _:
            yield balancer.undecided("dropInvalidHeaderFields")


@rule(
    "desync-mitigated",
    family=FAMILY,
    on=BALANCERS,
    severity=Severity.MEDIUM,
    controls=("FSBP ELB.12", "FSBP ELB.14"),
    why="In mode `monitor` the load balancer passes on requests that it knows to be ambiguous.",
    fix="Drop desync_mitigation_mode='monitor' for 'defensive', the default, or 'strictest'.",
    level=EnforcementLevel.ADVISORY,
)
def desync_mitigated(balancer: Resource) -> Iterator[Finding]:
    mode = balancer["desyncMitigationMode"]
    if mode is UNKNOWN:
        yield balancer.undecided("desyncMitigationMode")
    elif mode == "monitor":
        yield balancer.finding("passes ambiguous requests on to its targets", at="desyncMitigationMode")
