"""Network interfaces and security groups, as remedies see and change them.

Other runs, and whoever opened what is closed here, act at the same time: what they made is taken, and what they
removed is no failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from botocore.exceptions import ClientError

from functions.common.aws import client, refused
from functions.common.budget import TimeBudget
from functions.common.failures import Failures

WEB = (80, 443)
WORLD = 8  #: a shorter prefix than this is the world in pieces: 0.0.0.0/1 and 128.0.0.0/1 are 0.0.0.0/0
BEFORE = "groups-before-quarantine"  #: tag of an isolated network interface; a later record has a number behind it
A_TAG = 12  #: ids of groups that fit into the 256 characters of a tag's value; an interface may have 16 groups
VANISHED = ("InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound")
EVERYTHING = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]  #: the rule that AWS gives to a new group


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A network interface of a machine."""

    id: str
    vpc: str
    groups: list[str]  #: ids
    tags: Mapping[str, str]


def interfaces(instance: str) -> list[Interface]:
    """Those of an instance; none if it is gone."""
    pages = client("ec2").get_paginator("describe_network_interfaces")
    found = pages.paginate(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])
    return [
        Interface(
            id=each["NetworkInterfaceId"],
            vpc=each["VpcId"],
            groups=[group["GroupId"] for group in each["Groups"]],
            tags={tag["Key"]: tag["Value"] for tag in each.get("TagSet", [])},
        )
        for each in found.search("NetworkInterfaces[]")
    ]


def quarantine(vpc: str, name: str) -> str | None:
    """The id of the VPC's group without rules, if it has one."""
    wanted = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [name]}]
    found = client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"]
    return found[0]["GroupId"] if found else None


def isolate(interface: Interface, name: str, budget: TimeBudget) -> None:
    """Let an interface have only the quarantine group, made where it is missing.

    The record and an empty group are tried first, but no failure of theirs leaves the interface open.
    """
    failures = Failures()
    group = quarantine(interface.vpc, name) or _make(interface.vpc, name, budget, failures)
    with failures.kept():
        _record(interface)
    with failures.kept():
        client("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface.id, Groups=[group])
    failures.raise_(f"not all of the isolation of {interface.id} was done")


def _make(vpc: str, name: str, budget: TimeBudget, failures: Failures) -> str:
    ec2 = client("ec2")
    try:
        group: str = ec2.create_security_group(GroupName=name, VpcId=vpc, Description="Isolated: no traffic")["GroupId"]
    except ClientError as error:
        if not refused(error, "InvalidGroup.Duplicate"):
            raise
        return _made_by_another(vpc, name, budget)
    with failures.kept():
        # By what it says and not by its id, which EC2 may not list yet.
        _unless_vanished(lambda: ec2.revoke_security_group_egress(GroupId=group, IpPermissions=EVERYTHING))
    return group


def _made_by_another(vpc: str, name: str, budget: TimeBudget) -> str:
    """The group that another run made just now; EC2 may take a moment to show it."""
    found: list[str] = []

    def there() -> bool:
        found.extend(filter(None, [quarantine(vpc, name)]))
        return bool(found)

    budget.until(there, f"EC2 to show the group {name}", every=2)
    return found[0]


def _record(interface: Interface) -> None:
    """Write down the groups of before, so that a person can take the change back. No record is ever overwritten: the
    second finding on an interface must not hide what it had before the first."""
    parts = [" ".join(interface.groups[at : at + A_TAG]) for at in range(0, len(interface.groups), A_TAG)]
    had = [key for key in interface.tags if key.startswith(BEFORE)]
    new = [part for part in parts if part not in {interface.tags[key] for key in had}]
    keys = [BEFORE if number == 1 else f"{BEFORE}-{number}" for number in range(len(had) + 1, len(had) + len(new) + 1)]
    if new:
        tags = [{"Key": key, "Value": value} for key, value in zip(keys, new, strict=True)]
        client("ec2").create_tags(Resources=[interface.id], Tags=tags)


def name_of(group: str) -> str | None:
    """A group's name; None if it is gone."""
    try:
        return client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["GroupName"]
    except ClientError as error:
        if refused(error, "InvalidGroup.NotFound"):
            return None
        raise


def rules(group: str) -> list[dict[str, Any]]:
    """All rules of a group, in both directions."""
    pages = client("ec2").get_paginator("describe_security_group_rules")
    return list(pages.paginate(Filters=[{"Name": "group-id", "Values": [group]}]).search("SecurityGroupRules[]"))


def empty(group: str) -> None:
    """Revoke every rule of a group."""
    failures = Failures()
    found = rules(group)
    for outward in (True, False):
        with failures.kept():
            revoke(group, [rule for rule in found if rule["IsEgress"] is outward])
    failures.raise_(f"not all rules of {group} were revoked")


def revoke(group: str, found: Sequence[Mapping[str, Any]]) -> None:
    """Revoke rules of one direction. AWS refuses all if one has vanished; then each is revoked for itself."""
    if not found:
        return
    ec2 = client("ec2")
    call = ec2.revoke_security_group_egress if found[0]["IsEgress"] else ec2.revoke_security_group_ingress
    ids = [rule["SecurityGroupRuleId"] for rule in found]
    if _unless_vanished(lambda: call(GroupId=group, SecurityGroupRuleIds=ids)) or len(ids) == 1:
        return
    failures = Failures()
    for id_ in ids:
        with failures.kept():
            _unless_vanished(lambda i=id_: call(GroupId=group, SecurityGroupRuleIds=[i]))
    failures.raise_(f"not all rules of {group} were revoked")


def _unless_vanished(call: Any) -> bool:
    """Whether a revocation was made; it was not if a rule was gone already."""
    try:
        call()
    except ClientError as error:
        if not refused(error, *VANISHED):
            raise
        return False
    return True


def open_(rule: Mapping[str, Any]) -> bool:
    """Whether a rule lets the world in."""
    source = rule.get("CidrIpv4") or rule.get("CidrIpv6")
    return not rule["IsEgress"] and source is not None and ip_network(source).prefixlen < WORLD


def is_web(rule: Mapping[str, Any]) -> bool:
    """Whether a rule is for HTTP or HTTPS and nothing else."""
    return rule["IpProtocol"] == "tcp" and rule["FromPort"] == rule["ToPort"] and rule["FromPort"] in WEB


def describe(rule: Mapping[str, Any]) -> str:
    """A rule, for people."""
    ports = f"{rule.get('FromPort')}-{rule.get('ToPort')}"
    source = rule.get("CidrIpv4") or rule.get("CidrIpv6")
    return f"{rule['SecurityGroupRuleId']} ({source}, {rule['IpProtocol']} {ports})"
