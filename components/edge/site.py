"""A static site: files of a private bucket, or a redirect, answered at CloudFront's edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.edge.distributions import access_logs, security_headers
from components.edge.redirect import redirect_code
from components.handles import NamedBucket
from components.iam import Statement
from components.service_principals import ARN, grant_to
from settings.tables.edge import SiteTable

#: AWS's own cache policies (CloudFront developer guide, managed cache policies).
OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # CachingOptimized: a day, unless the object says otherwise
DISABLED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
INDEX: Final = "index.html"
ORIGIN: Final = "files"
HSTS_DAYS: Final = 365
#: Files say nothing of this themselves. What scripts they load and whom they ask is theirs; who frames them is not.
CONTENT: Final = "base-uri 'self'; frame-ancestors 'none'; object-src 'none'"


@dataclass(frozen=True, kw_only=True)
class SiteArgs(Args):
    """The site's row of the stack file, and what stands behind and before it."""

    word: str  #: its key in the stack file
    table: SiteTable
    files: pulumi.Input[str] | None  #: domain name of the bucket, in its region; None: it only sends requests on
    certificate: pulumi.Input[str]  #: ARN, of us-east-1
    web_acl: pulumi.Input[str] | None  #: ARN of an ACL of CloudFront's scope
    logs: NamedBucket  #: takes the access logs


class Site(Component):
    """The answer to a site's names.

    Creates a distribution, the headers that browsers are told to obey, and the delivery of its access logs; before a
    bucket the access control by which S3 knows the distribution, and for a redirect the function that answers.

    A single page's fallback hides the web ACL's 403 too: who is blocked gets the page, and none of what was asked for.
    """

    domain_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]  #: of the zone that AWS keeps the domain name in
    arn: pulumi.Output[str]
    distribution_id: pulumi.Output[str]

    def __init__(self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("cdn", args.word)
        headers = security_headers(
            self,
            physical,
            hsts_days=HSTS_DAYS,
            content=CONTENT,
            referrer="strict-origin-when-cross-origin",
            override=True,
        )
        distribution = self._distribution(args, physical, headers.id)
        access_logs(self, physical, of=distribution.arn, logs=args.logs)
        self.domain_name = distribution.domain_name
        self.zone_id = distribution.hosted_zone_id
        self.arn = distribution.arn
        self.distribution_id = distribution.id
        self.register_outputs(
            {
                "domain_name": self.domain_name,
                "zone_id": self.zone_id,
                "arn": self.arn,
                "distribution_id": self.distribution_id,
            }
        )

    def _distribution(self, args: SiteArgs, physical: str, headers: pulumi.Output[str]) -> aws.cloudfront.Distribution:
        return aws.cloudfront.Distribution(
            self.child("distribution"),
            comment=physical,
            enabled=True,
            is_ipv6_enabled=True,
            http_version="http2and3",
            aliases=list(args.table.hosts),
            price_class="PriceClass_100",
            web_acl_id=args.web_acl,
            default_root_object=INDEX if args.files else None,
            origins=[self._files(args.files, physical) if args.files else _target(args.table)],
            default_cache_behavior={
                "target_origin_id": ORIGIN,
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "compress": True,
                "cache_policy_id": OPTIMIZED if args.files else DISABLED,
                "response_headers_policy_id": headers,
                "function_associations": self._functions(args, physical),
            },
            custom_error_responses=_fallback() if args.table.single_page else None,
            restrictions={"geo_restriction": _refused(args.table)},
            viewer_certificate={
                "acm_certificate_arn": args.certificate,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": args.table.tls,
            },
            tags=self.named(physical),
            opts=self.owned(),
        )

    def _files(self, bucket: pulumi.Input[str], physical: str) -> Any:
        """The bucket, asked with a signature that its policy knows."""
        control = aws.cloudfront.OriginAccessControl(
            self.child("access"),
            name=physical,
            description="Signs what the distribution asks the bucket",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self.owned(),
        )
        return {
            "origin_id": ORIGIN,
            "domain_name": bucket,
            "origin_access_control_id": control.id,
        }

    def _functions(self, args: SiteArgs, physical: str) -> Sequence[Any] | None:
        if args.table.redirect is None:
            return None
        function = aws.cloudfront.Function(
            self.child("redirect"),
            name=physical,
            comment=f"Sends requests on to {args.table.redirect}",
            runtime="cloudfront-js-2.0",
            code=redirect_code(args.table.redirect),
            publish=True,
            opts=self.owned(),
        )
        return [{"event_type": "viewer-request", "function_arn": function.arn}]


def _refused(table: SiteTable) -> Any:
    countries = list(table.blocked_countries)
    return {"restriction_type": "blacklist" if countries else "none", "locations": countries}


def _target(table: SiteTable) -> Any:
    """A distribution needs an origin, also where a function answers every request: the name that it sends them to."""
    return {
        "origin_id": ORIGIN,
        "domain_name": table.redirect,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
        },
    }


def _fallback() -> list[Any]:
    """S3 answers 403 for what is not there, as it lets nobody list the bucket; 404 where it does."""
    page = {"response_code": 200, "response_page_path": f"/{INDEX}"}
    return [{"error_code": code, **page} for code in (403, 404)]


def reads_files(bucket: str, distribution: pulumi.Output[str]) -> Statement:
    """What the policy of a site's bucket grants: its objects, to the one distribution.

    Who may not list the bucket learns nothing of what else it holds.
    """
    says = {ARN: distribution}
    return grant_to("cloudfront", "bucket", ["s3:GetObject"], [f"{bucket}/*"], says=says, sid="SiteReads")
