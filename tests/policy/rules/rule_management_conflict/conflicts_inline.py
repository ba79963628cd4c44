"""Rows of the family rule-management-conflict: parts inline beside parts on their own."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import (
    CLIENT,
    DATA,
    GATE,
    OTHER,
    SG,
    TABLE,
    VPC,
    Row,
    ingress,
    legacy,
    r,
    route,
    unknown,
)
from tests.policy.engine import Declared
from tests.policy.rules.rule_management_conflict.conflicts import (
    AWS_POLICY,
    BESIDE,
    DOCUMENT,
    EXPIRY,
    INLINE_POLICY,
    OTHER_POLICY,
    SECOND,
    SELF,
    VERSIONS,
    attached,
    everywhere,
    group,
    of_bucket,
    role,
    role_policy,
)

OPEN = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}
ENTRY = {"ruleNo": 1, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "10.0.0.0/8"}


def egress(**props: Any) -> Declared:
    return r(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        refs={"securityGroupId": "vault.id"},
        ipProtocol="-1",
        cidrIpv4="10.0.0.0/8",
        **props,
    )


def acl(**inline: Any) -> Declared:
    return r("ec2/networkAcl:NetworkAcl", "nacl", refs={"vpcId": "net.id"}, **inline)


def acl_rule(**props: Any) -> Declared:
    return r(
        "ec2/networkAclRule:NetworkAclRule",
        refs={"networkAclId": "nacl.id"},
        ruleNumber=9,
        ruleAction="allow",
        protocol="-1",
        cidrBlock="10.0.0.0/8",
        **props,
    )


def table(**inline: Any) -> Declared:
    return r("ec2/routeTable:RouteTable", "tbl", refs={"vpcId": "net.id"}, **inline)


def bucket(**inline: Any) -> Declared:
    return r("s3/bucket:Bucket", bucket="parcels", **inline)


SCALED = {"minSize": 1, "maxSize": 2}
KEY = r("kms/key:Key", "key", policy=DOCUMENT)


ROWS = [
    # --- inline and beside it ---
    Row(
        BESIDE,
        "breach",
        "ingress, newer rule",
        (VPC, CLIENT, group(ingress=[SELF]), ingress(refs={"referencedSecurityGroupId": "client.id"})),
    ),
    Row(BESIDE, "breach", "ingress, older rule", (group(ingress=[SELF]), legacy(self=True))),
    Row(BESIDE, "breach", "egress, newer rule", (group(egress=[OPEN]), egress())),
    Row(BESIDE, "breach", "egress, older rule", (group(egress=[OPEN]), legacy(type="egress", self=True))),
    Row(
        BESIDE,
        "breach",
        "the default group",
        (r("ec2/defaultSecurityGroup:DefaultSecurityGroup", "vault", ingress=[SELF]), legacy(self=True)),
    ),
    Row(
        BESIDE,
        "breach",
        "routes",
        (
            VPC,
            GATE,
            table(routes=[{"cidrBlock": "10.9.0.0/16", "transitGatewayId": "tgw-1"}]),
            route(destinationCidrBlock="0.0.0.0/0"),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "routes of the default table",
        (
            VPC,
            GATE,
            r(
                "ec2/defaultRouteTable:DefaultRouteTable",
                "tbl",
                refs={"defaultRouteTableId": "net.defaultRouteTableId"},
                routes=[{"cidrBlock": "10.9.0.0/16", "transitGatewayId": "tgw-1"}],
            ),
            route(destinationCidrBlock="0.0.0.0/0"),
        ),
    ),
    Row(BESIDE, "breach", "entries of an ACL", (VPC, acl(ingress=[ENTRY]), acl_rule())),
    Row(BESIDE, "breach", "egress entries of an ACL", (VPC, acl(egress=[ENTRY]), acl_rule(egress=True))),
    Row(
        BESIDE,
        "breach",
        "subnets of an ACL",
        (
            VPC,
            DATA,
            acl(subnetIds=["subnet-1"]),
            r(
                "ec2/networkAclAssociation:NetworkAclAssociation",
                refs={"networkAclId": "nacl.id", "subnetId": "data.id"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "entries of a prefix list",
        (
            r(
                "ec2/managedPrefixList:ManagedPrefixList",
                "list",
                addressFamily="IPv4",
                maxEntries=2,
                entries=[{"cidr": "10.0.0.0/8"}],
            ),
            r(
                "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
                refs={"prefixListId": "list.id"},
                cidr="10.1.0.0/16",
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "subnets of an endpoint",
        (
            VPC,
            DATA,
            r("ec2/vpcEndpoint:VpcEndpoint", "ep", refs={"vpcId": "net.id"}, subnetIds=["subnet-1"]),
            r(
                "ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
                refs={"vpcEndpointId": "ep.id", "subnetId": "data.id"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "groups of a machine",
        (
            VPC,
            SG,
            r("ec2/instance:Instance", "box", vpcSecurityGroupIds=["sg-1"]),
            r(
                "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
                refs={"securityGroupId": "vault.id", "networkInterfaceId": "box.primaryNetworkInterfaceId"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "volumes of a machine",
        (
            r("ec2/instance:Instance", "box", ebsBlockDevices=[{"deviceName": "/dev/sdb"}]),
            r(
                "ec2/volumeAttachment:VolumeAttachment",
                deviceName="/dev/sdc",
                volumeId="vol-1",
                refs={"instanceId": "box.id"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "target groups of machines",
        (
            r(
                "autoscaling/group:Group",
                "fleet",
                targetGroupArns=["arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/1"],
                **SCALED,
            ),
            r(
                "autoscaling/attachment:Attachment",
                lbTargetGroupArn="arn:b",
                refs={"autoscalingGroupName": "fleet.name"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "machines of a classic balancer",
        (
            r("elb/loadBalancer:LoadBalancer", "old", listeners=[], instances=["i-1"]),
            r("elb/attachment:Attachment", instance="i-2", refs={"elb": "old.name"}),
        ),
    ),
    Row(BESIDE, "breach", "a bucket's versioning", (bucket(versioning={"enabled": False}), VERSIONS)),
    Row(
        BESIDE, "breach", "a bucket's ACL", (bucket(acl="private"), of_bucket("s3/bucketAcl:BucketAcl", acl="private"))
    ),
    Row(
        BESIDE,
        "breach",
        "a bucket's lifecycle, by its name",
        (
            bucket(lifecycleRules=[{"enabled": True}]),
            r("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket="parcels", rules=EXPIRY),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "a bucket's policy",
        (bucket(policy=DOCUMENT), of_bucket("s3/bucketPolicy:BucketPolicy", policy=DOCUMENT)),
    ),
    Row(
        BESIDE,
        "breach",
        "a bucket's encryption",
        (
            bucket(
                serverSideEncryptionConfiguration={
                    "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
                }
            ),
            of_bucket("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", rules=[{}]),
        ),
    ),
    Row(BESIDE, "breach", "policies in a role", (role(inlinePolicies=INLINE_POLICY), role_policy())),
    Row(
        BESIDE,
        "breach",
        "policies attached to a role",
        (role(managedPolicyArns=[AWS_POLICY]), attached(policy=OTHER_POLICY)),
    ),
    Row(
        BESIDE,
        "breach",
        "policies attached to a role from the policy",
        (role(managedPolicyArns=[AWS_POLICY]), everywhere(policy=OTHER_POLICY)),
    ),
    Row(
        BESIDE,
        "breach",
        "a key's policy",
        (KEY, r("kms/keyPolicy:KeyPolicy", refs={"keyId": "key.id"}, policy=DOCUMENT)),
    ),
    Row(
        BESIDE,
        "breach",
        "a queue's policy",
        (
            r("sqs/queue:Queue", "line", policy=DOCUMENT),
            r("sqs/queuePolicy:QueuePolicy", refs={"queueUrl": "line.id"}, policy=DOCUMENT),
        ),
    ),
    Row(
        BESIDE,
        "breach",
        "a secret's policy",
        (
            r("secretsmanager/secret:Secret", "pin", policy=DOCUMENT),
            r("secretsmanager/secretPolicy:SecretPolicy", refs={"secretArn": "pin.arn"}, policy=DOCUMENT),
        ),
    ),
    Row(BESIDE, "ok", "ingress inline, egress beside it", (group(ingress=[SELF]), egress())),
    Row(BESIDE, "ok", "egress inline, older ingress rule", (group(egress=[OPEN]), legacy(self=True))),
    Row(BESIDE, "ok", "ingress of an ACL inline, egress beside it", (VPC, acl(ingress=[ENTRY]), acl_rule(egress=True))),
    Row(BESIDE, "ok", "nothing inline", (VPC, SG, ingress(cidrIpv4="10.0.0.0/8"))),
    Row(BESIDE, "ok", "an empty list", (group(ingress=[]), legacy(self=True))),
    Row(BESIDE, "ok", "nothing beside it", (group(ingress=[SELF], egress=[OPEN]),)),
    Row(
        BESIDE,
        "ok",
        "rules of another group",
        (VPC, CLIENT, group(ingress=[SELF]), ingress(refs={"securityGroupId": "client.id"}, cidrIpv4="10.0.0.0/8")),
    ),
    Row(BESIDE, "ok", "routes beside a table without", (VPC, GATE, TABLE, route(destinationCidrBlock="0.0.0.0/0"))),
    Row(BESIDE, "ok", "policies in a role, others attached", (role(inlinePolicies=INLINE_POLICY), attached())),
    Row(BESIDE, "ok", "attached inline, policies beside it", (role(managedPolicyArns=[AWS_POLICY]), role_policy())),
    Row(BESIDE, "ok", "another part of a bucket", (bucket(lifecycleRules=[{"enabled": True}]), VERSIONS)),
    Row(
        BESIDE,
        "ok",
        "another bucket's",
        (
            SECOND,
            bucket(versioning={"enabled": True}),
            r(
                "s3/bucketVersioning:BucketVersioning",
                "side",
                refs={"bucket": "second.id"},
                versioningConfiguration={"status": "Enabled"},
            ),
        ),
    ),
    Row(
        BESIDE,
        "undecided",
        "unknown inline rules",
        (OTHER, r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")), legacy(self=True)),
    ),
    Row(
        BESIDE,
        "undecided",
        "a rule of an unknown group",
        (OTHER, group(ingress=[SELF]), legacy(self=True, refs=unknown("securityGroupId"))),
    ),
    Row(
        BESIDE,
        "undecided",
        "a rule of an unknown direction",
        (OTHER, group(ingress=[SELF]), legacy(self=True, refs=unknown("type"))),
    ),
]
