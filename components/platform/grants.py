"""Statements for AWS services in the policies of the stack's key and buckets. They follow from the settings alone."""

from collections.abc import Callable, Iterator
from typing import Final

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


def _load_balancer_logs(settings: Settings, facts: Facts, word: str, bucket: str) -> Iterator[Statement]:
    if settings.load_balancer and settings.load_balancer.logs == word:
        yield grant_to(
            "logdelivery.elasticloadbalancing",
            "bucket",
            ["s3:PutObject"],
            [f"{bucket}/AWSLogs/{facts.account}/*"],
            says={ARN: facts.load_balancer("*")},
            sid="LoadBalancerLogs",
        )


def _distribution_logs(settings: Settings, facts: Facts, word: str, bucket: str) -> Iterator[Statement]:
    before = settings.cdn and settings.load_balancer and settings.load_balancer.logs == word
    if before or any(site.logs == word for site in settings.sites.values()):
        yield log_deliveries(facts, bucket)


def _trail(settings: Settings, facts: Facts, word: str, bucket: str) -> Iterator[Statement]:
    if settings.audit.trail and settings.audit.trail.bucket == word:
        yield from trail_deliveries(settings.names, facts, bucket)


def _recorder(settings: Settings, facts: Facts, word: str, bucket: str) -> Iterator[Statement]:
    if settings.audit.recorder and settings.audit.recorder.bucket == word:
        yield from recorder_deliveries(facts, bucket)


def _access_logs(settings: Settings, facts: Facts, word: str, bucket: str) -> Iterator[Statement]:
    for source, table in settings.buckets.items():
        if table.log_to == word:
            yield access_log_deliveries(facts, bucket, settings.bucket_name(source), source)


#: Each gives the statements of one AWS service for a bucket, from the bucket's word and ARN.
DELIVERIES: Final[tuple[Callable[[Settings, Facts, str, str], Iterator[Statement]], ...]] = (
    _load_balancer_logs,
    _distribution_logs,
    _trail,
    _recorder,
    _access_logs,
)


def deliveries(settings: Settings, facts: Facts, word: str) -> list[Statement]:
    """Statements that let AWS services deliver logs into a bucket, for each table that names this bucket."""
    bucket = facts.bucket(settings.bucket_name(word))
    return [statement for row in DELIVERIES for statement in row(settings, facts, word, bucket)]
