"""What every distribution of CloudFront has: the headers that browsers are told to obey, and its access logs."""

from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement
from components.service_principals import ACCOUNT, ACL, ARN, grant_to
from settings.tables.edge import US_EAST_1

DAY: Final = 86_400


def security_headers(
    owner: Component, physical: str, *, hsts_days: int, content: str, referrer: str, override: bool
) -> aws.cloudfront.ResponseHeadersPolicy:
    """Create a component's response headers policy. `content` is the Content-Security-Policy.

    Without `override` what the origin itself says of these is left alone.
    """
    security: Any = {
        "strict_transport_security": {
            "access_control_max_age_sec": hsts_days * DAY,
            "include_subdomains": True,
            "override": override,
        },
        "content_security_policy": {"content_security_policy": content, "override": override},
        "content_type_options": {"override": override},
        "frame_options": {"frame_option": "DENY", "override": override},
        "referrer_policy": {"referrer_policy": referrer, "override": override},
    }
    return aws.cloudfront.ResponseHeadersPolicy(
        owner.child("headers"),
        name=physical,
        comment="What browsers are told to obey",
        security_headers_config=security,
        opts=owner.owned(),
    )


def access_logs(owner: Component, physical: str, *, of: pulumi.Input[str], logs: NamedBucket) -> None:
    """Create what delivers the access logs of a component's distribution, of ARN `of`, to a bucket of any region.

    CloudWatch Logs knows CloudFront's logs in US_EAST_1 alone (CloudFront developer guide, standard logging v2).
    """
    source = aws.cloudwatch.LogDeliverySource(
        owner.child("log-source"),
        region=US_EAST_1,
        name=physical,
        log_type="ACCESS_LOGS",
        resource_arn=of,
        tags=owner.named(physical),
        opts=owner.owned(),
    )
    destination = aws.cloudwatch.LogDeliveryDestination(
        owner.child("log-bucket"),
        region=US_EAST_1,
        name=physical,
        output_format="json",
        delivery_destination_configuration={"destination_resource_arn": logs.resource.arn},
        tags=owner.named(physical),
        # AWS tries the bucket when the delivery is made.
        opts=owner.owned(depends_on=[logs.policy]),
    )
    aws.cloudwatch.LogDelivery(
        owner.child("log"),
        region=US_EAST_1,
        delivery_source_name=source.name,
        delivery_destination_arn=destination.arn,
        tags=owner.named(physical),
        opts=owner.owned(),
    )


def log_deliveries(facts: Facts, bucket: str) -> Statement:
    """What the policy of the logs' bucket grants: CloudFront's deliveries of this account, whichever its region."""
    return grant_to(
        "delivery.logs",
        "bucket",
        ["s3:PutObject"],
        [f"{bucket}/AWSLogs/{facts.account}/CloudFront/*"],
        says={ARN: facts.at(US_EAST_1).log_deliveries, ACCOUNT: facts.account, ACL: "bucket-owner-full-control"},
        sid="CloudFrontLogs",
    )
