"""Rows of aws-native: types and properties as its SDK 1.84 registers them, judged by the rules of the provider's."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row
from tests.policy.engine import Declared
from tests.policy.rules.internet_to_data_path.paths import BASTION

RULE = "resource-within-unread"


def n(token: str, name: str = "it", /, *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """Declare a resource by its short token, e.g. rds:DbInstance."""
    return Declared(name, f"aws-native:{token}", props, refs or {})


_BLOCKED = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
_SSH = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}
_ADMIN = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_READ = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}]}
_EVERYBODY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]}
_OURS = {"aws:PrincipalOrgID": "o-abc1234567"}
_OURSELVES = {"Statement": [{**_EVERYBODY["Statement"][0], "Condition": {"StringEquals": _OURS}}]}
_BY_LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
_BY_ANY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
_WEB = {"name": "web", "image": "shop", "environment": [{"name": "LOG_LEVEL", "value": "info"}]}
_SHOWN = {**_WEB, "environment": [{"name": "DB_PASSWORD", "value": "correct-horse-9"}]}
_SEALED = {"deviceName": "/dev/xvda", "ebs": {"encrypted": True}}
_TLS = {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}
_LOGGED = [{"key": "access_logs.s3.enabled", "value": "true"}, {"key": "access_logs.s3.bucket", "value": "logs"}]
_KEPT = [{"key": "deletion_protection.enabled", "value": "true"}]
_PRIVATE = {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
_PUBLIC = {**_PRIVATE, "assignPublicIp": "ENABLED"}
_RDS = {"engine": "postgres", "engineVersion": "16.4"}

# A rule, a type, properties that keep the rule, and ones that break it.
_PAIRS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("bucket-public-access-block", "s3:Bucket", {"publicAccessBlockConfiguration": _BLOCKED}, {}),
    ("public-access-block-complete", "s3:Bucket", {"publicAccessBlockConfiguration": _BLOCKED},
     {"publicAccessBlockConfiguration": {"blockPublicAcls": True}}),
    ("bucket-versions", "s3:Bucket", {"versioningConfiguration": {"status": "Enabled"}},
     {"versioningConfiguration": {"status": "Suspended"}}),
    ("sg-open-ports", "ec2:SecurityGroup", {"securityGroupIngress": [{**_SSH, "cidrIp": "203.0.113.7/32"}]},
     {"securityGroupIngress": [{**_SSH, "cidrIp": "0.0.0.0/0"}]}),
    ("sg-open-ports", "ec2:SecurityGroup", {"securityGroupIngress": [{**_SSH, "sourceSecurityGroupId": "sg-1"}]},
     {"securityGroupIngress": [{**_SSH, "cidrIpv6": "::/0"}]}),
    ("sg-open-ports", "ec2:SecurityGroupIngress", {"groupId": "sg-1", **_SSH, "sourceSecurityGroupId": "sg-2"},
     {"groupId": "sg-1", **_SSH, "cidrIp": "0.0.0.0/0"}),
    ("store-public", "rds:DbInstance", {**_RDS, "publiclyAccessible": False}, {**_RDS, "publiclyAccessible": True}),
    ("store-at-rest", "rds:DbInstance", {**_RDS, "storageEncrypted": True}, _RDS),
    ("store-at-rest", "rds:DbCluster", {"engine": "aurora-mysql", "storageEncrypted": True},
     {"engine": "aurora-mysql"}),
    ("database-logs", "rds:DbInstance", {**_RDS, "enableCloudwatchLogsExports": ["postgresql"]}, _RDS),
    ("key-rotation", "kms:Key", {"enableKeyRotation": True}, {"enableKeyRotation": False}),
    ("key-rotation", "kms:Key", {"keySpec": "RSA_2048", "keyUsage": "SIGN_VERIFY"}, {"keySpec": "SYMMETRIC_DEFAULT"}),
    ("policy-open", "kms:Key", {"keyPolicy": _OURSELVES}, {"keyPolicy": _EVERYBODY}),
    ("iam-full-access", "iam:ManagedPolicy", {"policyDocument": _READ}, {"policyDocument": _ADMIN}),
    ("iam-full-access", "iam:ManagedPolicy", {"policyDocument": json.dumps(_READ)},
     {"policyDocument": json.dumps(_ADMIN)}),
    ("iam-full-access", "iam:Role", {"policies": [{"policyName": "a", "policyDocument": _READ}]},
     {"policies": [{"policyName": "a", "policyDocument": _ADMIN}]}),
    ("iam-managed-admin", "iam:Role", {"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
     {"managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}),
    ("trust-open", "iam:Role", {"assumeRolePolicyDocument": {"Statement": [_BY_LAMBDA]}},
     {"assumeRolePolicyDocument": {"Statement": [_BY_ANY]}}),
    ("cache-in-transit", "elasticache:ReplicationGroup", {"transitEncryptionEnabled": True},
     {"transitEncryptionEnabled": False}),
    ("search-at-rest", "opensearchservice:Domain", {"encryptionAtRestOptions": {"enabled": True}}, {}),
    ("search-endpoint-tls", "opensearchservice:Domain", {"domainEndpointOptions": _TLS},
     {"domainEndpointOptions": {"enforceHttps": False}}),
    ("function-runtime", "lambda:Function", {"runtime": "python3.13"}, {"runtime": "python3.7"}),
    ("secret-in-environment", "lambda:Function", {"environment": {"variables": {"LOG_LEVEL": "info"}}},
     {"environment": {"variables": {"DB_PASSWORD": "correct-horse-9"}}}),
    ("permission-open", "lambda:Permission", {"functionName": "f", "principal": "*", "principalOrgId": "o-abc1234567"},
     {"functionName": "f", "principal": "*"}),
    ("secret-in-environment", "ecs:TaskDefinition", {"containerDefinitions": [_WEB]},
     {"containerDefinitions": [_SHOWN]}),
    ("container-privileged", "ecs:TaskDefinition", {"containerDefinitions": [_WEB]},
     {"containerDefinitions": [_WEB, {**_WEB, "privileged": True}]}),
    ("task-public-address", "ecs:Service", {"networkConfiguration": {"awsvpcConfiguration": _PRIVATE}},
     {"networkConfiguration": {"awsvpcConfiguration": _PUBLIC}}),
    ("volume-at-rest", "ec2:Instance", {"imageId": "ami-1", "blockDeviceMappings": [_SEALED]}, {"imageId": "ami-1"}),
    ("machine-public-address", "ec2:Instance", {"networkInterfaces": [{"deviceIndex": "0"}]},
     {"networkInterfaces": [{"deviceIndex": "0", "associatePublicIpAddress": True}]}),
    ("metadata-tokens", "ec2:LaunchTemplate",
     {"launchTemplateData": {"metadataOptions": {"httpTokens": "required"}}}, {"launchTemplateData": {}}),
    ("balancer-access-logs", "elasticloadbalancingv2:LoadBalancer", {"loadBalancerAttributes": _LOGGED}, {}),
    ("balancer-deletion-protection", "elasticloadbalancingv2:LoadBalancer", {"loadBalancerAttributes": _KEPT}, {}),
    ("listener-plain", "elasticloadbalancingv2:Listener",
     {"protocol": "HTTP", "defaultActions": [{"type": "redirect", "redirectConfig": {"protocol": "HTTPS"}}]},
     {"protocol": "HTTP", "defaultActions": [{"type": "fixed-response"}]}),
    ("table-deletion-protection", "dynamodb:Table", {"deletionProtectionEnabled": True}, {}),
    ("policy-open", "efs:FileSystem", {"fileSystemPolicy": _OURSELVES}, {"fileSystemPolicy": _EVERYBODY}),
    ("secret-in-program", "rds:DbCluster", {"engine": "aurora-mysql", "manageMasterUserPassword": True},
     {"engine": "aurora-mysql", "masterUserPassword": "correct-horse-9"}),
    ("secret-in-program", "secretsmanager:Secret", {"generateSecretString": {"passwordLength": 32}},
     {"secretString": "correct-horse-9"}),
    ("secret-in-parameter", "ssm:Parameter", {"type": "String", "name": "/shop/level", "value": "info"},
     {"type": "String", "name": "/shop/db-password", "value": "correct-horse-9"}),
]  # fmt: skip

_NETWORK = (n("ec2:Vpc", "net", cidrBlock="10.61.0.0/16"), n("ec2:InternetGateway", "gate"))
_SUBNET = n("ec2:Subnet", "data", refs={"vpcId": "net.id"}, cidrBlock="10.61.20.0/24")
_TABLE = n("ec2:RouteTable", "table", refs={"vpcId": "net.id"})
_LINK = n("ec2:SubnetRouteTableAssociation", "link", refs={"subnetId": "data.id", "routeTableId": "table.id"})
_OUT = n(
    "ec2:Route",
    "out",
    refs={"routeTableId": "table.id", "gatewayId": "gate.id"},
    destinationCidrBlock="0.0.0.0/0",
)
_PLACES = n("rds:DbSubnetGroup", "places", refs={"subnetIds[0]": "data.id"}, dbSubnetGroupDescription="data")
_STORE = n("rds:DbInstance", refs={"dbSubnetGroupName": "places.id", "vpcSecurityGroups[0]": "own.id"}, **_RDS)
_OWN = n("ec2:SecurityGroup", "own", refs={"vpcId": "net.id"}, groupDescription="data")
_APP = n("ec2:SecurityGroup", "app", refs={"vpcId": "net.id"}, groupDescription="app")
_POSTGRES = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}
_FROM_APP = n(
    "ec2:SecurityGroupIngress",
    "from-app",
    refs={"groupId": "own.id", "sourceSecurityGroupId": "app.id"},
    **_POSTGRES,
)
_FROM_RANGE = n("ec2:SecurityGroupIngress", "range", refs={"groupId": "own.id"}, cidrIp="10.0.0.0/8", **_POSTGRES)
_STACK = (*_NETWORK, _SUBNET, _TABLE, _LINK, _PLACES, _OWN, _STORE)
_WATCHED = n("ec2:FlowLog", "log", refs={"resourceId": "net.id"}, resourceType="VPC", trafficType="ALL")
_FORCED = n("rds:DbParameterGroup", "tune", family="postgres14", parameters={"rds.force_ssl": "1"})
_FREE = n("rds:DbParameterGroup", "tune", family="postgres14", parameters={"rds.force_ssl": "0"})
_TUNED = n("rds:DbInstance", refs={"dbParameterGroupName": "tune.id"}, engine="postgres", engineVersion="14.13")

_HOPPER = n(
    "ec2:Instance",
    "hopper",
    refs={"networkInterfaces[0].groupSet[0]": "jump.id", "networkInterfaces[0].subnetId": "edge.id"},
    networkInterfaces=[{"deviceIndex": "0", "associatePublicIpAddress": True}],
)

ROWS = [
    *(
        Row(rule, verdict, f"aws-native, {kind} {number}", (n(kind, **properties),))
        for number, (rule, kind, good, bad) in enumerate(_PAIRS)
        for verdict, properties in (("ok", good), ("breach", bad))
    ),
    Row("data-subnet-public", "ok", "aws-native: no way out", _STACK),
    Row("data-subnet-public", "breach", "aws-native: a route out", (*_STACK, _OUT)),
    Row("sg-to-sg-only", "ok", "aws-native: from a group", (*_STACK, _APP, _FROM_APP)),
    Row("sg-to-sg-only", "breach", "aws-native: from addresses", (*_STACK, _FROM_RANGE)),
    Row("vpc-flow-logs", "ok", "aws-native", (*_NETWORK, _WATCHED)),
    Row("vpc-flow-logs", "breach", "aws-native", _NETWORK),
    Row("database-tls", "ok", "aws-native", (_FORCED, _TUNED)),
    Row("database-tls", "breach", "aws-native", (_FREE, _TUNED)),
    Row("iam-full-access", "undecided", "aws-native",
        (OTHER, n("iam:ManagedPolicy", refs={"policyDocument": "other.value"}))),
    Row("internet-to-data-path", "breach", "aws-native: a machine by its interface", (*BASTION, _HOPPER)),
    Row(RULE, "breach", "aws-native: a type that nobody reads", (n("appflow:Flow", flowName="orders"),)),
    Row(RULE, "ok", "aws-native: a type that is read", (n("s3:Bucket"),)),
]  # fmt: skip
