"""Rows of the family rule-management-conflict."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import (
    BUCKET,
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

BESIDE, TWICE = "inline-beside-standalone", "managed-twice"
EXCLUSIVE, EVERYWHERE = "exclusive-beside-others", "policy-attachment-exclusive"

TRUST = '{"Version": "2012-10-17", "Statement": []}'
DOCUMENT = '{"Version": "2012-10-17", "Statement": []}'
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OTHER_POLICY = "arn:aws:iam::aws:policy/job-function/Billing"
SELF = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "self": True}
OPEN = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}
ENTRY = {"ruleNo": 1, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "10.0.0.0/8"}
INLINE_POLICY = [{"name": "a", "policy": DOCUMENT}]


def group(**inline: Any) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", "vault", **inline)


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


def role(**inline: Any) -> Declared:
    return r("iam/role:Role", "worker", assumeRolePolicy=TRUST, **inline)


def role_policy(**props: Any) -> Declared:
    return r("iam/rolePolicy:RolePolicy", "extra", refs={"role": "worker.name"}, policy=DOCUMENT, **props)


def attached(
    name: str = "clip", policy: str | None = AWS_POLICY, refs: dict[str, str] | None = None, of: str = "worker.name"
) -> Declared:
    known = {"policyArn": policy} if policy else {}
    return r("iam/rolePolicyAttachment:RolePolicyAttachment", name, refs={"role": of} | (refs or {}), **known)


def everywhere(name: str = "all", policy: str | None = AWS_POLICY, refs: dict[str, str] | None = None) -> Declared:
    known = {"policyArn": policy} if policy else {}
    return r("iam/policyAttachment:PolicyAttachment", name, refs={"roles[0]": "worker.name"} | (refs or {}), **known)


def bucket(**inline: Any) -> Declared:
    return r("s3/bucket:Bucket", bucket="parcels", **inline)


def of_bucket(token: str, name: str = "side", **props: Any) -> Declared:
    return r(token, name, refs={"bucket": "it.id"}, **props)


VERSIONS = of_bucket("s3/bucketVersioning:BucketVersioning", versioningConfiguration={"status": "Enabled"})
EXPIRY = [{"id": "a", "status": "Enabled", "expiration": {"days": 9}}]
SECOND = r("s3/bucket:Bucket", "second", bucket="letters")
OWN_POLICY = r("iam/policy:Policy", "may", policy=DOCUMENT)
SCALED = {"minSize": 1, "maxSize": 2}
KEY = r("kms/key:Key", "key", policy=DOCUMENT)


def exclusive_policies(*names: str, refs: dict[str, str] | None = None, called: str = "only") -> Declared:
    listed = {"policyNames": list(names)} if names else {}
    return r(
        "iam/rolePoliciesExclusive:RolePoliciesExclusive",
        called,
        refs={"roleName": "worker.name"} | (refs or {}),
        **listed,
    )


def exclusive_attachments(*arns: str, refs: dict[str, str] | None = None, called: str = "only") -> Declared:
    listed = {"policyArns": list(arns)} if arns else {}
    return r(
        "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        called,
        refs={"roleName": "worker.name"} | (refs or {}),
        **listed,
    )


def exclusive_rules(refs: dict[str, str], **listed: Any) -> Declared:
    return r(
        "ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
        "only",
        refs={"securityGroupId": "vault.id"} | refs,
        **listed,
    )


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
    # --- the same twice ---
    Row(
        TWICE,
        "breach",
        "two policies of a bucket",
        (
            BUCKET,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            of_bucket("s3/bucketPolicy:BucketPolicy", "two", policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two lifecycles, one by name",
        (
            BUCKET,
            of_bucket("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "one", rules=EXPIRY),
            r("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "two", bucket="parcels", rules=EXPIRY),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two of a bucket elsewhere",
        (
            r("s3/bucketPolicy:BucketPolicy", "one", bucket="elsewhere", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", bucket="elsewhere", policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two tables of a subnet",
        (
            VPC,
            DATA,
            TABLE,
            *(
                r(
                    "ec2/routeTableAssociation:RouteTableAssociation",
                    name,
                    refs={"subnetId": "data.id", "routeTableId": "tbl.id"},
                )
                for name in ("one", "two")
            ),
        ),
    ),
    Row(
        TWICE,
        "breach",
        "two policies of a queue",
        (
            r("sqs/queue:Queue", "line"),
            *(
                r("sqs/queuePolicy:QueuePolicy", name, refs={"queueUrl": "line.id"}, policy=DOCUMENT)
                for name in ("one", "two")
            ),
        ),
    ),
    Row(
        TWICE,
        "ok",
        "one each",
        (
            BUCKET,
            SECOND,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", refs={"bucket": "second.id"}, policy=DOCUMENT),
        ),
    ),
    Row(
        TWICE,
        "ok",
        "one of each kind",
        (BUCKET, VERSIONS, of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT)),
    ),
    Row(
        TWICE,
        "ok",
        "the same name in two regions",
        tuple(
            r("sqs/queuePolicy:QueuePolicy", name, queueUrl="line", region=name, policy=DOCUMENT)
            for name in ("eu-west-1", "eu-west-2")
        ),
    ),
    Row(
        TWICE,
        "undecided",
        "an unknown bucket",
        (
            OTHER,
            BUCKET,
            of_bucket("s3/bucketPolicy:BucketPolicy", "one", policy=DOCUMENT),
            r("s3/bucketPolicy:BucketPolicy", "two", refs=unknown("bucket"), policy=DOCUMENT),
        ),
    ),
    # --- exclusive forms ---
    Row(
        EXCLUSIVE, "ok", "it lists the policy by name", (role(), role_policy(name="extra"), exclusive_policies("extra"))
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "it lists the policy by reference",
        (role(), role_policy(), exclusive_policies(refs={"policyNames[0]": "extra.name"})),
    ),
    Row(EXCLUSIVE, "ok", "it lists what is attached", (role(), attached(), exclusive_attachments(AWS_POLICY))),
    Row(
        EXCLUSIVE,
        "ok",
        "it lists an own policy",
        (
            role(),
            OWN_POLICY,
            attached(policy=None, refs={"policyArn": "may.arn"}),
            exclusive_attachments(refs={"policyArns[0]": "may.arn"}),
        ),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "policies in the role, exclusive attachments",
        (role(inlinePolicies=INLINE_POLICY), attached(), exclusive_attachments(AWS_POLICY)),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "another role's",
        (
            role(),
            r("iam/role:Role", "second", assumeRolePolicy=TRUST),
            attached(of="second.name"),
            exclusive_attachments(OTHER_POLICY),
        ),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "the rules of a group, all listed",
        (VPC, SG, ingress(cidrIpv4="10.0.0.0/8"), exclusive_rules({"ingressRuleIds[0]": "it.id"}, egressRuleIds=[])),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list the policy",
        (role(), role_policy(name="extra"), exclusive_policies("another")),
    ),
    Row(EXCLUSIVE, "breach", "it lists nothing", (role(), role_policy(name="extra"), exclusive_policies())),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list what is attached",
        (role(), attached(), exclusive_attachments(OTHER_POLICY)),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list what the policy attaches",
        (role(), everywhere(), exclusive_attachments(OTHER_POLICY)),
    ),
    Row(EXCLUSIVE, "breach", "policies in the role", (role(inlinePolicies=INLINE_POLICY), exclusive_policies("a"))),
    Row(
        EXCLUSIVE,
        "breach",
        "attached in the role",
        (role(managedPolicyArns=[AWS_POLICY]), exclusive_attachments(AWS_POLICY)),
    ),
    Row(EXCLUSIVE, "breach", "two of them", (role(), exclusive_policies("a"), exclusive_policies("b", called="too"))),
    Row(
        EXCLUSIVE,
        "breach",
        "a user",
        (
            r("iam/user:User", "ada"),
            r("iam/userPolicyAttachment:UserPolicyAttachment", refs={"user": "ada.name"}, policyArn=AWS_POLICY),
            r(
                "iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
                "only",
                refs={"userName": "ada.name"},
                policyArns=[],
            ),
        ),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "a rule that it does not list",
        (VPC, SG, ingress(cidrIpv4="10.0.0.0/8"), exclusive_rules({}, ingressRuleIds=["sgr-1"], egressRuleIds=[])),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "rules in the group",
        (group(ingress=[SELF]), exclusive_rules({}, ingressRuleIds=[], egressRuleIds=[])),
    ),
    Row(EXCLUSIVE, "undecided", "a policy that AWS names", (role(), role_policy(), exclusive_policies("another"))),
    Row(
        EXCLUSIVE,
        "undecided",
        "unknown names",
        (OTHER, role(), role_policy(name="extra"), exclusive_policies(refs=unknown("policyNames[0]"))),
    ),
    Row(
        EXCLUSIVE,
        "undecided",
        "unknown rules in the group",
        (
            OTHER,
            r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")),
            exclusive_rules({}, ingressRuleIds=[], egressRuleIds=[]),
        ),
    ),
    # --- a policy that is taken from all others ---
    Row(EVERYWHERE, "ok", "alone", (role(), everywhere())),
    Row(EVERYWHERE, "ok", "another policy", (role(), everywhere(), attached(policy=OTHER_POLICY))),
    Row(EVERYWHERE, "breach", "the same policy of AWS", (role(), everywhere(), attached())),
    Row(
        EVERYWHERE,
        "breach",
        "the same own policy",
        (
            role(),
            OWN_POLICY,
            everywhere(policy=None, refs={"policyArn": "may.arn"}),
            attached(policy=None, refs={"policyArn": "may.arn"}),
        ),
    ),
    Row(EVERYWHERE, "breach", "two such", (role(), everywhere(), everywhere("too"))),
    Row(EVERYWHERE, "breach", "a role that names it", (role(managedPolicyArns=[AWS_POLICY]), everywhere())),
    Row(
        EVERYWHERE,
        "undecided",
        "an unknown policy",
        (OTHER, role(), everywhere(policy=None, refs=unknown("policyArn")), attached()),
    ),
]
