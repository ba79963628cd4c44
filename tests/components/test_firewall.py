"""Security groups and the rules of conversations; and which conversations a stack file permits."""

from pathlib import Path
from typing import Any

from components.network.conversations import (
    ENDPOINTS,
    INTERNET,
    LOAD_BALANCER,
    AddressRange,
    Conversation,
    GatewayEndpoint,
    SecurityGroup,
    conversations,
    groups,
)
from components.network.firewall import Firewall, FirewallArgs
from settings.file import reading, stackfile
from settings.settings import Settings
from tests.components.examples import COMMON, built
from tests.contracts.recordings import referred
from tests.stack_files import Config, config, written

DATABASE, CACHE = SecurityGroup("database"), SecurityGroup("cache")
APP, WEB, JOBS = SecurityGroup("app"), SecurityGroup("web"), SecurityGroup("jobs")
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def _firewall(members: list[SecurityGroup], talk: list[Conversation]):
    args = FirewallArgs(vpc_id="vpc-1", groups=members, conversations=talk, **COMMON)
    return built(lambda: Firewall("fw", args))


def test_a_conversation_between_groups_is_written_on_both_sides():
    """Egress at the client, ingress at the server, the same port; nothing else."""
    recording = _firewall([WEB, DATABASE], [Conversation(WEB, DATABASE, 5432, "queries")])
    [out], [into] = recording.of(EGRESS), recording.of(INGRESS)
    assert (out.name, into.name) == ("fw-web-to-database-5432", "fw-database-from-web-5432")
    assert out["tags"]["Name"] == "acme-test-sg-web-to-database-5432"
    assert into["tags"]["Name"] == "acme-test-sg-database-from-web-5432"
    assert referred(recording, out, "securityGroupId") == referred(recording, into, "referencedSecurityGroupId")
    assert referred(recording, out, "referencedSecurityGroupId") == {"fw-database"}
    for rule in (out, into):
        assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"], rule["description"]) == (
            "tcp",
            5432,
            5432,
            "queries",
        )
        assert "cidrIpv4" not in rule.inputs
        assert rule.options.delete_before_replace is True


def test_a_conversation_with_addresses_has_the_side_that_has_a_group():
    """From the internet: ingress only. To it, on all ports: egress only, without ports."""
    recording = _firewall([WEB], [Conversation(INTERNET, WEB, 443, "in"), Conversation(WEB, INTERNET, None, "out")])
    [out], [into] = recording.of(EGRESS), recording.of(INGRESS)
    assert (into["cidrIpv4"], into["fromPort"], into["toPort"]) == ("0.0.0.0/0", 443, 443)
    assert (out["cidrIpv4"], out["ipProtocol"]) == ("0.0.0.0/0", "-1")
    assert out.inputs.keys() & {"fromPort", "toPort", "referencedSecurityGroupId"} == set()
    assert (out.name, into.name) == ("fw-web-to-internet-all", "fw-web-from-internet-443")


def test_a_conversation_with_a_gateway_endpoint_names_its_prefix_list():
    """Egress at the client by the list's id, once the endpoint is there; until then nothing."""
    talk = [Conversation(WEB, GatewayEndpoint("s3"), 443, "layers")]
    assert _firewall([WEB], talk).of(EGRESS) == []
    args = FirewallArgs(vpc_id="vpc-1", groups=[WEB], conversations=talk, **COMMON)
    recording = built(lambda: Firewall("fw", args).permit_gateways({"s3": "pl-12345678"}))
    [out] = recording.of(EGRESS)
    assert (out.name, out["tags"]["Name"]) == ("fw-web-to-s3-443", "acme-test-sg-web-to-s3-443")
    assert (out["prefixListId"], out["ipProtocol"], out["fromPort"], out["toPort"]) == ("pl-12345678", "tcp", 443, 443)
    assert out.inputs.keys() & {"cidrIpv4", "referencedSecurityGroupId"} == set()
    assert recording.of(INGRESS) == []


def test_groups_are_bare_and_named_by_the_pattern():
    """Parts of the platform by their short names, services by their own."""
    found = _firewall([LOAD_BALANCER, WEB, DATABASE, CACHE, ENDPOINTS], []).of("aws:ec2/securityGroup:SecurityGroup")
    assert {each.name: each["name"] for each in found} == {
        "fw-load-balancer": "acme-test-sg-alb",
        "fw-web": "acme-test-sg-web",
        "fw-database": "acme-test-sg-rds",
        "fw-cache": "acme-test-sg-redis",
        "fw-endpoints": "acme-test-sg-vpce",
    }
    assert all(each.inputs.keys() & {"ingress", "egress"} == set() for each in found)
    assert {each["vpcId"] for each in found} == {"vpc-1"}


def _settings(folder: Path, change: Any = None) -> Settings:
    changed = config("dev")
    if change:
        change(changed)
    file = stackfile.read(written(folder, "dev", changed), "cloudplatform")
    return reading.read(file, project="cloudplatform", stack="dev")


def test_what_the_ledgers_service_may_talk_to(tmp_path):
    """Every conversation of dev, in the order of the requests' way."""
    settings = _settings(tmp_path)
    assert groups(settings) == [LOAD_BALANCER, APP, DATABASE, CACHE, ENDPOINTS]
    assert [(it.client, it.server, it.port) for it in conversations(settings)] == [
        (INTERNET, LOAD_BALANCER, 443),
        (INTERNET, LOAD_BALANCER, 80),
        (LOAD_BALANCER, APP, 8000),
        (APP, DATABASE, 5432),
        (APP, CACHE, 6379),
        (APP, ENDPOINTS, 443),
        (APP, INTERNET, 443),
        (AddressRange("vpc", "10.0.0.0/16"), ENDPOINTS, 443),
        (ENDPOINTS, INTERNET, None),
    ]


def _two_services(it: Config) -> None:
    services = it["cloudplatform:services"]
    shared = {key: services["fastapi"][key] for key in ("image", "cpu", "memory", "count", "deployment", "secrets")}
    services["jobs"] = {**shared, "connects": ["database"], "group": "jobs", "internet": True}
    services["worker"] = {**shared, "connects": ["database"], "group": "jobs"}


def test_services_that_share_a_group(tmp_path):
    """What two of a group both may do stands once; what neither asks for stands nowhere."""
    settings = _settings(tmp_path, _two_services)
    assert groups(settings) == [LOAD_BALANCER, APP, JOBS, DATABASE, CACHE, ENDPOINTS]
    found = [(it.client, it.server, it.port) for it in conversations(settings)]
    assert found.count((JOBS, DATABASE, 5432)) == 1
    assert found.count((JOBS, INTERNET, 443)) == 1
    assert (JOBS, CACHE, 6379) not in found
    assert len(found) == len(set(found)) == 9 + 3


def _small(it: Config) -> None:
    for key in ("database", "cache", "load-balancer"):
        del it[f"cloudplatform:{key}"]
    it["cloudplatform:network"]["endpoints"] = {"gateway": ["s3"]}
    service = it["cloudplatform:services"]["fastapi"]
    for key in ("routes", "health", "port", "connects", "secrets"):
        del service[key]
    it["cloudplatform:buckets"]["alb-logs"] = {}


def test_a_service_that_only_gets_its_image(tmp_path):
    """Without stores, load balancer and interface endpoints there are no groups of theirs and no rules."""
    settings = _settings(tmp_path, _small)
    assert groups(settings) == [APP]
    assert [(it.client, it.server, it.port) for it in conversations(settings)] == [(APP, INTERNET, 443)]


def test_a_group_without_the_internet_has_the_gateway_endpoints(tmp_path):
    """One of a group with `internet: true` is enough for all of it: addresses anywhere include those of S3."""

    def change(it: Config) -> None:
        _two_services(it)
        it["cloudplatform:services"]["fastapi"]["internet"] = False
        endpoints = it["cloudplatform:network"]["endpoints"]
        endpoints["gateway"] = ["s3", "dynamodb"]
        endpoints["interface"] = [*endpoints["interface"], "monitoring"]  # its metrics

    found = conversations(_settings(tmp_path, change))
    lists = [(it.client, it.server, it.port) for it in found if isinstance(it.server, GatewayEndpoint)]
    assert lists == [(APP, GatewayEndpoint("s3"), 443), (APP, GatewayEndpoint("dynamodb"), 443)]
    assert [it.client for it in found if (it.server, it.port) == (INTERNET, 443)] == [JOBS]


def test_what_a_service_may_call_beside_https(tmp_path):
    """Its protocol is in the rule, and in the name where it is not TCP."""

    def change(it: Config) -> None:
        it["cloudplatform:network"]["acls"] = False
        it["cloudplatform:services"]["fastapi"]["internet-ports"] = ["53/udp", "587/tcp"]

    settings = _settings(tmp_path, change)
    wanted = [each for each in conversations(settings) if (each.client, each.server) == (APP, INTERNET)]
    assert [(each.port, each.protocol) for each in wanted] == [(443, "tcp"), (53, "udp"), (587, "tcp")]
    rules = {each.name: each for each in _firewall([APP], wanted).of(EGRESS)}
    assert list(rules) == ["fw-app-to-internet-443", "fw-app-to-internet-53-udp", "fw-app-to-internet-587"]
    rule = rules["fw-app-to-internet-53-udp"]
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"], rule["cidrIpv4"]) == ("udp", 53, 53, "0.0.0.0/0")
