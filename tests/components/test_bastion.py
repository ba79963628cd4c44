"""Bastions: hosts without a public address, who may connect to them, and what a stack file must say for them."""

from pathlib import Path

import pytest

from components.compute.bastion import Bastion
from components.network.conversations import BASTION, ENDPOINTS, AddressRange, SecurityGroup, conversations, groups
from components.network.network_acls import AclRule, rules
from settings.file import reading, stackfile
from settings.settings import Settings
from tests.components.examples import KEY, SUBNETS, bastion_args, built, counted, network_table, only, waits_for
from tests.settings.changed import problems
from tests.stack_files import Config, changed, config, written

HOST = "aws:ec2/instance:Instance"
TABLE = {"image": "ami-0123456789abcdef0", "zones": 2, "connects": ["database"]}


def _settings(folder: Path, **table: object) -> Settings:
    tables: Config = config("web-platform/staging")
    if table:
        tables["cloudplatform:bastion"] = {**TABLE, **table}
    else:
        del tables["cloudplatform:bastion"]
    file = written(folder, "web-platform/staging", tables)
    return reading.read(stackfile.read(file, "cloudplatform"), project="web-platform", stack="staging")


def test_a_host_a_zone():
    """One role and profile for all; tokens for the credentials, an encrypted disk, no address of the internet."""
    recording = built(lambda: Bastion("bastion", bastion_args()))
    assert counted(recording) == {
        HOST: 2,
        "aws:iam/instanceProfile:InstanceProfile": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    }
    for zone, subnet in zip("ab", SUBNETS, strict=True):
        host = only(recording, HOST, f"bastion-eu-west-1{zone}")
        assert (host["subnetId"], host["associatePublicIpAddress"]) == (subnet, False)
        assert (host["instanceType"], host["ami"]) == ("t4g.nano", "ami-0123456789abcdef0")
        assert host["metadataOptions"] == {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        }
        disk = host["rootBlockDevice"]
        assert (disk["encrypted"], disk["kmsKeyId"], disk["volumeType"], disk["volumeSize"]) == (True, KEY, "gp3", 8)
        assert host["tags"]["Name"] == disk["tags"]["Name"] == f"acme-test-ec2-bastion-eu-west-1{zone}"
        assert "keyName" not in host.inputs
        assert {"bastion-agent", "bastion-profile"} <= set(waits_for(recording, host))


def test_fewer_zones():
    """From the first."""
    recording = changed("web-platform/staging", lambda it: it["cloudplatform:bastion"].update(zones=1))
    assert [each.name for each in recording.of(HOST)] == ["bastion-us-east-1a"]


def test_ssh_from_the_addresses_that_are_admitted(tmp_path: Path):
    """By default from none. Two ranges: a conversation each, in the network ACL of the tier too."""
    assert not [each for each in conversations(_settings(tmp_path, zones=2)) if each.server == BASTION]
    ranges = ["10.100.0.0/22", "10.200.1.0/24"]
    found = [each for each in conversations(_settings(tmp_path, admits=ranges)) if each.server == BASTION]
    assert [(each.client, each.port) for each in found] == [
        (AddressRange(cidr.replace("/", "-"), cidr), 22) for cidr in ranges
    ]
    assert rules(network_table(), "public", (), ranges)[-2:] == [
        AclRule(130 + index, False, (22, 22), cidr) for index, cidr in enumerate(ranges)
    ]


def test_what_they_reach(tmp_path: Path):
    """The stores that the table names, and the endpoints; nothing of the internet."""
    found = [each for each in conversations(_settings(tmp_path, zones=2)) if each.client == BASTION]
    assert [(each.server, each.port) for each in found] == [(SecurityGroup("database"), 3306), (ENDPOINTS, 443)]


def test_a_switch_turns_them_off(tmp_path: Path):
    """Without the table there is no group, and nothing that names one."""
    settings = _settings(tmp_path)
    assert BASTION not in groups(settings)
    assert not [each for each in conversations(settings) if BASTION in (each.client, each.server)]


def _with(**words: object):
    def change(it: Config) -> None:
        it["cloudplatform:bastion"] = {**TABLE, **words}
        it["cloudplatform:network"]["endpoints"]["interface"] = ["ssm", "ssmmessages"]

    return change


def _without_endpoints(it: Config) -> None:
    _with()(it)
    it["cloudplatform:network"]["endpoints"]["interface"] = ["ssm"]


CASES = [
    ("dev", _with(tier="private"),
     "bastion.tier: tier 'private' has route nat (network.tiers.private), and this needs internet; use public"),
    ("dev", _with(zones=4), "bastion.zones: 4 zones, but the network has 3; use at most 3"),
    ("dev", _without_endpoints,
     "bastion: nobody could reach them; add ssmmessages to network.endpoints.interface"),
    ("dev", _with(admits=["0.0.0.0/0"]),
     "bastion.admits[0]: nobody but known addresses may try; name those of your network"),
    ("dev", _with(admits=["10.0.0.0/8", "10.0.0.0/8"]), "bastion.admits[1]: 10.0.0.0/8 is named twice; name it once"),
    ("dev", lambda it: (_with()(it), it.pop("cloudplatform:cache"), it["cloudplatform:bastion"].update(
        connects=["cache"])), "bastion.connects[0]: there is no cache; use database"),
    ("shared", lambda it: it.update({"cloudplatform:bastion": TABLE}),
     "bastion: bastions need a network; add cloudplatform:network"),
]  # fmt: skip


@pytest.mark.parametrize(("stack", "change", "complaint"), CASES)
def test_it_is_refused(tmp_path: Path, stack, change, complaint):
    assert complaint in problems(tmp_path, stack, change)
