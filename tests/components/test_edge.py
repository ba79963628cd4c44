"""Certificates, public names and the zone."""

import pytest

from components.edge.cdn import Cdn
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.dnssec import Dnssec, DnssecArgs
from components.edge.health_checks import HealthChecks, HealthChecksArgs
from components.edge.records import Records, RecordsArgs
from components.edge.zone import Zone, ZoneArgs
from tests.components.examples import COMMON, built, cdn_args, counted, only, waits_for

RECORD = "aws:route53/record:Record"


@pytest.mark.parametrize(
    "hosts", [{"a": "a.acme.com"}, {"a": "a.acme.com", "b": "b.acme.com", "any-c": "*.c.acme.com"}]
)
def test_a_certificate_of_one_and_of_several_names(hosts):
    """The first is its own, the others are alternatives; each is proven by its own record; it is awaited."""
    recording = built(lambda: Certificate("cert", CertificateArgs(hosts=hosts, zone="Z1", **COMMON)))
    assert counted(recording) == {
        "aws:acm/certificate:Certificate": 1,
        "aws:acm/certificateValidation:CertificateValidation": 1,
        RECORD: len(hosts),
    }
    certificate = only(recording, "aws:acm/certificate:Certificate")
    assert (certificate["domainName"], certificate["validationMethod"]) == ("a.acme.com", "DNS")
    assert certificate["subjectAlternativeNames"] == [*hosts.values()][1:]
    wanted = {each["domainName"]: each for each in certificate.outputs["domainValidationOptions"]}
    for word, host in hosts.items():
        record = only(recording, RECORD, f"cert-proof-{word}")
        assert (record["name"], record["records"]) == (
            wanted[host]["resourceRecordName"],
            [wanted[host]["resourceRecordValue"]],
        )
        assert (record["type"], record["zoneId"], record["allowOverwrite"], record["ttl"]) == ("CNAME", "Z1", True, 300)
    validation = only(recording, "aws:acm/certificateValidation:CertificateValidation")
    assert set(waits_for(recording, validation)) == {"cert-certificate", *(f"cert-proof-{word}" for word in hosts)}
    [component] = recording.named("cert")
    assert component.registered == {"arn": validation.outputs["certificateArn"]}


def test_a_certificate_is_whole_at_the_first_preview():
    """Its records are there while the names in them are unknown."""
    args = CertificateArgs(hosts={"a": "a.acme.com", "b": "b.acme.com"}, zone="Z1", **COMMON)
    recording = built(lambda: Certificate("cert", args), known=False)
    assert len(recording.of(RECORD)) == 2


def test_records_lead_to_the_load_balancer():
    """An alias a name, that fails over with the target's health."""
    args = RecordsArgs(
        hosts={"a": "a.acme.com", "apex": "acme.com"},
        zone="Z1",
        target_name="alb.example.com",
        target_zone="Z2",
        **COMMON,
    )
    recording = built(lambda: Records("records", args))
    found = {each.name: each for each in recording.of(RECORD)}
    assert {name: each["name"] for name, each in found.items()} == {
        "records-a": "a.acme.com",
        "records-apex": "acme.com",
    }
    for each in found.values():
        assert (each["type"], each["zoneId"]) == ("A", "Z1")
        assert each["aliases"] == [{"name": "alb.example.com", "zoneId": "Z2", "evaluateTargetHealth": True}]
        assert "ttl" not in each.inputs
    assert recording.named("records")[0].registered == {"urls": ["https://a.acme.com", "https://acme.com"]}


@pytest.mark.parametrize("protect", [False, True])
def test_a_zone(protect):
    """Of the domain, protected as the posture says."""
    recording = built(lambda: Zone("zone", ZoneArgs(domain="acme.com", protect=protect, **COMMON)))
    zone = only(recording, "aws:route53/zone:Zone")
    assert (zone["name"], zone.options.protect) == ("acme.com", protect)
    assert counted(recording) == {"aws:route53/zone:Zone": 1}


def test_a_zone_is_signed_with_a_key_in_virginia():
    """Whichever region the stack is in; KMS lets the key go only after a month."""
    recording = built(lambda: Dnssec("it", DnssecArgs(zone="Z1", protect=True, **COMMON)))
    key, alias = only(recording, "aws:kms/key:Key"), only(recording, "aws:kms/alias:Alias")
    assert (key["region"], alias["region"]) == ("us-east-1", "us-east-1")
    assert (key["deletionWindowInDays"], key.options.protect) == (30, True)
    assert alias["targetKeyId"] == key.outputs["keyId"]
    assert "enableKeyRotation" not in key.inputs  # KMS rotates no asymmetric key
    signing = only(recording, "aws:route53/keySigningKey:KeySigningKey")
    assert (signing["name"], signing["hostedZoneId"]) == ("acme_test_ksk", "Z1")
    assert recording.named("it")[0].registered == {"ds_record": signing.outputs["dsRecord"]}


def test_names_are_asked_as_their_users_do():
    """By HTTPS, each for itself."""
    args = HealthChecksArgs(hosts={"a": "a.acme.com", "b": "b.acme.com"}, paths={"a": "/up", "b": "/well"}, **COMMON)
    recording = built(lambda: HealthChecks("it", args))
    checks = {each.name: each for each in recording.of("aws:route53/healthCheck:HealthCheck")}
    assert {name: each["fqdn"] for name, each in checks.items()} == {"it-a": "a.acme.com", "it-b": "b.acme.com"}
    assert {(each["type"], each["port"]) for each in checks.values()} == {("HTTPS", 443)}
    assert {name: each["resourcePath"] for name, each in checks.items()} == {"it-a": "/up", "it-b": "/well"}
    assert checks["it-a"]["tags"]["Name"] == "acme-test-health-a"


def test_a_distribution_hands_everything_on_and_keeps_what_may_be_kept():
    """The origin is asked by TLS, with the passphrase that it knows us by; caching is the application's to allow."""
    recording = built(lambda: Cdn("cdn", cdn_args({"edges": "all", "hsts-days": 30})))
    distribution = only(recording, "aws:cloudfront/distribution:Distribution")
    assert (distribution["aliases"], distribution["priceClass"]) == (["a.acme.com"], "PriceClass_All")
    [origin] = distribution["origins"]
    assert origin["customHeaders"] == [{"name": "X-Origin-Passphrase", "value": "open"}]
    assert any(path.startswith("origins") for path in distribution.secrets)
    behaviour = distribution["defaultCacheBehavior"]
    assert (behaviour["cachePolicyId"], behaviour["originRequestPolicyId"]) == (
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",  # UseOriginCacheControlHeaders-QueryStrings
        "216adef6-5c7f-47e4-b989-5492eafa07d3",  # AllViewer
    )
    assert len(behaviour["allowedMethods"]) == 7
    headers = only(recording, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy")["securityHeadersConfig"]
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] == 30 * 86_400
    assert waits_for(recording, only(recording, "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"))


def test_a_distribution_without_an_acl_and_without_a_passphrase():
    recording = built(lambda: Cdn("cdn", cdn_args(web_acl=None, passphrase=None)))
    distribution = only(recording, "aws:cloudfront/distribution:Distribution")
    assert "webAclId" not in distribution.inputs
    assert distribution["origins"][0]["customHeaders"] == []


def test_a_certificate_whose_names_another_stack_proves():
    """It is awaited, and has no record: deleting it would take the other's away."""
    args = CertificateArgs(hosts={"a": "a.acme.com"}, zone="Z1", proven=True, **COMMON)
    recording = built(lambda: Certificate("cert", args))
    assert counted(recording) == {
        "aws:acm/certificate:Certificate": 1,
        "aws:acm/certificateValidation:CertificateValidation": 1,
    }
    assert "validationRecordFqdns" not in only(recording, "aws:acm/certificateValidation:CertificateValidation").inputs


@pytest.mark.parametrize(("role", "checks"), [("primary", {"a": "check-1"}), ("secondary", {})])
def test_records_of_two_regions(role, checks):
    """Each is told from the other by its environment; the primary's follows its check."""
    args = RecordsArgs(
        hosts={"a": "a.acme.com"}, zone="Z1", target_name="x", target_zone="Z2", failover=role, checks=checks, **COMMON
    )
    record = only(built(lambda: Records("records", args)), RECORD)
    assert record["failoverRoutingPolicies"] == [{"type": role.upper()}]
    assert (record["setIdentifier"], record.inputs.get("healthCheckId")) == ("test", checks.get("a"))
    assert record["aliases"][0]["evaluateTargetHealth"] is True
