"""Static sites: what a distribution answers with, from where, and who may read that."""

import json

import pytest

from components.data.bucket import Bucket, BucketArgs
from components.edge.records import Records, RecordsArgs
from components.edge.redirect import redirect_code
from components.edge.site import Site, reads_files
from components.edge.web_acl import WebAcl, WebAclArgs
from settings.tables.buckets import BucketTable
from settings.tables.edge import WebAclTable
from tests.components.examples import COMMON, KEY, built, counted, only, site_args, waits_for
from tests.javascript import cloudfront

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
FUNCTION = "aws:cloudfront/function:Function"
HOME = "us-east-1"


def site(changes=None, known=True, **others):
    return built(lambda: Site("site", site_args(changes, **others)), known)


def test_a_site_answers_with_the_files_of_its_bucket():
    """For its names, over IPv6 too, compressed and cached by AWS's policy; asked for nothing, with the index."""
    recording = site({"hosts": ["a.acme.com", "b.acme.com"], "tls": "TLSv1.3_2025"})
    found, control = (
        only(recording, DISTRIBUTION),
        only(recording, "aws:cloudfront/originAccessControl:OriginAccessControl"),
    )
    assert (found["aliases"], found["enabled"], found["isIpv6Enabled"]) == (["a.acme.com", "b.acme.com"], True, True)
    assert (found["defaultRootObject"], found["webAclId"].rpartition("/")[2]) == ("index.html", "1")
    assert found["origins"] == [
        {
            "originId": "files",
            "domainName": "docs.s3.eu-west-1.amazonaws.com",
            "originAccessControlId": control.id,
        }
    ]
    behaviour = found["defaultCacheBehavior"]
    assert (behaviour["allowedMethods"], behaviour["compress"], behaviour["cachePolicyId"]) == (
        ["GET", "HEAD"],
        True,
        "658327ea-f89d-4fab-a63d-7e88639e58f6",  # CachingOptimized
    )
    assert found["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.3_2025"
    assert not {"customErrorResponses", "orderedCacheBehaviors"} & found.inputs.keys()
    assert "functionAssociations" not in behaviour
    assert FUNCTION not in counted(recording)


def test_a_single_page_answers_for_what_is_not_there():
    found = only(site({"single-page": True}), DISTRIBUTION)["customErrorResponses"]
    page = {"responseCode": 200, "responsePagePath": "/index.html"}
    assert found == [{"errorCode": 403, **page}, {"errorCode": 404, **page}]


def test_browsers_are_told_to_be_careful_with_a_site():
    """Whatever the files say; nobody frames it, and it comes by HTTPS for a year."""
    recording = site()
    policy = only(recording, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")
    assert only(recording, DISTRIBUTION)["defaultCacheBehavior"]["responseHeadersPolicyId"] == policy.id
    headers = policy["securityHeadersConfig"]
    assert {each["override"] for each in headers.values()} == {True}
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] == 365 * 86_400
    assert headers["contentSecurityPolicy"]["contentSecurityPolicy"] == (
        "base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
    )


def test_its_access_logs_are_delivered_from_virginia():
    """CloudWatch Logs takes CloudFront's there alone, to a bucket of any region whose policy is there."""
    recording = site()
    parts = [f"aws:cloudwatch/{each[0].lower()}{each[1:]}:{each}"
             for each in ("LogDeliverySource", "LogDeliveryDestination", "LogDelivery")]  # fmt: skip
    source, destination, delivery = (only(recording, each) for each in parts)
    assert {each["region"] for each in (source, destination, delivery)} == {HOME}
    assert source["resourceArn"] == only(recording, DISTRIBUTION).outputs["arn"]
    assert delivery["deliveryDestinationArn"] == destination.outputs["arn"]
    assert "bucket-alb-logs-policy" in waits_for(recording, destination)


def test_a_redirect_reads_nothing_and_keeps_nothing():
    """Its function is asked first; the origin that every distribution needs is where it sends requests, by TLS."""
    recording = site({"redirect": "www.acme.com"})
    found, function = only(recording, DISTRIBUTION), only(recording, FUNCTION)
    behaviour = found["defaultCacheBehavior"]
    assert behaviour["functionAssociations"] == [
        {"eventType": "viewer-request", "functionArn": function.outputs["arn"]}
    ]
    assert behaviour["cachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
    [origin] = found["origins"]
    assert (origin["domainName"], origin["customOriginConfig"]["originProtocolPolicy"]) == (
        "www.acme.com",
        "https-only",
    )
    assert function["code"] == redirect_code("www.acme.com")
    assert (function["runtime"], function["publish"]) == ("cloudfront-js-2.0", True)
    assert "defaultRootObject" not in found.inputs


TO = "https://www.acme.com"
SENT = {
    "https://acme.com/": f"{TO}/",
    "https://acme.com/a/b.html": f"{TO}/a/b.html",
    "https://acme.com/?": f"{TO}/?",
    "https://acme.com/a?b=c&b=d&e": f"{TO}/a?b=c&b=d&e",
    "https://acme.com/a%20b?q=%26%3D+x#": f"{TO}/a%20b?q=%26%3D+x#",
    "https://acme.com//evil.com/..": f"{TO}//evil.com/..",
    "https://WWW.acme.com.evil.com/": f"{TO}/",
    "https://d111111abcdef8.cloudfront.net/a": f"{TO}/a",
}


def test_the_redirect_keeps_path_and_query_and_ends():
    """In a real engine: whatever is asked is asked again of the one host, and what was asked of it goes on."""
    *answers, arrived = cloudfront(redirect_code("www.acme.com"), *SENT, f"{TO}/a?b")
    assert [each["headers"]["location"]["value"] for each in answers] == list(SENT.values())
    assert {(each["statusCode"], each["headers"]["cache-control"]["value"]) for each in answers} == {
        (301, "max-age=3600")
    }
    assert "statusCode" not in arrived
    assert (arrived["uri"], arrived["headers"]["host"]["value"]) == ("/a", "www.acme.com")


def test_its_code_is_small_and_names_one_host():
    """CloudFront takes 10 KB."""
    code = redirect_code("www.acme.com")
    assert len(code.encode()) < 10_240
    assert "example.com" not in code


@pytest.mark.parametrize("known", [False, True])
def test_a_sites_bucket_is_closed_once_its_reader_is_there(known):
    """Its policy is the same resource as any bucket's; at a first preview its text is unknown."""

    def program():
        table = BucketTable.model_validate({"encryption": "s3"})
        args = BucketArgs(table=table, word="docs", key=KEY, closed=False, force_destroy=False, protect=False, **COMMON)
        bucket = Bucket("bucket-docs", args)
        assert not bucket.closed
        made = Site("site", site_args(files=bucket.domain_name))
        bucket.close(reads_files("arn:aws:s3:::acme-test-docs", made.arn))
        assert bucket.closed

    recording = built(program, known)
    policy = only(recording, "aws:s3/bucketPolicy:BucketPolicy", "bucket-docs-policy")
    assert "bucket-docs-private" in waits_for(recording, policy)
    if known:
        refused, read = json.loads(policy["policy"])["Statement"]
        assert (refused["Effect"], refused["Sid"]) == ("Deny", "RefusePlainHttp")
        assert read == {
            "Sid": "SiteReads",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::acme-test-docs/*"],
            "Condition": {"StringEquals": {"aws:SourceArn": only(recording, DISTRIBUTION).outputs["arn"]}},
        }


def web_acl(known=True, **table):
    args = WebAclArgs(
        table=WebAclTable.model_validate({key.replace("_", "-"): value for key, value in table.items()}),
        load_balancer=None, key=KEY, word="sites", region=HOME, **COMMON,
    )  # fmt: skip
    return built(lambda: WebAcl("site-acl", args), known)


def test_the_acl_of_the_sites_is_in_virginia_with_its_log_and_its_addresses():
    """Of CloudFront's scope, with a name of its own, and associated with nothing."""
    recording = web_acl(blocked_addresses=["192.0.2.0/24"])
    assert counted(recording) == {
        "aws:wafv2/webAcl:WebAcl": 1,
        "aws:wafv2/ipSet:IpSet": 1,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
    }
    acl, addresses = only(recording, "aws:wafv2/webAcl:WebAcl"), only(recording, "aws:wafv2/ipSet:IpSet")
    assert (acl["scope"], addresses["scope"], acl["name"]) == ("CLOUDFRONT", "CLOUDFRONT", "acme-test-waf-sites")
    assert {each["region"] for each in recording.resources.values() if each.type.startswith("aws:")} == {HOME}
    assert addresses["addresses"] == ["192.0.2.0/24"]
    [rule] = [each for each in acl["rules"] if each["name"] == "AddressBlock"]
    assert (rule["priority"], rule["action"]) == (0, {"block": {}})
    assert rule["statement"] == {"ipSetReferenceStatement": {"arn": addresses.outputs["arn"]}}
    assert ":global/webacl/acme-test-waf-sites/" in acl.outputs["arn"]


def test_paths_that_carry_what_looks_like_an_attack_are_not_searched():
    """By no group that searches; who sends them, and how often, counts still."""
    acl = only(web_acl(except_under="/api/logs/", reputation=True, bots=True), "aws:wafv2/webAcl:WebAcl")
    statements = {each["name"]: each["statement"] for each in acl["rules"]}
    groups = {name: each.get("managedRuleGroupStatement", {}) for name, each in statements.items()}
    scoped = {name for name, group in groups.items() if "scopeDownStatement" in group}
    assert (scoped, statements.keys() - scoped) == (
        {"Common", "KnownBadInputs", "SqlInjection", "Bots"},
        {"RateLimit", "Reputation"},
    )
    match = groups["Bots"]["scopeDownStatement"]["notStatement"]["statement"]
    assert match["byteMatchStatement"] == {
        "fieldToMatch": {"uriPath": {}},
        "positionalConstraint": "STARTS_WITH",
        "searchString": "/api/logs/",
        "textTransformations": [{"priority": 0, "type": "URL_DECODE"}, {"priority": 1, "type": "NORMALIZE_PATH"}],
    }


def test_who_is_only_suspected_may_show_that_somebody_is_there():
    """A rule that only counts goes on counting."""
    table = {"bots": True, "captcha": True, "exceptions": {"bots": ["SignalKnownBotDataCenter"]}}
    acl = only(web_acl(**table), "aws:wafv2/webAcl:WebAcl")
    [bots] = [each for each in acl["rules"] if each["name"] == "Bots"]
    overrides = bots["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert {each["name"]: next(iter(each["actionToUse"])) for each in overrides} == {
        "SignalKnownBotDataCenter": "count",
        "SignalAutomatedBrowser": "captcha",
        "SignalNonBrowserUserAgent": "captcha",
    }


def test_a_record_of_each_type_leads_to_a_distribution():
    """Beside the first, under a name of its own."""
    args = RecordsArgs(
        hosts={"a": "a.acme.com"}, zone="Z1", target_name="d.cloudfront.net", target_zone="Z2",
        types=("A", "AAAA"), follows_health=False, **COMMON,
    )  # fmt: skip
    recording = built(lambda: Records("records", args))
    found = {each.name: (each["name"], each["type"]) for each in recording.of("aws:route53/record:Record")}
    assert found == {"records-a": ("a.acme.com", "A"), "records-a-aaaa": ("a.acme.com", "AAAA")}


def test_policies_of_known_readers_stay_known():
    """Only who reads a site is unknown beforehand; every other bucket's policy can be judged at a first preview."""
    args = BucketArgs(table=BucketTable(), word="docs", key=KEY, force_destroy=False, protect=False, **COMMON)
    recording = built(lambda: Bucket("it", args), known=False)
    assert isinstance(only(recording, "aws:s3/bucketPolicy:BucketPolicy")["policy"], str)
