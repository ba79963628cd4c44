"""A whole stack whose worker calls nobody on the internet: endpoints lead to its image, its log and its secrets."""

import re
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from preview import pack
from tests.contracts.recordings import Order, referred
from tests.stacks import ROOT, record_file

FILE = ROOT / "tests" / "data" / "stacks" / "inside.yaml"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@cache
def _stack(known: bool):
    return record_file(FILE, "inside", known)


@pytest.mark.parametrize("known", [False, True])
def test_the_worker_is_let_to_endpoints_and_its_database(known):
    """By group where an endpoint has one, else by its prefix list; only the other group goes to the internet."""
    recording = _stack(known)
    rules = {each.name.removeprefix("firewall-"): each for each in recording.of(EGRESS)}
    assert [name for name in rules if name.startswith(("worker", "mail"))] == [
        "mail-to-endpoints-443",
        "mail-to-internet-443",
        "worker-to-database-5432",
        "worker-to-dynamodb-443",
        "worker-to-endpoints-443",
        "worker-to-s3-443",
    ]
    for word in ("s3", "dynamodb"):
        assert referred(recording, rules[f"worker-to-{word}-443"], "prefixListId") == {f"endpoints-gateway-{word}"}


def test_the_service_waits_for_the_rules():
    """Else its first tasks would not get their image."""
    recording = _stack(False)
    [service] = [each for each in recording.of("aws:ecs/service:Service") if "worker" in each.name]
    before = Order(recording).before(service.urn)
    assert {each.urn for each in recording.of(EGRESS) if "worker-to" in each.name} <= before


def test_strict_acls_let_it_to_the_gateway():
    """S3's addresses are public: out on 443, answers in; a network ACL takes no prefix list."""
    rules = {
        each.name.removeprefix("acls-"): each for each in _stack(False).of("aws:ec2/networkAclRule:NetworkAclRule")
    }
    private = [each for name, each in rules.items() if name.startswith("private") and each["cidrBlock"] == "0.0.0.0/0"]
    assert [(each["egress"], each["fromPort"], each["toPort"]) for each in private] == [
        (False, 1024, 65535),
        (True, 443, 443),
    ]


@pytest.mark.parametrize("known", [False, True])
def test_the_pack_decides_it(known):
    """At the first preview too, when the lists have no ids: nothing blocks, and no rule of a group stays undecided."""
    verdict = pack.ask(_stack(known), date(2026, 11, 21))
    assert verdict.violations == ()
    assert [each for each in verdict.undecided if "firewall" in each.message] == []


@cache
def _without_nat(known: bool):
    """The same without the service that calls the internet, and so without NAT: its tier has no route out."""
    text = FILE.read_text()
    text = text.replace("nat: single", "nat: none").replace("{route: nat,", "{route: none,")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Pulumi.inside.yaml"
        file.write_text(re.sub(r"(?s)    mail: #.*?(?=  cloudplatform:database)", "", text))
        return record_file(file, "inside", known)


@pytest.mark.parametrize("known", [False, True])
def test_no_nat_gateway_is_needed(known):
    """The worker's route table leads to the gateway endpoints, the data stores' does not; nothing blocks."""
    recording = _without_nat(known)
    assert recording.of("aws:ec2/natGateway:NatGateway") == []
    for endpoint in recording.of("aws:ec2/vpcEndpoint:VpcEndpoint"):
        wanted = {"network-routes-private"} if endpoint["vpcEndpointType"] == "Gateway" else set()
        assert referred(recording, endpoint, "routeTableIds") == wanted
    assert pack.ask(recording, date(2026, 11, 21)).violations == ()


def test_the_stack_is_decided_by_its_file():
    """Known or unknown, the same resources."""
    assert _stack(False).resources.keys() == _stack(True).resources.keys()
