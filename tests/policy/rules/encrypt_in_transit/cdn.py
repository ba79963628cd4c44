"""Rows of the family encrypt-in-transit: distributions."""

from __future__ import annotations

from tests.policy.declare import (
    OTHER,
    Row,
    cdn,
    origin,
    r,
    unknown,
)
from tests.policy.engine import Declared

ROWS = [
    Row("cdn-viewer-plain", "ok", "", (cdn(),)),
    Row(
        "cdn-viewer-plain",
        "breach",
        "an ordered behaviour",
        (cdn(orderedCacheBehaviors=[{"viewerProtocolPolicy": "https-only"}, {"viewerProtocolPolicy": "allow-all"}]),),
    ),
    Row(
        "cdn-viewer-plain",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                {**cdn().props, "defaultCacheBehavior": {}},
                unknown("defaultCacheBehavior.viewerProtocolPolicy"),
            ),
        ),
    ),
    Row(
        "cdn-viewer-tls",
        "ok",
        "2025",
        (cdn(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.3_2025"}),),
    ),
    Row(
        "cdn-viewer-tls",
        "breach",
        "1.1",
        (cdn(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.1_2016"}),),
    ),
    Row("cdn-viewer-tls", "breach", "unset", (cdn(viewerCertificate={"acmCertificateArn": "a"}),)),
    Row(
        "cdn-viewer-tls",
        "breach",
        "default certificate",
        (cdn(viewerCertificate={"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1.2_2021"}),),
    ),
    Row(
        "cdn-viewer-tls",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                cdn().props,
                unknown("viewerCertificate.minimumProtocolVersion"),
            ),
        ),
    ),
    Row("cdn-origin-plain", "ok", "a bucket", (cdn(origins=[{"originId": "o", "domainName": "b.s3.amazonaws.com"}]),)),
    Row("cdn-origin-plain", "breach", "http-only", (cdn(origins=origin(originProtocolPolicy="http-only")),)),
    Row(
        "cdn-origin-plain",
        "ok",
        "as secure viewers do",
        (cdn(origins=origin(originProtocolPolicy="match-viewer", originSslProtocols=["TLSv1.2"])),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "as any viewer does",
        (
            cdn(
                defaultCacheBehavior={"viewerProtocolPolicy": "allow-all"},
                origins=origin(originProtocolPolicy="match-viewer"),
            ),
        ),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "one old protocol",
        (cdn(origins=origin(originProtocolPolicy="https-only", originSslProtocols=["TLSv1.2", "TLSv1"])),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "the second origin",
        (cdn(origins=[*cdn().props["origins"], *origin(originProtocolPolicy="http-only")]),),
    ),
    Row(
        "cdn-origin-plain",
        "breach",
        "many tenants",
        (
            r(
                "cloudfront/multitenantDistribution:MultitenantDistribution",
                origins=[{"customOriginConfigs": [{"originProtocolPolicy": "http-only"}]}],
            ),
        ),
    ),
    Row(
        "cdn-origin-plain",
        "undecided",
        "",
        (
            OTHER,
            Declared(
                "it",
                "aws:cloudfront/distribution:Distribution",
                {**cdn().props, "origins": []},
                unknown("origins[0].customOriginConfig.originProtocolPolicy"),
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "ok",
        "",
        (
            r(
                "cloudfront/vpcOrigin:VpcOrigin",
                vpcOriginEndpointConfig={
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1},
                },
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "breach",
        "",
        (r("cloudfront/vpcOrigin:VpcOrigin", vpcOriginEndpointConfig={"originProtocolPolicy": "http-only"}),),
    ),
    Row(
        "vpc-origin-plain",
        "breach",
        "old TLS",
        (
            r(
                "cloudfront/vpcOrigin:VpcOrigin",
                vpcOriginEndpointConfig={
                    "originProtocolPolicy": "https-only",
                    "originSslProtocols": {"items": ["TLSv1.2", "TLSv1.1"]},
                },
            ),
        ),
    ),
    Row(
        "vpc-origin-plain",
        "undecided",
        "",
        (OTHER, r("cloudfront/vpcOrigin:VpcOrigin", refs=unknown("vpcOriginEndpointConfig.originProtocolPolicy"))),
    ),
]
