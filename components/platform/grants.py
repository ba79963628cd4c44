"""Statements for AWS services in the policies of the stack's key and buckets. They follow from the settings alone."""

from collections.abc import Iterator

from components.data.bucket import access_log_deliveries
from components.edge.distributions import log_deliveries
from components.facts import Facts
from components.iam import Statement
from components.security.recorder import recorder_deliveries
from components.security.trail import trail_deliveries, trail_encrypts
from components.service_principals import ARN, grant_to
from settings.settings import Settings


def grants_of_the_key(settings: Settings, facts: Facts) -> list[Statement]:
    """Statements of the key's policy for AWS services. Only CloudTrail needs one."""
    trail = settings.audit.trail
    return [trail_encrypts(settings.names, facts)] if trail and trail.mode == "create" else []


def deliveries(settings: Settings, facts: Facts, word: str) -> Iterator[Statement]:
    """Statements that let AWS services deliver logs into a bucket, for each table that names this bucket."""
    bucket, audit, balancer = facts.bucket(settings.bucket_name(word)), settings.audit, settings.load_balancer
    of_balancer = balancer is not None and balancer.logs == word
    if of_balancer:
        yield grant_to(
            "logdelivery.elasticloadbalancing",
            "bucket",
            ["s3:PutObject"],
            [f"{bucket}/AWSLogs/{facts.account}/*"],
            says={ARN: facts.load_balancer("*")},
            sid="LoadBalancerLogs",
        )
    if (settings.cdn and of_balancer) or any(site.logs == word for site in settings.sites.values()):
        yield log_deliveries(facts, bucket)
    if audit.trail and audit.trail.bucket == word:
        yield from trail_deliveries(settings.names, facts, bucket)
    if audit.recorder and audit.recorder.bucket == word:
        yield from recorder_deliveries(facts, bucket)
    for source, table in settings.buckets.items():
        if table.log_to == word:
            yield access_log_deliveries(facts, bucket, settings.bucket_name(source), source)
