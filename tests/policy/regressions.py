"""Changes that somebody might make to a platform, one at a time, and the family of rules that must catch each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from guard.model.graph import Resource
from tests.policy.changes import Change, adds, both, container, drops, edits, every, refers, sets, statement

# --- what there is ---

DB: Final = "rds/instance:Instance/database-instance"
CACHE: Final = "elasticache/replicationGroup:ReplicationGroup/cache-store"
BALANCER: Final = "lb/loadBalancer:LoadBalancer/load-balancer-balancer"
HTTP, HTTPS = ("lb/listener:Listener/load-balancer-http", "lb/listener:Listener/load-balancer-https")
SERVICE: Final = "ecs/service:Service/service-fastapi-service"
INGRESS: Final = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP: Final = "ec2/securityGroup:SecurityGroup/firewall-"
SUBNET: Final = "ec2/subnet:Subnet/network-subnet-"
TABLE: Final = "ec2/routeTable:RouteTable/network-routes-"
LINK: Final = "ec2/routeTableAssociation:RouteTableAssociation/network-routed-"
GATEWAY: Final = "ec2/internetGateway:InternetGateway/*"
ASSETS: Final = "s3/bucket:Bucket/bucket-assets-bucket"
BLOCK: Final = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock/bucket-assets-private"
NO_VAULT: Final = drops("backup/selection:Selection/*")
BUCKET_POLICY: Final = "s3/bucketPolicy:BucketPolicy/bucket-assets-policy"
KEY: Final = "kms/key:Key/key-key"
TASK_ROLE: Final = "iam/role:Role/roles-fastapi-ecs-task"
METRICS: Final = "iam/rolePolicy:RolePolicy/service-fastapi-task-metrics"
ACL: Final = "ec2/networkAclRule:NetworkAclRule"
WORLD: Final = {"ipProtocol": "tcp", "cidrIpv4": "0.0.0.0/0"}

PLAIN = [{"type": "forward", "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/t/1"}]


def _ingress(group: str, **inputs: Any) -> Change:
    return adds("vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": GROUP + group}, **inputs)


def _egress(group: str, **inputs: Any) -> Change:
    return adds("vpc/securityGroupEgressRule:SecurityGroupEgressRule", {"securityGroupId": GROUP + group}, **inputs)


class Regression(NamedTuple):
    """One change; `family` must catch it, blocking in `profile` and in every stricter one."""

    id: str
    family: str
    change: Change
    profile: str = "baseline"
    stacks: tuple[str, ...] = ("dev", "prod")  # dev is expendable: some of this it is already


ENCRYPTION = [
    Regression("the database in clear", "encrypt-at-rest", sets(DB, storageEncrypted=False)),
    Regression("the database's switch left out", "encrypt-at-rest", sets(DB, storageEncrypted=None)),
    Regression("the cache in clear", "encrypt-at-rest", sets(CACHE, atRestEncryptionEnabled=False)),
    Regression("a volume in clear", "encrypt-at-rest", adds("ebs/volume:Volume", availabilityZone="us-east-1a")),
    Regression("a file system with a key alone", "encrypt-at-rest",
               adds("efs/fileSystem:FileSystem", {"kmsKeyId": KEY})),
    Regression("a replica elsewhere in clear", "encrypt-at-rest", adds("rds/instance:Instance", engine="mysql")),
    Regression("a plain cache", "encrypt-in-transit", sets(CACHE, transitEncryptionEnabled=False)),
    Regression("a cache that prefers TLS", "encrypt-in-transit", sets(CACHE, transitEncryptionMode="preferred")),
    Regression("a database that takes plain connections", "encrypt-in-transit",
               sets("rds/parameterGroup:*", parameters=[{"name": "rds.force_ssl", "value": "0"}])),
    Regression("the database's parameters left out, an old major", "encrypt-in-transit",
               both(drops("rds/parameterGroup:*"), sets(DB, parameterGroupName=None, engineVersion="14.9"))),
    Regression("the plain listener forwards", "encrypt-in-transit", sets(HTTP, defaultActions=PLAIN)),
    Regression("the redirect keeps the protocol", "encrypt-in-transit",
               sets(HTTP, defaultActions=[{"type": "redirect", "redirect": {"port": "80", "statusCode": "HTTP_302"}}])),
    Regression("the listener speaks HTTP", "encrypt-in-transit", sets(HTTPS, protocol="HTTP", sslPolicy=None)),
    Regression("an old TLS policy", "encrypt-in-transit", sets(HTTPS, sslPolicy="ELBSecurityPolicy-2016-08")),
    Regression("no TLS policy", "encrypt-in-transit", sets(HTTPS, sslPolicy=None)),
    Regression("a rule before the redirect", "encrypt-in-transit",
               adds("lb/listenerRule:ListenerRule", {"listenerArn": HTTP}, actions=PLAIN)),
    Regression("a bucket that answers HTTP", "encrypt-in-transit", drops(BUCKET_POLICY)),
    Regression("a bucket whose denial has a second condition", "encrypt-in-transit",
               edits(BUCKET_POLICY, "policy", every(Condition={
                   "Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    Regression("a subscription over HTTP", "encrypt-in-transit",
               adds("sns/topicSubscription:TopicSubscription", protocol="http", endpoint="http://a.example")),
]  # fmt: skip

PLACEMENTS = [
    Regression("a way out for the data tier", "data-subnet-public",
               adds("ec2/route:Route", {"routeTableId": TABLE + "data", "gatewayId": GATEWAY},
                    destinationCidrBlock="0.0.0.0/0")),
    Regression("half of the internet", "data-subnet-public",
               adds("ec2/route:Route", {"routeTableId": TABLE + "data", "gatewayId": GATEWAY},
                    destinationCidrBlock="128.0.0.0/1")),
    Regression("a way out over IPv6", "data-subnet-public",
               adds("ec2/route:Route", {"routeTableId": TABLE + "data", "gatewayId": GATEWAY},
                    destinationIpv6CidrBlock="::/0")),
    Regression("a data subnet on the public table", "data-subnet-public",
               refers(LINK + "data-us-east-1a", "routeTableId", TABLE + "public")),
    Regression("the database in public subnets", "data-subnet-public",
               refers("rds/subnetGroup:*", "subnetIds", SUBNET + "public-us-east-1a", SUBNET + "public-us-east-1b")),
    Regression("one public subnet among the cache's", "data-subnet-public",
               refers("elasticache/subnetGroup:*", "subnetIds", SUBNET + "data-us-east-1a",
                      SUBNET + "public-us-east-1b")),
    Regression("no subnet group: the default VPC", "data-subnet-public", sets(DB, dbSubnetGroupName=None)),
    Regression("no association, and a main table that leads out", "data-subnet-public",
               both(drops(LINK + "data-us-east-1a"),
                    adds("ec2/route:Route", {"routeTableId": "ec2/vpc:Vpc/network-vpc", "gatewayId": GATEWAY},
                         destinationCidrBlock="0.0.0.0/0"))),
    Regression("a mount target in a public subnet", "data-subnet-public",
               adds("efs/mountTarget:MountTarget", {"subnetId": SUBNET + "public-us-east-1a"}, fileSystemId="fs-1")),
]  # fmt: skip

FIREWALL = [
    Regression("an address into the database", "sg-to-sg-only",
               _ingress("database", ipProtocol="tcp", fromPort=5432, toPort=5432, cidrIpv4="10.9.0.7/32")),
    Regression("a VPN into the cache", "sg-to-sg-only",
               _ingress("cache", ipProtocol="-1", cidrIpv4="172.20.0.0/14")),
    Regression("a prefix list into the application", "sg-to-sg-only",
               _ingress("app", ipProtocol="tcp", fromPort=8000, toPort=8000, prefixListId="pl-1")),
    Regression("the way from the application by its range", "sg-to-sg-only",
               sets(INGRESS + "/firewall-database-from-app-5432", referencedSecurityGroupId=None,
                    cidrIpv4="10.0.11.0/24")),
    Regression("an inline rule by address", "sg-to-sg-only",
               sets(GROUP + "database", ingress=[{"protocol": "tcp", "fromPort": 5432, "toPort": 5432,
                                                  "cidrBlocks": ["10.0.0.0/16"]}])),
    Regression("an old-style rule by address", "sg-to-sg-only",
               adds("ec2/securityGroupRule:SecurityGroupRule", {"securityGroupId": GROUP + "cache"}, type="ingress",
                    protocol="tcp", fromPort=6379, toPort=6379, cidrBlocks=["10.0.0.0/8"])),
    Regression("the world into the database", "sg-open-ingress",
               _ingress("database", fromPort=5432, toPort=5432, **WORLD)),
    Regression("SSH for the world at the edge", "sg-open-ingress",
               _ingress("load-balancer", fromPort=22, toPort=22, **WORLD)),
    Regression("the world over IPv6", "sg-open-ingress",
               _ingress("app", ipProtocol="tcp", fromPort=8000, toPort=8000, cidrIpv6="::/0")),
    Regression("a range of ports at the edge", "sg-open-ingress",
               _ingress("load-balancer", fromPort=1, toPort=65535, **WORLD)),
    Regression("an internal balancer keeps the edge's group", "sg-open-ingress", sets(BALANCER, internal=True)),
    Regression("the database may call out", "sg-open-egress", _egress("database", fromPort=443, toPort=443, **WORLD)),
    Regression("the cache may call anywhere", "sg-open-egress", _egress("cache", **{**WORLD, "ipProtocol": "-1"})),
    Regression("SSH through the public ACL", "nacl-open",
               adds("ec2/networkAclRule:NetworkAclRule", {"networkAclId": "ec2/networkAcl:NetworkAcl/acls-public"},
                    ruleNumber=90, protocol="tcp", ruleAction="allow", cidrBlock="0.0.0.0/0", fromPort=22, toPort=22,
                    egress=False)),
    Regression("everything through the private ACL", "nacl-open",
               adds("ec2/networkAclRule:NetworkAclRule", {"networkAclId": "ec2/networkAcl:NetworkAcl/acls-private"},
                    ruleNumber=1, protocol="-1", ruleAction="allow", cidrBlock="0.0.0.0/0", egress=False)),
    Regression("the default group admits its own", "default-sg",
               sets("ec2/defaultSecurityGroup:*", ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0,
                                                            "self": True}])),
    Regression("the default group is nobody's", "default-sg", drops("ec2/defaultSecurityGroup:*")),
    Regression("the database without a group", "default-sg", sets(DB, vpcSecurityGroupIds=None)),
    Regression("public addresses for the data tier", "subnet-auto-public-ip",
               sets(SUBNET + "data-us-east-1a", mapPublicIpOnLaunch=True)),
    Regression("rules inline and beside", "rule-management-conflict",
               sets(GROUP + "app", ingress=[{"protocol": "tcp", "fromPort": 1, "toPort": 1, "self": True}])),
    Regression("a way from the internet to the database", "internet-to-data-path",
               both(refers("rds/subnetGroup:*", "subnetIds", SUBNET + "public-us-east-1a",
                           SUBNET + "public-us-east-1b"),
                    sets(DB, publiclyAccessible=True),
                    _ingress("database", fromPort=5432, toPort=5432, **WORLD))),
]  # fmt: skip

EXPOSURE = [
    Regression("the database on a public address", "public-endpoint", sets(DB, publiclyAccessible=True)),
    Regression("tasks with public addresses", "public-endpoint",
               sets(SERVICE, networkConfiguration__assignPublicIp=True)),
    Regression("a function for everybody", "public-endpoint",
               adds("lambda/functionUrl:FunctionUrl", authorizationType="NONE", functionName="f")),
    *(Regression(f"a bucket's {flag} off", "s3-public-access-block", sets(BLOCK, **{flag: False}))
      for flag in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")),
    Regression("a bucket without a block", "s3-public-access-block", drops(BLOCK)),
    Regression("a bucket for everybody", "public-resource-policy",
               edits(BUCKET_POLICY, "policy", statement(Principal="*", Action="s3:GetObject", Resource="*"))),
    Regression("a key for everybody", "public-resource-policy",
               edits(KEY, "policy", statement(Principal={"AWS": ["*"]}, Action="kms:Decrypt", Resource="*"))),
    Regression("a public ACL", "public-resource-policy",
               adds("s3/bucketAcl:BucketAcl", {"bucket": ASSETS}, acl="public-read")),
    Regression("a secret for everybody", "public-resource-policy",
               adds("secretsmanager/secretPolicy:SecretPolicy", secretArn="s", policy=json.dumps({
                   "Statement": {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue",
                                 "Resource": "*"}}))),
]  # fmt: skip

IDENTITY = [
    Regression("everything on everything", "iam-least-privilege",
               edits(METRICS, "policy", statement(Action="*", Resource="*"))),
    Regression("a service's everything", "iam-least-privilege",
               edits(METRICS, "policy", statement(Action="s?:*", Resource="*"))),
    Regression("all but one", "iam-least-privilege",
               edits(METRICS, "policy", statement(NotAction="iam:*", Resource="*"))),
    Regression("passing any role", "iam-least-privilege",
               edits(METRICS, "policy", statement(Action="iam:PassRole", Resource="*"))),
    Regression("every key", "iam-least-privilege",
               edits(METRICS, "policy", statement(Action="kms:Decrypt", Resource="*"))),
    Regression("an administrator", "iam-least-privilege",
               adds("iam/rolePolicyAttachment:RolePolicyAttachment", {"role": TASK_ROLE},
                    policyArn="arn:aws:iam::aws:policy/AdministratorAccess")),
    Regression("a role for everybody", "iam-trust",
               edits(TASK_ROLE, "assumeRolePolicy", every(Principal={"AWS": "*"}, Condition=None))),
    Regression("any repository of anybody", "iam-trust",
               edits(TASK_ROLE, "assumeRolePolicy", every(
                   Principal={"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
                   Action="sts:AssumeRoleWithWebIdentity",
                   Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}))),
    Regression("a key that never rotates", "kms-hygiene", sets(KEY, enableKeyRotation=False)),
]  # fmt: skip

WORKLOAD = [
    Regression("a password in the environment", "secret-plaintext",
               container(environment=[{"name": "DB_PASSWORD", "value": "tr0ub4dor&3-horse"}])),
    Regression("a key in a parameter", "secret-plaintext",
               adds("ssm/parameter:Parameter", type="String", name="/x/api_key", value="AKIA" + "IOSFODNN7EXAMPL3")),
    Regression("a password in user data", "secret-plaintext",
               adds("ec2/instance:Instance", userData="#!/bin/sh\nexport DB_PASSWORD=tr0ub4dor-3-horse\n")),
    Regression("a privileged container", "container-hardening", container(privileged=True)),
    Regression("a container as root", "container-hardening", container(user="root")),
    Regression("a writable root file system", "container-hardening",
               container(readonlyRootFilesystem=False), "strict"),
    Regression("any image of the day", "container-hardening", container(image="nginx:latest"), "strict"),
    Regression("a machine that answers IMDSv1", "compute-hardening",
               adds("ec2/launchTemplate:LaunchTemplate", metadataOptions={"httpTokens": "optional"})),
]  # fmt: skip

KEEPING = [
    Regression("no flow logs", "logging", drops("ec2/flowLog:FlowLog/*"), "strict"),
    Regression("no access logs", "logging", sets(BALANCER, accessLogs__enabled=False), "strict"),
    Regression("access logs without the switch", "logging", sets(BALANCER, accessLogs={"bucket": "b"}), "strict"),
    Regression("logs for ever", "logging", sets("cloudwatch/logGroup:LogGroup/flow-logs-group", retentionInDays=None),
               "strict"),
    # In prod the vault keeps copies as well: only without both is there no way back.
    Regression("no backups", "backup", both(NO_VAULT, sets(DB, backupRetentionPeriod=0)), "protected",
               stacks=("prod",)),
    Regression("backups unset", "backup", both(NO_VAULT, sets(DB, backupRetentionPeriod=None)), "protected",
               stacks=("prod",)),
    Regression("versions suspended", "backup",
               sets("s3/bucketVersioning:BucketVersioning/bucket-backups-versions",
                    versioningConfiguration__status="Suspended"), "protected"),
    Regression("a database that goes at a word", "deletion-protection", sets(DB, deletionProtection=False),
               "protected", stacks=("prod",)),
    Regression("no final snapshot", "deletion-protection", sets(DB, skipFinalSnapshot=True), "protected",
               stacks=("prod",)),
    Regression("a balancer that goes at a word", "deletion-protection",
               sets(BALANCER, enableDeletionProtection=False), "protected", stacks=("prod",)),
    Regression("headers let through", "request-hygiene", sets(BALANCER, dropInvalidHeaderFields=False), "strict"),
]  # fmt: skip

REGRESSIONS: Final[list[Regression]] = [
    *ENCRYPTION, *PLACEMENTS, *FIREWALL, *EXPOSURE, *IDENTITY, *WORKLOAD, *KEEPING,
]  # fmt: skip


def changed(stack: Mapping[str, Resource], change: Change) -> Iterable[Resource]:
    """A copy of a stack with one change."""
    copy = dict(stack)
    change(copy)
    return copy.values()
