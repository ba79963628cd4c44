"""Content delivery speaks TLS on both sides, to viewers and to origins."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from guard.aws import tls
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, dig, items
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-in-transit"

DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
TENANTS: Final = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"

BEHAVIOURS: Final = {
    DISTRIBUTION: ("defaultCacheBehavior", "orderedCacheBehaviors"),
    TENANTS: ("defaultCacheBehavior", "cacheBehaviors"),
}
CUSTOM_ORIGIN: Final = {DISTRIBUTION: "customOriginConfig", TENANTS: "customOriginConfigs"}


def _viewer_policies(cdn: Resource) -> Iterator[tuple[str, Any]]:
    for path in BEHAVIOURS[cdn.type]:
        for behaviour in items(cdn[path]):
            yield path, dig(behaviour, "viewerProtocolPolicy")


@rule(
    "cdn-viewer-plain",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.HIGH,
    controls=("FSBP CloudFront.3",),
    why="A behaviour with allow-all serves in clear whoever asks in clear.",
    fix="Set viewer_protocol_policy='redirect-to-https' in every behaviour.",
)
def cdn_viewer_plain(cdn: Resource) -> Iterator[Finding]:
    for path, policy in _viewer_policies(cdn):
        if policy is UNKNOWN:
            yield cdn.undecided(f"{path}.viewerProtocolPolicy")
        elif policy not in ("redirect-to-https", "https-only"):
            yield cdn.finding("serves plain HTTP", at=f"{path}.viewerProtocolPolicy")


@rule(
    "cdn-viewer-tls",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.MEDIUM,
    controls=("FSBP CloudFront.7", "CloudFront.15"),
    why="The default certificate, and an unset minimum, accept TLS 1.0.",
    fix="Use a certificate of your own with minimum_protocol_version='TLSv1.2_2021'.",
)
def cdn_viewer_tls(cdn: Resource) -> Iterator[Finding]:
    minimum = cdn["viewerCertificate.minimumProtocolVersion"]
    default = cdn.switch("viewerCertificate.cloudfrontDefaultCertificate")
    if default is True:
        yield cdn.finding(
            "uses the default certificate, which accepts TLS 1.0", at="viewerCertificate.cloudfrontDefaultCertificate"
        )
    elif minimum is UNKNOWN or default is UNKNOWN:
        yield cdn.undecided("viewerCertificate.minimumProtocolVersion")
    elif minimum is ABSENT or tls.weak_viewer_policy(str(minimum)):
        yield cdn.finding("accepts versions of TLS before 1.2", at="viewerCertificate.minimumProtocolVersion")


def _origin_breach(origin: Any, every_viewer_secure: bool | Missing) -> bool | Missing:
    """Return whether requests to an origin may travel in clear or in old TLS."""
    policy = dig(origin, "originProtocolPolicy")
    protocols = dig(origin, "originSslProtocols")
    listed = items(dig(protocols, "items") if isinstance(protocols, dict) else protocols)
    if policy == "http-only" or any(tls.weak_viewer_policy(str(p)) for p in listed if p is not UNKNOWN):
        return True
    if UNKNOWN in (policy, *listed):
        return UNKNOWN
    if policy == "match-viewer":
        return UNKNOWN if every_viewer_secure is UNKNOWN else not every_viewer_secure
    return False


@rule(
    "cdn-origin-plain",
    family=FAMILY,
    on=BEHAVIOURS,
    severity=Severity.HIGH,
    controls=("FSBP CloudFront.9", "FSBP CloudFront.10"),
    why="The way from the edge to the origin crosses the internet as well; a lock in the browser says nothing of it.",
    fix="Set origin_protocol_policy='https-only' and origin_ssl_protocols=['TLSv1.2']; for a bucket use its REST "
    "endpoint with an origin access control instead of its website.",
)
def cdn_origin_plain(cdn: Resource) -> Iterator[Finding]:
    policies = [policy for _, policy in _viewer_policies(cdn)]
    secure = UNKNOWN if UNKNOWN in policies else "allow-all" not in policies
    for origin in items(cdn["origins"]):
        custom = dig(origin, CUSTOM_ORIGIN[cdn.type])
        breach = UNKNOWN if custom is UNKNOWN else custom is not ABSENT and _origin_breach(_first(custom), secure)
        if breach is UNKNOWN:
            yield cdn.undecided("origins")
        elif breach:
            yield cdn.finding("may fetch from an origin in clear or in old TLS", at="origins")


def _first(block: Any) -> Any:
    return next(iter(items(block)), ABSENT)


@rule(
    "vpc-origin-plain",
    family=FAMILY,
    on="aws:cloudfront/vpcOrigin:VpcOrigin",
    severity=Severity.MEDIUM,
    controls=("FSBP CloudFront.9", "FSBP CloudFront.10"),
    why="A private origin can speak TLS like a public one.",
    fix="Set origin_protocol_policy='https-only' and origin_ssl_protocols with TLSv1.2 only.",
)
def vpc_origin_plain(origin: Resource) -> Iterator[Finding]:
    # `match-viewer` is what the viewers do, and each distribution is judged for those.
    match _origin_breach(origin["vpcOriginEndpointConfig"], True):
        case True:
            yield origin.finding("is spoken to in clear or in old TLS", at="vpcOriginEndpointConfig")
        case False:
            pass
        case _:
            yield origin.undecided("vpcOriginEndpointConfig")
