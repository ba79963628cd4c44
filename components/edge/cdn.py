"""CloudFront before the load balancer: TLS ends near the caller, and answers that may be kept are kept there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.compute.load_balancer import PASSPHRASE_HEADER
from components.edge.distributions import access_logs, security_headers
from components.handles import NamedBucket
from settings.tables.edge import CdnTable

#: AWS's own policies (CloudFront developer guide, managed policies). What is cached, and for how long, says the
#: application's Cache-Control; without it nothing is. The load balancer gets whatever the caller sent, the host too.
CACHE: Final = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"  # UseOriginCacheControlHeaders-QueryStrings
FORWARD: Final = "216adef6-5c7f-47e4-b989-5492eafa07d3"  # AllViewer
METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, kw_only=True)
class CdnArgs(Args):
    """The table, the names, and what stands behind, before and beside it."""

    table: CdnTable
    hosts: Sequence[str]
    certificate: pulumi.Input[str]  #: ARN, of us-east-1
    origin: pulumi.Input[str]  #: DNS name of the load balancer
    passphrase: pulumi.Input[str] | None  #: by which the load balancer knows this distribution
    web_acl: pulumi.Input[str] | None  #: ARN of an ACL of CloudFront's scope
    logs: NamedBucket  #: takes the access logs


class Cdn(Component):
    """The public names' answer at CloudFront's edges.

    Creates a distribution with the load balancer as its one origin, the headers that browsers are told to obey, and the
    delivery of its access logs.
    """

    domain_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]  #: of the zone that AWS keeps the domain name in
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: CdnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        headers = security_headers(
            self,
            args.names.of("cdn"),
            hsts_days=args.table.hsts_days,
            content=args.table.content_security,
            referrer="no-referrer",
            override=False,
        )
        distribution = aws.cloudfront.Distribution(
            self.child("distribution"),
            comment=args.names.of("cdn"),
            enabled=True,
            http_version="http2and3",
            aliases=list(args.hosts),
            price_class=f"PriceClass_{args.table.edges.capitalize()}",
            web_acl_id=args.web_acl,
            origins=[_origin(args)],
            default_cache_behavior={
                "target_origin_id": "load-balancer",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": list(METHODS),
                "cached_methods": ["GET", "HEAD"],
                "compress": True,
                "cache_policy_id": CACHE,
                "origin_request_policy_id": FORWARD,
                "response_headers_policy_id": headers.id,
            },
            restrictions={"geo_restriction": {"restriction_type": "none", "locations": []}},  # the web ACL's part
            viewer_certificate={
                "acm_certificate_arn": args.certificate,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": args.table.tls,
            },
            tags=self.named(args.names.of("cdn")),
            opts=self.owned(),
        )
        access_logs(self, args.names.of("cdn"), of=distribution.arn, logs=args.logs)
        self.domain_name = distribution.domain_name
        self.zone_id = distribution.hosted_zone_id
        self.arn = distribution.arn
        self.register_outputs({"domain_name": self.domain_name, "zone_id": self.zone_id, "arn": self.arn})


def _origin(args: CdnArgs) -> Any:
    """The load balancer, by TLS: its certificate is for the host that the caller asked for, which is handed on."""
    headers = [{"name": PASSPHRASE_HEADER, "value": args.passphrase}] if args.passphrase is not None else []
    return {
        "origin_id": "load-balancer",
        "domain_name": args.origin,
        "custom_headers": headers,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
        },
    }
