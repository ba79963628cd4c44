"""What is done to each kind of subject. Each remedy looks at what is, so that a repeated one does nothing."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.auto_remediate.events import Bucket, Group, Instance, Subject, Task
from functions.common.aws import client, refused

PRIVATE = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
WEB = (80, 443)
WORLD = 8  #: a shorter prefix than this is the world in pieces: 0.0.0.0/1 and 128.0.0.0/1 are 0.0.0.0/0
BEFORE = "groups-before-quarantine"  #: tag of an isolated network interface


def remedy(subject: Subject, variables: Mapping[str, str], public_groups: list[str], logger: Logger) -> list[str]:
    """Isolate or revert, and say what was done: nothing where nothing had to be, or the subject is gone."""
    match subject:
        case Instance():
            return _isolate(subject.id, variables["QUARANTINE_GROUP"])
        case Task():
            return _stop(subject, logger)
        case Bucket():
            return _close(subject.name)
        case Group():
            return _revert(subject.id, public_groups)


def _isolate(instance: str, quarantine: str) -> list[str]:
    """Give every network interface one security group without a rule. The machine runs on, as evidence."""
    ec2 = client("ec2")
    try:
        [reservation] = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    except ClientError as error:
        if refused(error, "InvalidInstanceID.NotFound"):
            return []
        raise
    done: list[str] = []
    for interface in reservation["Instances"][0]["NetworkInterfaces"]:
        group = _quarantine(interface["VpcId"], quarantine)
        groups = [each["GroupId"] for each in interface["Groups"]]
        if groups != [group]:
            id_ = interface["NetworkInterfaceId"]
            # Written down before it is changed, so that a person can take it back.
            ec2.create_tags(Resources=[id_], Tags=[{"Key": BEFORE, "Value": " ".join(groups)}])
            ec2.modify_network_interface_attribute(NetworkInterfaceId=id_, Groups=[group])
            done.append(f"isolated {instance}: {id_} has only {group}, before {', '.join(groups)}")
    return done


def _quarantine(vpc: str, name: str) -> str:
    """The VPC's group without rules; made where it is missing, emptied where somebody filled it."""
    ec2 = client("ec2")
    wanted = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [name]}]
    found = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
    if found:
        group: str = found[0]["GroupId"]
    else:
        group = ec2.create_security_group(GroupName=name, VpcId=vpc, Description="Isolated: no traffic")["GroupId"]
    rules = _rules(group)
    outward = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"]]
    inward = [rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]]
    if outward:
        ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=outward)
    if inward:
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=inward)
    return group


def _stop(task: Task, logger: Logger) -> list[str]:
    """Stop a task, after writing down what is known of it: its network interface cannot be isolated (N-19)."""
    ecs = client("ecs")
    found = ecs.describe_tasks(cluster=task.cluster, tasks=[task.arn])["tasks"]
    if not found or found[0]["lastStatus"] == "STOPPED":
        return []
    logger.warning("evidence", evidence=_evidence(found[0]))
    ecs.stop_task(cluster=task.cluster, task=task.arn, reason="Isolated after a finding of GuardDuty")
    return [f"stopped {task.arn}; its service starts another, and the function's log has what was known of it"]


def _evidence(task: Mapping[str, Any]) -> dict[str, Any]:
    """What helps to find the way in; not the overrides, which may carry secrets."""
    wanted = ("taskArn", "taskDefinitionArn", "group", "startedBy", "lastStatus", "connectivity", "attachments")
    containers = [
        {name: each[name] for name in ("name", "image", "imageDigest", "lastStatus", "runtimeId") if name in each}
        for each in task.get("containers", [])
    ]
    return {**{name: task[name] for name in wanted if name in task}, "containers": containers}


def _close(bucket: str) -> list[str]:
    """Block public access whole: no policy and no ACL opens the bucket then, whatever they say."""
    s3 = client("s3")
    try:
        if s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == PRIVATE:
            return []
    except ClientError as error:
        if refused(error, "NoSuchBucket"):
            return []
        if not refused(error, "NoSuchPublicAccessBlockConfiguration"):
            raise
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=PRIVATE)
    return [f"made the bucket {bucket} private again; its policy and ACL are as they were, without effect"]


def _revert(group: str, public_groups: list[str]) -> list[str]:
    """Revoke the rules that let the world in, but for the web's two ports at a load balancer."""
    ec2 = client("ec2")
    try:
        [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    except ClientError as error:
        if refused(error, "InvalidGroup.NotFound"):
            return []
        raise
    public = found["GroupName"] in public_groups
    rules = [rule for rule in _rules(group) if _open(rule) and not (public and _web(rule))]
    if not rules:
        return []
    ec2.revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"] for rule in rules]
    )
    return [f"closed {group} ({found['GroupName']}): revoked {', '.join(map(_said, rules))}"]


def _rules(group: str) -> list[dict[str, Any]]:
    pages = client("ec2").get_paginator("describe_security_group_rules")
    return list(pages.paginate(Filters=[{"Name": "group-id", "Values": [group]}]).search("SecurityGroupRules[]"))


def _open(rule: Mapping[str, Any]) -> bool:
    source = rule.get("CidrIpv4") or rule.get("CidrIpv6")
    return not rule["IsEgress"] and source is not None and ip_network(source).prefixlen < WORLD


def _web(rule: Mapping[str, Any]) -> bool:
    return rule["IpProtocol"] == "tcp" and rule["FromPort"] == rule["ToPort"] and rule["FromPort"] in WEB


def _said(rule: Mapping[str, Any]) -> str:
    ports = f"{rule.get('FromPort')}-{rule.get('ToPort')}"
    return (
        f"{rule['SecurityGroupRuleId']} ({rule.get('CidrIpv4') or rule.get('CidrIpv6')}, {rule['IpProtocol']} {ports})"
    )
