"""Static sites of any of the systems, and the web ACL before them."""

from collections.abc import Mapping, Sequence
from typing import Any

from preview.recording import RecordedResource, Recording
from tests.javascript import cloudfront
from tests.requirements.reading import arn, at, document, of, of_bucket, only

HOME = "us-east-1"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # Managed-CachingOptimized
MODERN = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")


def distribution(stack: Recording, host: str) -> RecordedResource:
    """The one distribution that answers for a name."""
    return only(each for each in of(stack, "cloudfront.Distribution") if host in each["aliases"])


def alias_to_distribution(stack: Recording, host: str) -> None:
    """A name is an alias of its distribution, by both versions of IP."""
    target = distribution(stack, host).outputs
    for type_ in ("A", "AAAA"):
        alias = only(at(stack, "route53.Record", name=host, type=type_)["aliases"])
        assert (alias["name"], alias["zoneId"]) == (target["domainName"], target["hostedZoneId"])


def _certificate(stack: Recording) -> RecordedResource:
    """The certificate that is in us-east-1 because CloudFront looks for it there."""
    return only(each for each in of(stack, "acm.Certificate") if each.inputs.get("region") == HOME)


def certificate_covers(stack: Recording, hosts: Sequence[str]) -> None:
    """One certificate of us-east-1 covers the names, proven by DNS, and every distribution shows it once it is valid."""
    certificate = _certificate(stack)
    assert {*hosts} <= {certificate["domainName"], *certificate["subjectAlternativeNames"]}
    valid = at(stack, "acm.CertificateValidation", certificateArn=arn(certificate))
    assert valid["region"] == HOME
    records = {each["name"] for each in of(stack, "route53.Record") if each["type"] == "CNAME"}
    assert {each["resourceRecordName"] for each in certificate.outputs["domainValidationOptions"]} <= records
    shown(stack, valid.outputs["certificateArn"])


def shown(stack: Recording, certificate: str) -> None:
    """Every distribution shows a certificate by SNI, to callers with TLS 1.2 or newer."""
    for each in of(stack, "cloudfront.Distribution"):
        viewer = each["viewerCertificate"]
        assert (viewer["acmCertificateArn"], viewer["sslSupportMethod"]) == (certificate, "sni-only")
        assert viewer["minimumProtocolVersion"] in MODERN
        assert "cloudfrontDefaultCertificate" not in viewer


def certificate_is_shown(stack: Recording) -> None:
    """The certificate of us-east-1, by every distribution."""
    shown(stack, arn(_certificate(stack)))


def reads(stack: Recording, host: str, bucket: str) -> None:
    """A site's distribution answers for its name alone, and its one origin is a bucket."""
    found = distribution(stack, host)
    origin, files = only(found["origins"]), at(stack, "s3.Bucket", bucket=bucket)
    assert (found["aliases"], found["enabled"]) == ([host], True)
    assert origin["domainName"] == files.outputs["bucketRegionalDomainName"]
    assert found["defaultCacheBehavior"]["targetOriginId"] == origin["originId"]


def by_access_control(stack: Recording, host: str) -> None:
    """A site's bucket is read by a signature, and is no website."""
    control = only(distribution(stack, host)["origins"])["originAccessControlId"]
    found = only(each for each in of(stack, "cloudfront.OriginAccessControl") if each.id == control)
    assert (found["originAccessControlOriginType"], found["signingBehavior"], found["signingProtocol"]) == (
        "s3",
        "always",
        "sigv4",
    )
    assert of(stack, "s3.BucketWebsiteConfiguration") == []


def falls_back(stack: Recording, host: str) -> None:
    """What is not there is answered with the page, as if it were."""
    found = {
        each["errorCode"]: (each["responsePagePath"], each["responseCode"])
        for each in distribution(stack, host)["customErrorResponses"]
    }
    assert found == dict.fromkeys((403, 404), ("/index.html", 200))


def cached(stack: Recording, host: str) -> None:
    """Compressed, and by AWS's policy for files."""
    behaviour = distribution(stack, host)["defaultCacheBehavior"]
    assert (behaviour["cachePolicyId"], behaviour["compress"]) == (OPTIMIZED, True)


def like_the_other(stack: Recording, host: str) -> None:
    """All that holds of the dashboard holds of a second site."""
    for holds in (by_access_control, falls_back, cached):
        holds(stack, host)
    certificate_is_shown(stack)


def apart(stack: Recording, host: str, other: str) -> None:
    """Two names have distributions and buckets of their own."""
    first, second = distribution(stack, host), distribution(stack, other)
    assert first.urn != second.urn
    origins = [only(each["origins"])["domainName"] for each in (first, second)]
    assert origins[0] != origins[1]
    assert {*origins} <= {each.outputs["bucketRegionalDomainName"] for each in of(stack, "s3.Bucket")}


def redirects(stack: Recording, host: str, to: str) -> None:
    """A function answers whatever is asked of a name with the same of another; what has arrived goes on."""
    association = only(distribution(stack, host)["defaultCacheBehavior"]["functionAssociations"])
    function = only(each for each in of(stack, "cloudfront.Function") if arn(each) == association["functionArn"])
    assert (association["eventType"], function["runtime"], function["publish"]) == (
        "viewer-request",
        "cloudfront-js-2.0",
        True,
    )
    answer, arrived = cloudfront(function["code"], f"https://{host}/a/b?c=d&c=%2F", f"https://{to}/a")
    assert answer["statusCode"] in (301, 308)
    assert answer["headers"]["location"]["value"] == f"https://{to}/a/b?c=d&c=%2F"
    assert arrived["uri"] == "/a"


def by_https(stack: Recording) -> None:
    """Callers of every distribution end up on HTTPS."""
    found = of(stack, "cloudfront.Distribution")
    behaviours = [each["defaultCacheBehavior"] for each in found]
    behaviours += [one for each in found for one in each.inputs.get("orderedCacheBehaviors", [])]
    assert behaviours
    assert {each["viewerProtocolPolicy"] for each in behaviours} <= {"redirect-to-https", "https-only"}


def private_to(stack: Recording, bucket: str, host: str) -> None:
    """A bucket is closed to the public, and its policy lets the one distribution read its objects, and nobody else."""
    files = at(stack, "s3.Bucket", bucket=bucket)
    block = of_bucket(stack, "s3.BucketPublicAccessBlock", files)
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [block[flag] for flag in flags] == [True] * 4
    allowed = only(each for each in document(of_bucket(stack, "s3.BucketPolicy", files)["policy"]) if each.allows)
    assert (allowed.principals, allowed.actions) == ([("Service", "cloudfront.amazonaws.com")], ["s3:GetObject"])
    assert list(allowed.resources) == [f"{arn(files)}/*"]
    assert allowed.condition == {"StringEquals": {"aws:SourceArn": arn(distribution(stack, host))}}


def from_files(stack: Recording, hosts: Sequence[str]) -> None:
    """Names are answered from buckets at the edge, and by no service."""
    for host in hosts:
        origin = only(distribution(stack, host)["origins"])
        assert origin["domainName"] in [each.outputs["bucketRegionalDomainName"] for each in of(stack, "s3.Bucket")]
    served = [
        host
        for rule in of(stack, "lb.ListenerRule")
        for condition in rule["conditions"]
        for host in condition.get("hostHeader", {}).get("values", [])
    ]
    assert not {*served} & {*hosts}


# The web ACLs.


def acl(stack: Recording, scope: str) -> RecordedResource:
    """The web ACL of a scope."""
    return at(stack, "wafv2.WebAcl", scope=scope)


def before_every_site(stack: Recording) -> None:
    """The ACL of CloudFront's scope is in us-east-1, and every distribution names it; its log and key are there too."""
    found = acl(stack, "CLOUDFRONT")
    assert found["region"] == HOME
    distributions = of(stack, "cloudfront.Distribution")
    assert distributions
    assert {each["webAclId"] for each in distributions} == {arn(found)}
    logging = at(stack, "wafv2.WebAclLoggingConfiguration", resourceArn=arn(found))
    group = only(each for each in of(stack, "cloudwatch.LogGroup") if [arn(each)] == logging["logDestinationConfigs"])
    key = only(each for each in of(stack, "kms.Key") if arn(each) == group["kmsKeyId"])
    assert {logging["region"], group["region"], key["region"]} == {HOME}


def guarded(stack: Recording, host: str) -> None:
    """A site stands behind the ACL of CloudFront's scope."""
    assert distribution(stack, host)["webAclId"] == arn(acl(stack, "CLOUDFRONT"))


def group(stack: Recording, scope: str, name: str) -> Mapping[str, Any]:
    """A managed group of an ACL, whose verdict holds."""
    rule = only(
        each
        for each in acl(stack, scope)["rules"]
        if each["statement"].get("managedRuleGroupStatement", {}).get("name") == name
    )
    assert rule["overrideAction"] == {"none": {}}
    found = rule["statement"]["managedRuleGroupStatement"]
    assert found["vendorName"] == "AWS"
    return found


def leaves_out(statement: Mapping[str, Any], under: str) -> None:
    """A group looks at all requests but those whose path begins so."""
    match = statement["scopeDownStatement"]["notStatement"]["statement"]["byteMatchStatement"]
    assert (match["fieldToMatch"], match["positionalConstraint"], match["searchString"]) == (
        {"uriPath": {}},
        "STARTS_WITH",
        under,
    )


def searched(stack: Recording, name: str, under: str, scopes: Sequence[str] = ("REGIONAL", "CLOUDFRONT")) -> None:
    """Both ACLs have a group; the load balancer's leaves the paths out, CloudFront's none."""
    for scope in scopes:
        found = group(stack, scope, name)
        if scope == "REGIONAL":
            leaves_out(found, under)
        else:
            assert "scopeDownStatement" not in found


def unrestricted(stack: Recording, name: str) -> None:
    """Both ACLs have a group, for every request."""
    for scope in ("REGIONAL", "CLOUDFRONT"):
        assert "scopeDownStatement" not in group(stack, scope, name)


def stops_bots(stack: Recording, under: str) -> None:
    """Both ACLs have Bot Control, at its common level."""
    name = "AWSManagedRulesBotControlRuleSet"
    for scope in ("REGIONAL", "CLOUDFRONT"):
        found = only(group(stack, scope, name)["managedRuleGroupConfigs"])
        assert found["awsManagedRulesBotControlRuleSet"]["inspectionLevel"] == "COMMON"
    searched(stack, name, under)


def asks_whom_it_suspects(stack: Recording) -> None:
    """At CloudFront rules of Bot Control ask for a CAPTCHA, and nothing else does anywhere."""
    overrides = group(stack, "CLOUDFRONT", "AWSManagedRulesBotControlRuleSet")["ruleActionOverrides"]
    assert [each["actionToUse"] for each in overrides if each["name"].startswith("Signal")] == [{"captcha": {}}] * 3
    assert "captcha" not in str(acl(stack, "REGIONAL")["rules"])


def ends_are_seen(stack: Recording, days: int) -> None:
    """Each certificate has an alarm of its days in its own region, on a topic there that sends e-mail."""
    certificates = of(stack, "acm.Certificate")
    assert {HOME} < {_region(stack, each) for each in certificates}
    for certificate in certificates:
        alarm = only(
            each
            for each in of(stack, "cloudwatch.MetricAlarm")
            if each.inputs.get("dimensions") == {"CertificateArn": arn(certificate)}
        )
        assert (alarm["namespace"], alarm["metricName"], alarm["statistic"], alarm["period"]) == (
            "AWS/CertificateManager",
            "DaysToExpiry",
            "Minimum",
            86_400,
        )
        assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", days)
        assert _region(stack, alarm) == _region(stack, certificate)
        topic = only(each for each in of(stack, "sns.Topic") if arn(each) in alarm["alarmActions"])
        assert _region(stack, topic) == _region(stack, alarm)
        told = [each["protocol"] for each in of(stack, "sns.TopicSubscription") if each["topic"] == arn(topic)]
        assert "email" in told


def _region(stack: Recording, resource: RecordedResource) -> str:
    return resource.inputs.get("region", stack.config["aws:region"])
