"""CP-DNS: one zone, a name for each environment, and a certificate for it."""

from functools import cache

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, Mutation, add, change, detach, drop, noticed, statement
from tests.requirements.expected import ACCOUNT, ENVIRONMENTS, environments, requirement, shared
from tests.requirements.reading import arn, at, document, of, one, only
from tests.stack_files import changed
from tests.stacks import ROOT, recorded

NAMES = {"dev": "api.dev.yourname.com", "staging": "api.staging.yourname.com", "prod": "api.yourname.com"}
ALIASES = {"dev": "CP-DNS-02", "staging": "CP-DNS-03", "prod": "CP-DNS-04"}


@requirement("CP-DNS-01")
@shared
def test_the_shared_stack_owns_the_one_zone(platform: Recording, stack: str) -> None:
    assert one(platform, "route53.Zone")["name"] == "yourname.com"
    for environment in ENVIRONMENTS:
        assert of(recorded(environment, True), "route53.Zone") == []


@pytest.mark.parametrize("stack", [pytest.param(stack, marks=requirement(id_)) for stack, id_ in ALIASES.items()])
def test_the_name_leads_to_the_load_balancer(platform: Recording, stack: str) -> None:
    record = at(platform, "route53.Record", type="A")
    assert record["name"] == NAMES[stack]
    balancer, alias = one(platform, "lb.LoadBalancer"), only(record["aliases"])
    assert (alias["name"], alias["zoneId"]) == (balancer.outputs["dnsName"], balancer.outputs["zoneId"])


@requirement("CP-DNS-05")
@environments
def test_a_certificate_for_the_name(platform: Recording, stack: str) -> None:
    """One per environment, as the ledger allows and ADR-008 decides; so in three stacks instead of `shared`."""
    certificate = one(platform, "acm.Certificate")
    assert NAMES[stack] in [certificate["domainName"], *certificate.inputs.get("subjectAlternativeNames", [])]
    assert at(platform, "lb.Listener", protocol="HTTPS")["certificateArn"] == arn(certificate)
    assert platform.outputs["certificate_arn"] == arn(certificate)


def _proofs(platform: Recording) -> list[RecordedResource]:
    return [each for each in of(platform, "route53.Record") if each["type"] == "CNAME"]


@requirement("CP-DNS-06")
@environments
def test_dns_validates_the_certificate(platform: Recording, stack: str) -> None:
    """Proves the records and the wait for AWS to see them; not that the zone is delegated."""
    certificate = one(platform, "acm.Certificate")
    assert certificate["validationMethod"] == "DNS"
    wanted = {
        (option["resourceRecordName"], option["resourceRecordValue"])
        for option in certificate.outputs["domainValidationOptions"]
    }
    assert {(each["name"], only(each["records"])) for each in _proofs(platform)} == wanted
    validation = one(platform, "acm.CertificateValidation")
    assert validation["certificateArn"] == arn(certificate)
    assert sorted(validation["validationRecordFqdns"]) == sorted(each.outputs["fqdn"] for each in _proofs(platform))


@environments
def test_the_listener_waits_for_the_valid_certificate(first_preview: Recording, stack: str) -> None:
    """Of CP-DNS-05 and -06, before any id is known: validation record, wait and listener follow the certificate."""
    certificate, validation = one(first_preview, "acm.Certificate"), one(first_preview, "acm.CertificateValidation")
    records = [
        each
        for each in of(first_preview, "route53.Record")
        if certificate.urn in each.property_dependencies.get("name", ())
    ]
    assert records
    assert validation.property_dependencies["validationRecordFqdns"] == tuple(sorted(each.urn for each in records))
    assert validation.urn in at(first_preview, "lb.Listener", port=443).property_dependencies["certificateArn"]


@cache
def signed() -> Recording:
    return changed("shared", lambda config: config["cloudplatform:dns"].update(dnssec=True))


def assert_signed(option: Recording) -> None:
    """The stack's zone, with a key that Route 53 takes: by its kind, its region and its policy."""
    zone, signing = one(option, "route53.Zone"), one(option, "route53.KeySigningKey")
    assert signing["hostedZoneId"] == one(option, "route53.HostedZoneDnsSec")["hostedZoneId"] == zone.outputs["zoneId"]
    assert signing.inputs.get("status", "ACTIVE") == "ACTIVE"
    assert one(option, "route53.HostedZoneDnsSec").inputs.get("signingStatus", "SIGNING") == "SIGNING"
    assert signing.urn in one(option, "route53.HostedZoneDnsSec").dependencies
    key = only(each for each in of(option, "kms.Key") if arn(each) == signing["keyManagementServiceArn"])
    assert (key["customerMasterKeySpec"], key["keyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert key["region"] == "us-east-1"
    grants = [
        each for each in document(key["policy"]) if ("AWS", f"arn:aws:iam::{ACCOUNT}:root") not in each.principals
    ]
    assert all(each.allows and each.principals == [("Service", "dnssec-route53.amazonaws.com")] for each in grants)
    found = {action: each.condition for each in grants for action in each.actions}
    signs = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
    }
    assert found == {
        **dict.fromkeys(("kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"), signs),
        "kms:CreateGrant": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    }
    assert option.outputs["zone_ds_record"] == signing.outputs["dsRecord"]


@requirement("CP-DNS-07")
@shared
def test_dnssec_is_an_option(platform: Recording, stack: str) -> None:
    """The registrar's part is the runbook's."""
    assert of(platform, "route53.KeySigningKey") == of(platform, "route53.HostedZoneDnsSec") == []
    assert_signed(signed())
    runbook = (ROOT / "docs/runbooks/dnssec.md").read_text()
    assert "pulumi stack output zone_ds_record --stack shared" in runbook
    off = runbook.partition("\n## Off\n")[2]
    assert 0 <= off.index("Take the DS record away") < off.index("`dnssec`")


@pytest.mark.parametrize(
    "breach",
    [
        change("kms.Key", "dnssec", customerMasterKeySpec="ECC_NIST_P384"),
        change("kms.Key", "dnssec", region="eu-west-1"),
        change("kms.Key", "dnssec", policy=statement(Principal={"Service": "dnssec-route53.amazonaws.com"},
                                                     Action="kms:Sign", Resource="*")),
        change("route53.KeySigningKey", status="INACTIVE"),
        change("route53.HostedZoneDnsSec", signingStatus="NOT_SIGNING"),
        detach("route53.HostedZoneDnsSec", "", "signing-key"),
        drop("route53.HostedZoneDnsSec"),
    ],
)  # fmt: skip
def test_a_wrong_signature_is_seen(breach: Mutation) -> None:
    """The option can fail its proof too."""
    with pytest.raises(AssertionError):
        assert_signed(breach(signed()))


@cache
def checked(stack: str) -> Recording:
    return changed(stack, lambda config: config["cloudplatform:dns"].update({"health-checks": True}))


def assert_checked(option: Recording, stack: str) -> None:
    """The name itself, from outside; when it fails, people are called, and a chart shows it."""
    check = one(option, "route53.HealthCheck")
    assert (check["type"], check["fqdn"], check["port"]) == ("HTTPS", NAMES[stack], 443)
    assert check["resourcePath"] == "/health"
    assert not check.inputs.get("disabled")
    assert not check.inputs.get("invertHealthcheck")
    alarm = only(each for each in of(option, "cloudwatch.MetricAlarm") if each.inputs.get("namespace") == "AWS/Route53")
    assert (alarm["metricName"], alarm["dimensions"]) == ("HealthCheckPercentageHealthy", {"HealthCheckId": check.id})
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 50)
    assert alarm["alarmActions"] == [arn(at(option, "sns.Topic", name=f"{stack}-critical-alerts"))]
    assert (
        f'"AWS/Route53", "HealthCheckPercentageHealthy", "HealthCheckId", "{check.id}"'
        in one(option, "cloudwatch.Dashboard")["dashboardBody"]
    )


@requirement("CP-DNS-08")
@pytest.mark.parametrize("stack", ["prod"])
def test_health_checks_are_an_option(platform: Recording, stack: str) -> None:
    """Without them too, DNS gives no answer while the one load balancer has no healthy task."""
    assert of(platform, "route53.HealthCheck") == []
    assert only(at(platform, "route53.Record", type="A")["aliases"])["evaluateTargetHealth"] is True
    assert_checked(checked(stack), stack)


@pytest.mark.parametrize(
    "breach",
    [
        change("route53.HealthCheck", type="HTTP"),
        change("route53.HealthCheck", fqdn="other.yourname.com"),
        change("route53.HealthCheck", resourcePath="/"),
        change("route53.HealthCheck", disabled=True),
        change("cloudwatch.MetricAlarm", "public-name", dimensions={"HealthCheckId": "other"}),
        change("cloudwatch.MetricAlarm", "public-name", alarmActions=[]),
        drop("route53.HealthCheck"),
    ],
)
def test_a_wrong_health_check_is_seen(breach: Mutation) -> None:
    """The option can fail its proof too."""
    with pytest.raises(AssertionError):
        assert_checked(breach(checked("prod")), "prod")


BREACHES = [
    Breach(
        "CP-DNS-01", test_the_shared_stack_owns_the_one_zone, change("route53.Zone", name="yourname.org"), "shared"
    ),
    *(
        Breach(
            id_,
            test_the_name_leads_to_the_load_balancer,
            change("route53.Record", "records-", name="www.yourname.com"),
            stack,
        )
        for stack, id_ in ALIASES.items()
    ),
    Breach("CP-DNS-05", test_a_certificate_for_the_name, change("acm.Certificate", domainName="*.yourname.com")),
    Breach("CP-DNS-06", test_dns_validates_the_certificate, change("acm.Certificate", validationMethod="EMAIL")),
    Breach("CP-DNS-06", test_dns_validates_the_certificate, drop("route53.Record", "certificate-proof")),
    Breach("CP-DNS-07", test_dnssec_is_an_option, add("route53.KeySigningKey", name="early"), "shared"),
    Breach("CP-DNS-07", test_dnssec_is_an_option, add("route53.HostedZoneDnsSec"), "shared"),
    Breach("CP-DNS-08", test_health_checks_are_an_option, add("route53.HealthCheck", type="HTTPS"), "prod"),
    Breach("CP-DNS-08", test_health_checks_are_an_option,
           change("route53.Record", "records-", aliases=[{"evaluateTargetHealth": False}]), "prod"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
