"""Rows of rules that look into templates: what their functions, conditions and lesser types say."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import Row, Verdict, r
from tests.policy.engine import Declared
from tests.policy.rules.resource_within.holders import ADMIN, DISK, template

_STACK = "cloudformation/stack:Stack"
_LAST = "arn:aws:iam::aws:policy/AdministratorAccess"
_READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"
_PROD = {"Fn::Equals": [{"Ref": "Env"}, "prod"]}


def _disk(sealed: Any, *, given: str = "dev", when: str = "", **sections: Any) -> Declared:
    one = {"Type": "AWS::EC2::Volume", "Properties": {"Encrypted": sealed}, **({"Condition": when} if when else {})}
    parameters = {"Env": {"Type": "String", "Default": "dev"}, "Other": {"Type": "String"}}
    body = {"Parameters": parameters, "Conditions": {"Prod": _PROD}, **sections, "Resources": {"Disk": one}}
    return r(_STACK, templateBody=json.dumps(body), parameters={"Env": given})


_MAP = {"Mappings": {"By": {"dev": {"Sealed": "false"}, "prod": {"Sealed": True}}}}
_MAPPED = {"Fn::FindInMap": ["By", {"Ref": "Env"}, "Sealed"]}
_NOT = {"Conditions": {"Prod": _PROD, "Elsewhere": {"Fn::Not": [{"Condition": "Prod"}]}}}
_BOTH = {"Conditions": {"Prod": {"Fn::And": [_PROD, {"Fn::Or": [_PROD, {"Fn::Equals": ["a", "a"]}]}]}}}
_OPEN = {"Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Other"}, "prod"]}}}
_ROUND = {"Conditions": {"Prod": {"Condition": "Prod"}}}
_BY = {"Fn::If": ["Prod", True, False]}
_CHOSEN = {"Fn::Select": [1, {"Fn::Split": [",", "true,false"]}]}

_DISKS: list[tuple[Verdict, Declared]] = [
    ("breach", _disk(_BY)),
    ("ok", _disk(_BY, given="prod")),
    ("ok", _disk(False, when="Prod")),
    ("breach", _disk(False, given="prod", when="Prod")),
    ("ok", _disk(False, given="prod", when="Elsewhere", **_NOT)),
    ("breach", _disk(False, when="Elsewhere", **_NOT)),
    ("ok", _disk(_BY, given="prod", **_BOTH)),
    ("breach", _disk(_BY, **_BOTH)),
    ("undecided", _disk(_BY, **_OPEN)),
    ("breach", _disk(False, when="Prod", **_OPEN)),
    ("undecided", _disk(_BY, **_ROUND)),
    ("breach", _disk(_MAPPED, **_MAP)),
    ("ok", _disk(_MAPPED, given="prod", **_MAP)),
    ("undecided", _disk(_MAPPED, given="test", **_MAP)),
    ("breach", _disk(_CHOSEN)),
    ("undecided", _disk({"Fn::Select": [5, ["true"]]})),
    ("undecided", _disk({"Fn::Sub": []})),
    ("undecided", _disk(_BY, Conditions={"Prod": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}})),
    ("ok", _disk({"Fn::Sub": ["${Said}", {"Said": "true"}]})),
]

_IN_YAML = """
Parameters: {Env: {Type: String, Default: dev}, Ports: {Type: CommaDelimitedList, Default: "sg-1, sg-2"}}
Conditions: {Prod: !Equals [!Ref Env, prod], Dev: !Not [!Condition Prod]}
Resources:
  Door:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - !If [%s, {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Join [/, [0.0.0.0, 0]]}, !Ref AWS::NoValue]
  Store:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: postgres, VPCSecurityGroups: [!GetAtt Door.GroupId], DBSubnetGroupName: inner}
  Way:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Door, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/8}
"""
_KEPT = """
Parameters: {Word: {Type: "AWS::SSM::Parameter::Value<String>", Default: /prod/word}}
Resources: {Disk: {Type: AWS::EC2::Volume, Properties: {Encrypted: %s}}}
"""
_PASSWORD = "Parameters: {DbPassword: {Type: String, Default: %s}}\nResources: {}\n"


def _yaml(text: str, word: str) -> tuple[Declared]:
    return (r(_STACK, templateBody=text % word),)


_HERE = "${AWS::Region}:${AWS::AccountId}"
_SECRETS = {"Fn::Sub": f"arn:aws:secretsmanager:{_HERE}:secret:*"}
_ONES = {"Fn::Sub": f"arn:aws:secretsmanager:{_HERE}:secret:shop/*"}
_ITS = [
    {"Fn::GetAtt": ["Box", "Arn"]},
    {"Fn::Sub": "${Box.Arn}/*"},
    {"Fn::Join": ["", [{"Fn::GetAtt": "Box.Arn"}, "/a"]]},
]
_OURS = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
_TOPIC = {"ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:sns:*:${AWS::AccountId}:*"}}}
_ROOT = {"Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}}
_TAKEN = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def _granted(action: str, resource: Any) -> dict[str, Any]:
    return {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}}


def _queue(**condition: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    return {"Queues": ["q"], "PolicyDocument": {"Statement": [{**allow, "Resource": "*", **condition}]}}


def _trusted(**by: Any) -> dict[str, Any]:
    return {"AssumeRolePolicyDocument": {"Statement": [{**_TAKEN, **by}]}}


def _word(default: str, name: str = "DbPassword") -> tuple[Declared]:
    told = {name: {"Type": "String", "NoEcho": True, "Default": default}}
    return (r(_STACK, templateBody=json.dumps({"Parameters": told, "Resources": {}})),)


_PARTS = ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:password::}}"]
_WORDS: list[tuple[Verdict, Any]] = [
    ("ok", {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password}}"}),
    ("ok", {"Fn::Join": ["", _PARTS]}),
    ("undecided", {"Fn::Join": ["", [{"Ref": "Secret"}, "x"]]}),
    ("undecided", {"Fn::Join": []}),
    ("breach", "Anchor-77"),
]  # fmt: skip


def _given(hidden: bool) -> tuple[Declared]:
    body = {"Parameters": {"DbPassword": {"Type": "String", "NoEcho": hidden}}, "Resources": {}}
    return (r(_STACK, templateBody=json.dumps(body), parameters={"DbPassword": "Copper-Anchor-77"}),)


_GROUP = {"DBSubnetGroupDescription": "data", "SubnetIds": ["subnet-1"]}
_ACCESS = {"Ec2SshKey": "ops"}
_NODES = {"ClusterName": "c", "NodeRole": "arn", "Subnets": ["subnet-1"]}
_ALL = {"PolicyName": "all", "PolicyDocument": ADMIN}
_SEALED = dict.fromkeys(("RootVolumeEncryptionEnabled", "UserVolumeEncryptionEnabled"), True)

_ROLES = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/*"}
_ROLE = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/shop-*"}

_PLAIN_DENIED = {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}  # fmt: skip


def _door(named: Any, **bucket: str) -> Declared:
    document = {"Statement": [{**_PLAIN_DENIED, "Resource": named}]}
    door = ("AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Box"}, "PolicyDocument": document})
    return template(Box=("AWS::S3::Bucket", bucket), Door=door)


_DOORS: list[tuple[Verdict, Any, dict[str, str]]] = [
    ("ok", _ITS, {}), ("ok", _ITS, {"BucketName": "orders"}),
    ("undecided", _ITS[:1], {}), ("breach", _ITS[:1], {"BucketName": "orders"}),
]  # fmt: skip
_OUT = {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0"}
_STORE = {"Engine": "postgres", "DBSubnetGroupName": {"Ref": "Group"}}


def _net(subnet: dict[str, Any] | None = None, **route: Any) -> Declared:
    """A store in a network of the same template, and where its only table leads."""
    here = {"VpcId": {"Ref": "Net"}}
    return template(
        Net=("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        Gate=("AWS::EC2::InternetGateway", {}),
        Attached=("AWS::EC2::VPCGatewayAttachment", {**here, "InternetGatewayId": {"Ref": "Gate"}}),
        Nat=("AWS::EC2::NatGateway", {"SubnetId": "subnet-1"}),
        Table=("AWS::EC2::RouteTable", here),
        Way=("AWS::EC2::Route", {**_OUT, **route}),
        Inner=("AWS::EC2::Subnet", {**here, "CidrBlock": "10.0.1.0/24", **(subnet or {})}),
        Link=(
            "AWS::EC2::SubnetRouteTableAssociation",
            {"SubnetId": {"Ref": "Inner"}, "RouteTableId": {"Ref": "Table"}},
        ),
        Group=("AWS::RDS::DBSubnetGroup", {"SubnetIds": [{"Ref": "Inner"}]}),
        Store=("AWS::RDS::DBInstance", _STORE),
    )


_CDN = {"Enabled": True, "ViewerCertificate": {"AcmCertificateArn": "arn", "MinimumProtocolVersion": "TLSv1.2_2021"}}
_SECURE, _ANY_WAY = {"ViewerProtocolPolicy": "https-only"}, {"ViewerProtocolPolicy": "allow-all"}
_ORIGIN = {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}
_COMPUTE = {"MaxvCpus": 4, "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
_WEB = {"LoadBalancerPort": "80", "InstancePort": "80", "Protocol": "HTTP"}


def _cdn(**more: Any) -> dict[str, Any]:
    return {"DistributionConfig": {**_CDN, "DefaultCacheBehavior": _SECURE, **more}}


def _from(**origin: Any) -> dict[str, Any]:
    return _cdn(Origins=[{"Id": "o", "DomainName": "shop.example", "CustomOriginConfig": {**_ORIGIN, **origin}}])


# A rule, a type of CloudFormation, properties that keep the rule, and ones that break it.
_PAIRS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("iam-managed-admin", "IAM::User", {"ManagedPolicyArns": [_READER]}, {"ManagedPolicyArns": [_READER, _LAST]}),
    ("iam-managed-admin", "IAM::Group", {"ManagedPolicyArns": [_READER]}, {"ManagedPolicyArns": [_LAST]}),
    ("iam-full-access", "IAM::User", {"Policies": []}, {"Policies": [_ALL]}),
    ("iam-full-access", "IAM::Group", {"Policies": []}, {"Policies": [_ALL]}),
    ("iam-pass-role", "IAM::ManagedPolicy", _granted("iam:PassRole", _ROLE), _granted("iam:PassRole", _ROLES)),
    ("iam-data-anywhere", "IAM::ManagedPolicy", _granted("secretsmanager:GetSecretValue", _ONES),
     _granted("secretsmanager:GetSecretValue", _SECRETS)),
    ("policy-source", "SQS::QueuePolicy", _queue(Condition=_OURS), _queue()),
    ("policy-source", "SQS::QueuePolicy", _queue(Condition=_TOPIC), _queue(Condition={})),
    ("policy-source", "SQS::QueuePolicy", _queue(Condition={"ArnEquals": {"aws:SourceArn": {"Ref": "It"}}}),
     _queue(Condition={"ArnNotEquals": {"aws:SourceArn": {"Ref": "It"}}})),
    ("trust-open", "IAM::Role", _trusted(**_ROOT), _trusted(Principal="*")),
    ("cdn-viewer-plain", "CloudFront::Distribution", _cdn(), _cdn(CacheBehaviors=[_SECURE, _ANY_WAY])),
    ("cdn-viewer-tls", "CloudFront::Distribution", _cdn(),
     _cdn(ViewerCertificate={"CloudFrontDefaultCertificate": True})),
    ("cdn-origin-plain", "CloudFront::Distribution", _from(), _from(OriginSSLProtocols=["TLSv1", "TLSv1.2"])),
    ("volume-at-rest", "Batch::ComputeEnvironment",
     {"Type": "MANAGED", "ComputeResources": {"Type": "FARGATE", **_COMPUTE}},
     {"Type": "MANAGED", "ComputeResources": {"Type": "EC2", **_COMPUTE}}),
    ("build-output-at-rest", "CodeBuild::Project", {"Artifacts": {"Type": "S3"}},
     {"Artifacts": {"Type": "S3", "EncryptionDisabled": True}}),
    ("builds-public", "CodeBuild::Project", {"Visibility": "PRIVATE"}, {"Visibility": "PUBLIC_READ"}),
    ("identity-pool-guests", "Cognito::IdentityPool", {"AllowUnauthenticatedIdentities": False},
     {"AllowUnauthenticatedIdentities": True}),
    ("cluster-insights", "ECS::Cluster", {"ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]}, {}),
    ("alarm-without-action", "CloudWatch::Alarm", {"AlarmActions": [{"Ref": "It"}]}, {"MetricName": "load"}),
    ("classic-listener-plain", "ElasticLoadBalancing::LoadBalancer",
     {"Listeners": [{**_WEB, "LoadBalancerPort": "443", "Protocol": "HTTPS", "SSLCertificateId": "arn"}]},
     {"Listeners": [_WEB]}),
    ("store-at-rest", "RDS::GlobalCluster", {"StorageEncrypted": True}, {"Engine": "aurora-mysql"}),
    ("database-proxy-tls", "RDS::DBProxy", {"RequireTLS": True}, {"RequireTLS": False}),
    ("cache-user-password", "ElastiCache::User", {"AccessString": "on +@all", "Passwords": ["{{resolve:x}}"]},
     {"AccessString": "on +@all", "NoPasswordRequired": True}),
    ("api-cache-at-rest", "AppSync::ApiCache", {"AtRestEncryptionEnabled": True}, {}),
    ("desktop-root-at-rest", "WorkSpaces::Workspace", _SEALED, {}),
    ("delivery-stream-at-rest", "KinesisFirehose::DeliveryStream",
     {"DeliveryStreamEncryptionConfigurationInput": {"KeyType": "AWS_OWNED_CMK"}}, {}),
    ("delivery-stream-at-rest", "KinesisFirehose::DeliveryStream",
     {"KinesisStreamSourceConfiguration": {"RoleARN": "arn"}}, {"DeliveryStreamType": "DirectPut"}),
    ("node-remote-access", "EKS::Nodegroup", {"RemoteAccess": {**_ACCESS, "SourceSecurityGroups": ["sg-1"]}},
     {"RemoteAccess": _ACCESS}),
    ("volume-at-rest", "AutoScaling::LaunchConfiguration", {"ImageId": "ami-1", "BlockDeviceMappings": [DISK]},
     {"ImageId": "ami-1"}),
    ("search-at-rest", "Elasticsearch::Domain", {"EncryptionAtRestOptions": {"Enabled": True}}, {}),
    ("file-transfer-plain", "Transfer::Server", {"Protocols": ["SFTP"]}, {"Protocols": ["FTP"]}),
]  # fmt: skip
_TLS_OFF = ("AWS::DocDB::DBClusterParameterGroup", {"Family": "docdb5.0", "Parameters": {"tls": "disabled"}})
_PLAIN = (
    "AWS::Redshift::ClusterParameterGroup",
    {
        "ParameterGroupFamily": "redshift-1.0",
        "Parameters": [{"ParameterName": "require_ssl", "ParameterValue": "false"}],
    },
)
_NAMED_THINGS: list[tuple[Verdict, Any]] = [
    ("ok", _ITS), ("breach", [*_ITS, "*"]),
    ("undecided", {"Ref": "Given"}), ("undecided", {"Fn::Sub": "${Box}${Given}"}),
]  # fmt: skip
_NAMED = {"DBClusterParameterGroupName": {"Ref": "Tune"}}
_BY_CHANCE = {"LaunchTemplateData": {"Fn::If": ["Any", {"ImageId": "ami-1"}, {"ImageId": "ami-2"}]}}
_BOTH_WAYS: tuple[Verdict, Verdict] = ("ok", "breach")

ROWS = [
    *(Row("volume-at-rest", verdict, f"a disk by a function, {number}", (one,))
      for number, (verdict, one) in enumerate(_DISKS)),
    Row("sg-open-ports", "ok", "a rule that a condition leaves out, in YAML", _yaml(_IN_YAML, "Prod")),
    Row("sg-open-ports", "breach", "a rule that a condition lets in, in YAML", _yaml(_IN_YAML, "Dev")),
    Row("sg-to-sg-only", "breach", "a group of the template, in YAML", _yaml(_IN_YAML, "Prod")),
    Row("volume-at-rest", "breach", "what is written, in YAML", _yaml(_KEPT, "false")),
    Row("volume-at-rest", "undecided", "what Systems Manager keeps, in YAML", _yaml(_KEPT, "!Ref Word")),
    Row("volume-at-rest", "undecided", "a tag of nobody's, in YAML", _yaml(_KEPT, "!Word true")),
    *(Row(rule, verdict, f"inside, {kind} {number}", (template(It=(f"AWS::{kind}", properties)),))
      for number, (rule, kind, good, bad) in enumerate(_PAIRS)
      for verdict, properties in zip(_BOTH_WAYS, (good, bad), strict=True)),
    *(Row("iam-data-anywhere", verdict, f"what it names, {number}",
          (template(Box=("AWS::S3::Bucket", {}), It=("AWS::IAM::ManagedPolicy", _granted("s3:GetObject", named))),))
      for number, (verdict, named) in enumerate(_NAMED_THINGS)),
    Row("data-subnet-public", "breach", "a network inside", (_net(GatewayId={"Ref": "Gate"}),)),
    Row("data-subnet-public", "ok", "a network inside", (_net(NatGatewayId={"Ref": "Nat"}),)),
    Row("data-subnet-public", "undecided", "a network inside, by a way that is elsewhere",
        (_net(GatewayId={"Fn::ImportValue": "gate"}),)),
    Row("subnet-auto-public-ip", "breach", "a network inside", (_net({"MapPublicIpOnLaunch": True}),)),
    *(Row("bucket-tls", verdict, f"what its policy names, {number}", (_door(named, **bucket),))
      for number, (verdict, named, bucket) in enumerate(_DOORS)),
    *(Row("secret-in-program", verdict, f"a database's password, {number}",
          (template(It=("AWS::RDS::DBInstance", {"Engine": "postgres", "MasterUserPassword": word})),))
      for number, (verdict, word) in enumerate(_WORDS)),
    *(Row("secret-in-environment", verdict, f"a parameter, {'hidden' if hidden else 'shown'}", _given(hidden))
      for verdict, hidden in (("ok", True), ("breach", False))),
    Row("secret-in-script", "breach", "a parameter's default", _word("Copper-Anchor-77")),
    Row("secret-in-script", "ok", "a default that is none", _word("")),
    Row("secret-in-script", "ok", "another parameter's default", _word("Copper-Anchor-77", "Title")),
    Row("secret-in-script", "breach", "a parameter's default, in YAML", _yaml(_PASSWORD, "Copper-Anchor-77")),
    Row("classic-listener-tls", "undecided", "inside, by a policy",
        (template(It=("AWS::ElasticLoadBalancing::LoadBalancer", {"Listeners": [{**_WEB, "PolicyNames": ["tls"]}]})),)),
    Row("resource-within-unread", "breach", "without an end, in YAML", _yaml(_KEPT, "&all [*all]")),
    *(Row(rule, verdict, "machines by a function", (template(It=("AWS::EC2::LaunchTemplate", _BY_CHANCE)),))
      for rule, verdict in (("resource-within-unread", _BOTH_WAYS[1]), ("volume-at-rest", _BOTH_WAYS[0]))),
    Row("resource-within-unread", "ok", "of which no rule speaks", (template(It=("AWS::IAM::InstanceProfile", {})),)),
    Row("database-tls", "breach", "inside, a cluster's parameters",
        (template(Tune=_TLS_OFF, It=("AWS::DocDB::DBCluster", _NAMED)),)),
    Row("database-tls", "breach", "inside, a warehouse's parameters",
        (template(Tune=_PLAIN, It=("AWS::Redshift::Cluster", {"ClusterParameterGroupName": {"Ref": "Tune"}})),)),
]  # fmt: skip
