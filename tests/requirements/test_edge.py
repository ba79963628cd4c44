"""CP-EDGE: CloudFront and Shield, which are options: what they add, and that without them nothing is there."""

import json
from collections.abc import Callable
from functools import cache

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, Mutation, add, change, detach, noticed
from tests.requirements.expected import ACCOUNT, environments, requirement
from tests.requirements.reading import access_log_bucket, arn, at, document, of, of_bucket, one, only
from tests.stack_files import changed

HOSTS = {"dev": "api.dev.yourname.com", "staging": "api.staging.yourname.com", "prod": "api.yourname.com"}
PASSPHRASE = "X-Origin-Passphrase"


@cache
def with_cloudfront(stack: str) -> Recording:
    return changed(stack, lambda config: config.update({"cloudplatform:cdn": {}}))


@cache
def with_shield(stack: str) -> Recording:
    return changed(stack, lambda config: config["cloudplatform:load-balancer"].update(shield=True))


def assert_cloudfront_answers(option: Recording, stack: str) -> None:
    """The environment's name leads to one distribution, whose one origin is the load balancer; with TLS all the way."""
    distribution, balancer = one(option, "cloudfront.Distribution"), one(option, "lb.LoadBalancer")
    assert distribution["aliases"] == [HOSTS[stack]]
    assert distribution["enabled"] is True
    origin = only(distribution["origins"])
    assert origin["domainName"] == balancer.outputs["dnsName"]
    assert origin["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert distribution["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    viewer = distribution["viewerCertificate"]
    assert viewer["acmCertificateArn"] == one(option, "acm.CertificateValidation")["certificateArn"]
    assert viewer["minimumProtocolVersion"] == "TLSv1.2_2021"
    alias = only(at(option, "route53.Record", name=HOSTS[stack], type="A")["aliases"])
    assert (alias["name"], alias["zoneId"], alias["evaluateTargetHealth"]) == (
        distribution.outputs["domainName"],
        distribution.outputs["hostedZoneId"],
        False,
    )


@requirement("CP-EDGE-01")
@environments
def test_cloudfront_is_an_option(platform: Recording, stack: str) -> None:
    assert of(platform, "cloudfront.Distribution") == []
    alias = only(at(platform, "route53.Record", name=HOSTS[stack], type="A")["aliases"])
    assert alias["name"] == one(platform, "lb.LoadBalancer").outputs["dnsName"]
    assert_cloudfront_answers(with_cloudfront(stack), stack)


def assert_the_acl_moves(option: Recording) -> None:
    """There is one, before the distribution; and the load balancer answers only what came through it."""
    acl, distribution = one(option, "wafv2.WebAcl"), one(option, "cloudfront.Distribution")
    assert (acl["scope"], distribution["webAclId"]) == ("CLOUDFRONT", arn(acl))
    assert of(option, "wafv2.WebAclAssociation") == []
    sent = only(only(distribution["origins"])["customHeaders"])
    https = at(option, "lb.Listener", port=443)
    assert only(https["defaultActions"])["fixedResponse"]["statusCode"] == "403"
    rule = one(option, "lb.ListenerRule")
    assert rule["listenerArn"] == arn(https)
    assert only(rule["actions"])["targetGroupArn"] == arn(one(option, "lb.TargetGroup"))
    asked = only(rule["conditions"])["httpHeader"]
    assert (sent["name"], [sent["value"]]) == (PASSPHRASE, asked["values"])
    assert (asked["httpHeaderName"], len(sent["value"]) > 20) == (PASSPHRASE, True)
    assert any(path.startswith("conditions") for path in rule.secrets)
    assert rule.urn in one(option, "ecs.Service").dependencies


@requirement("CP-EDGE-02")
@environments
def test_the_web_acl_stands_at_cloudfront(platform: Recording, stack: str) -> None:
    assert one(platform, "wafv2.WebAcl")["scope"] == "REGIONAL"
    assert arn(one(platform, "lb.LoadBalancer")) == one(platform, "wafv2.WebAclAssociation")["resourceArn"]
    assert_the_acl_moves(with_cloudfront(stack))


def assert_shielded(option: Recording) -> None:
    assert one(option, "shield.Protection")["resourceArn"] == arn(one(option, "lb.LoadBalancer"))
    assert of(option, "shield.Subscription") == []


@requirement("CP-EDGE-04")
@pytest.mark.parametrize("stack", ["prod"])
def test_shield_advanced_is_an_option(platform: Recording, stack: str) -> None:
    """The subscription is made by hand: it costs 3000 USD a month for a year."""
    assert of(platform, "shield.Protection") == []
    assert_shielded(with_shield(stack))


ALB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/other/0"


@pytest.mark.parametrize(
    ("holds", "breach"),
    [
        (lambda it: assert_cloudfront_answers(it, "dev"), change("cloudfront.Distribution", aliases=[])),
        (
            lambda it: assert_cloudfront_answers(it, "dev"),
            change("cloudfront.Distribution", origins=lambda old: [{**old[0], "domainName": "other.example.com"}]),
        ),
        (lambda it: assert_cloudfront_answers(it, "dev"), change("route53.Record", "records-", aliases=[{}])),
        (assert_the_acl_moves, change("wafv2.WebAcl", scope="REGIONAL")),
        (assert_the_acl_moves, change("cloudfront.Distribution", webAclId="")),
        (
            assert_the_acl_moves,
            change("lb.Listener", "https", defaultActions=[{"fixedResponse": {"statusCode": "200"}}]),
        ),
        (assert_the_acl_moves, detach("ecs.Service", "", "load-balancer-passphrase")),
    ],
)
def test_a_wrong_distribution_is_seen(holds: Callable[[Recording], None], breach: Mutation) -> None:
    """The options can fail their proofs too."""
    sound = with_cloudfront("dev")
    holds(sound)
    with pytest.raises((AssertionError, KeyError)):
        holds(breach(sound))


def test_a_wrong_shield_is_seen() -> None:
    with pytest.raises(AssertionError):
        assert_shielded(change("shield.Protection", resourceArn=ALB)(with_shield("prod")))


@environments
def test_browsers_are_told_to_be_careful(stack: str) -> None:
    """What the application says itself is left alone."""
    option = with_cloudfront(stack)
    policy = one(option, "cloudfront.ResponseHeadersPolicy")
    behaviour = one(option, "cloudfront.Distribution")["defaultCacheBehavior"]
    assert behaviour["responseHeadersPolicyId"] == policy.id
    headers = policy["securityHeadersConfig"]
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] == 365 * 86_400
    assert headers["frameOptions"]["frameOption"] == "DENY"
    assert not any(each["override"] for each in headers.values())


@environments
def test_cloudfronts_logs_are_kept_with_the_load_balancers(stack: str) -> None:
    option = with_cloudfront(stack)
    bucket = access_log_bucket(option)
    source, destination = one(option, "cloudwatch.LogDeliverySource"), one(option, "cloudwatch.LogDeliveryDestination")
    assert (source["logType"], source["resourceArn"]) == ("ACCESS_LOGS", arn(one(option, "cloudfront.Distribution")))
    assert destination["deliveryDestinationConfiguration"]["destinationResourceArn"] == arn(bucket)
    delivery = one(option, "cloudwatch.LogDelivery")
    assert delivery["deliverySourceName"] == source["name"]
    assert delivery["deliveryDestinationArn"] == arn(destination)
    policy = of_bucket(option, "s3.BucketPolicy", bucket)
    grant = only(
        each for each in document(policy["policy"]) if ("Service", "delivery.logs.amazonaws.com") in each.principals
    )
    assert list(grant.resources) == [f"{arn(bucket)}/AWSLogs/{ACCOUNT}/CloudFront/*"]
    assert grant.condition["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    assert json.dumps(grant.condition).count("delivery-source:*") == 1
    assert policy.urn in destination.dependencies


BREACHES = [
    Breach("CP-EDGE-01", test_cloudfront_is_an_option, add("cloudfront.Distribution", aliases=[])),
    Breach("CP-EDGE-01", test_cloudfront_is_an_option,
           change("route53.Record", "records-", aliases=[{"name": "d1.cloudfront.net"}]), "prod"),
    Breach("CP-EDGE-02", test_the_web_acl_stands_at_cloudfront, change("wafv2.WebAcl", scope="CLOUDFRONT")),
    Breach("CP-EDGE-04", test_shield_advanced_is_an_option, add("shield.Protection", name="dear"), "prod"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
