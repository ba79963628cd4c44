"""Rows of the family resource-within, and of rules that look into what it reads."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, unknown
from tests.policy.engine import Declared

RULE = "resource-within-unread"
_CONTROL = "cloudcontrol/resource:Resource"
_PORTS = "lightsail/instancePublicPorts:InstancePublicPorts"


def template(**resources: tuple[str, dict[str, Any]]) -> Declared:
    body = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in resources.items()}
    return r("cloudformation/stack:Stack", templateBody=json.dumps({"Resources": body}))


def control(kind: str, **state: Any) -> Declared:
    return r(_CONTROL, typeName=kind, desiredState=json.dumps(state))


SEALED = ("AWS::EC2::Volume", {"Size": 1, "Encrypted": True})
PLAIN = ("AWS::EC2::Volume", {"Size": 1, "Encrypted": False})
STRANGE: tuple[str, dict[str, Any]] = ("AWS::Example::Thing", {})
IN_YAML = "Resources:\n  Disk:\n    Type: AWS::EC2::Volume\n    Properties: {Size: 1, KmsKeyId: !Ref Key}\n"
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}

PARAMETER = ("AWS::EC2::Volume", {"Encrypted": {"Ref": "Sealed"}})
DOOR = ("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [OPEN]})
SSH = {"protocol": "tcp", "fromPort": 22, "toPort": 22}

EMPTY: tuple[str, dict[str, Any]] = ("AWS::CDK::Metadata", {})
_BLOCKED = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
DISK = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}
EVERYBODY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
ADMIN = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_REPLICATION = "AWS::DMS::ReplicationInstance"
MEMBER = ("AWS::RDS::DBInstance", {"Engine": "aurora-mysql", "DBClusterIdentifier": {"Ref": "All"}})


def cluster(encrypted: bool) -> Declared:
    return template(All=("AWS::RDS::DBCluster", {"Engine": "aurora-mysql", "StorageEncrypted": encrypted}), One=MEMBER)


def listener(action: dict[str, Any]) -> Declared:
    return control(
        "AWS::ElasticLoadBalancingV2::Listener",
        Port=80,
        Protocol="HTTP",
        LoadBalancerArn="arn",
        DefaultActions=[action],
    )


def by_parameter(value: str, **given: Any) -> Declared:
    body = {
        "Parameters": {"Sealed": {"Default": value}},
        "Resources": {"Disk": {"Type": PARAMETER[0], "Properties": PARAMETER[1]}},
    }
    return r("cloudformation/stack:Stack", templateBody=json.dumps(body), parameters=given)


def environment(**options: str) -> Declared:
    settings = [
        {"namespace": "aws:autoscaling:launchconfiguration", "name": name, "value": value}
        for name, value in options.items()
    ]
    return r("elasticbeanstalk/environment:Environment", application="shop", settings=settings)


INSIDE: list[tuple[str, Verdict, str, Declared]] = [
    ("volume-at-rest", "breach", "a machine", control("AWS::EC2::Instance", ImageId="ami-1")),
    ("volume-at-rest", "ok", "a machine", control("AWS::EC2::Instance", ImageId="ami-1", BlockDeviceMappings=[DISK])),
    (
        "volume-at-rest",
        "breach",
        "a template of machines",
        control("AWS::EC2::LaunchTemplate", LaunchTemplateData={"ImageId": "ami-1"}),
    ),
    (
        "volume-at-rest",
        "ok",
        "a template of machines",
        control("AWS::EC2::LaunchTemplate", LaunchTemplateData={"BlockDeviceMappings": [DISK]}),
    ),
    ("store-public", "breach", "a replication instance: open unless it says no", control(_REPLICATION)),
    ("store-public", "breach", "an open replication instance", control(_REPLICATION, PubliclyAccessible=True)),
    ("store-public", "ok", "a closed replication instance", control(_REPLICATION, PubliclyAccessible=False)),
    (
        "store-public",
        "breach",
        "a template's replication instance",
        template(One=(_REPLICATION, {"ReplicationInstanceClass": "dms.t3.micro"})),
    ),
    (
        "store-public",
        "undecided",
        "a replication instance that a parameter opens",
        template(One=(_REPLICATION, {"PubliclyAccessible": {"Fn::GetAtt": ["Other", "Open"]}})),
    ),
    ("volume-at-rest", "ok", "a parameter's default", by_parameter("true")),
    ("volume-at-rest", "breach", "a parameter that is given", by_parameter("true", Sealed="false")),
    ("store-at-rest", "breach", "a cluster and its member", cluster(encrypted=False)),
    ("store-at-rest", "ok", "a cluster and its member", cluster(encrypted=True)),
    (
        "metadata-tokens",
        "breach",
        "a template of machines",
        control("AWS::EC2::LaunchTemplate", LaunchTemplateData={"ImageId": "ami-1"}),
    ),
    ("sg-open-ports", "breach", "a rule of a group", control("AWS::EC2::SecurityGroupIngress", GroupId="sg-1", **OPEN)),
    ("sg-open-ports", "breach", "a key alone", environment(EC2KeyName="ops")),
    (
        "sg-open-ports",
        "ok",
        "a key, for one office",
        environment(EC2KeyName="ops", SSHSourceRestriction="tcp,22,22,203.0.113.7/32"),
    ),
    (
        "sg-open-ports",
        "ok",
        "a key, and groups of one's own",
        environment(EC2KeyName="ops", DisableDefaultEC2SecurityGroup="true"),
    ),
    ("bucket-public-access-block", "breach", "a bucket", control("AWS::S3::Bucket")),
    (
        "bucket-public-access-block",
        "ok",
        "a bucket",
        control("AWS::S3::Bucket", PublicAccessBlockConfiguration=_BLOCKED),
    ),
    (
        "public-access-block-complete",
        "breach",
        "half a block",
        control("AWS::S3::Bucket", PublicAccessBlockConfiguration={"BlockPublicAcls": True}),
    ),
    ("listener-plain", "breach", "a listener", listener({"Type": "forward", "TargetGroupArn": "arn"})),
    (
        "listener-plain",
        "ok",
        "a listener that redirects",
        listener({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}),
    ),
    ("iam-full-access", "breach", "a policy", control("AWS::IAM::Policy", PolicyName="all", PolicyDocument=ADMIN)),
    (
        "iam-full-access",
        "breach",
        "a role's policy",
        control("AWS::IAM::RolePolicy", RoleName="it", PolicyDocument=ADMIN),
    ),
    (
        "policy-open",
        "breach",
        "a topic's policy",
        control("AWS::SNS::TopicPolicy", Topics=["t"], PolicyDocument=EVERYBODY),
    ),
    (
        "policy-open",
        "breach",
        "a queue's policy",
        control("AWS::SQS::QueuePolicy", Queues=["q"], PolicyDocument=EVERYBODY),
    ),
    (
        "permission-open",
        "breach",
        "a function's permission",
        control("AWS::Lambda::Permission", FunctionName="f", Principal="*"),
    ),
    ("search-at-rest", "breach", "a search domain", control("AWS::OpenSearchService::Domain", DomainName="x")),
    (
        "search-at-rest",
        "ok",
        "a search domain",
        control("AWS::OpenSearchService::Domain", EncryptionAtRestOptions={"Enabled": True}),
    ),
    (RULE, "ok", "nothing to ask", template(Note=EMPTY)),
    (RULE, "breach", "a product", r("servicecatalog/provisionedProduct:ProvisionedProduct", productName="shop")),
    (
        RULE,
        "breach",
        "an application",
        r("serverlessrepository/cloudFormationStack:CloudFormationStack", applicationId="arn"),
    ),
]

_ORG = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-abc1234567"}
_BUS = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "s"}
_UNTAGGED = {"Image": "shop", "Name": "web"}
_EFS = {"Name": "share", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}
_SOCKET = {"Name": "run", "Host": {"SourcePath": "/var/run/docker.sock"}}
_LOGS = {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}, {"Type": "audit"}, {"Type": "authenticator"}]}}
_SUM = "arn:aws:iam::aws:policy/AdministratorAccess"
_PARTITION = {"Ref": "AWS::Partition"}

# A rule, a type of CloudFormation, properties that keep the rule, and ones that break it.
_PAIRS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("container-privileged", "ECS::TaskDefinition", {"ContainerDefinitions": [_UNTAGGED]},
     {"ContainerDefinitions": [_UNTAGGED, {**_UNTAGGED, "Privileged": True}]}),
    ("container-host-paths", "ECS::TaskDefinition", {"Volumes": [_EFS]}, {"Volumes": [_SOCKET]}),
    ("task-volume-in-transit", "ECS::TaskDefinition", {"Volumes": [_SOCKET]}, {"Volumes": [_EFS]}),
    ("cluster-endpoint-public", "EKS::Cluster", {"ResourcesVpcConfig": {"EndpointPublicAccess": False}},
     {"ResourcesVpcConfig": {"SubnetIds": ["subnet-1"]}}),
    ("cluster-audit-logs", "EKS::Cluster", {"Logging": _LOGS}, {}),
    ("kafka-clients-tls", "MSK::Cluster", {"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS"}}},
     {"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "PLAINTEXT"}}}),
    ("kafka-authentication", "MSK::Cluster", {"ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}}},
     {"ClientAuthentication": {"Unauthenticated": {"Enabled": True}}}),
    ("kafka-authentication", "MSK::Cluster",
     {"ClientAuthentication": {"Tls": {"Enabled": True, "CertificateAuthorityArnList": ["arn"]}}},
     {"ClientAuthentication": {"Tls": {"Enabled": False, "CertificateAuthorityArnList": ["arn"]}}}),
    ("store-public", "AmazonMQ::Broker", {"PubliclyAccessible": False}, {"PubliclyAccessible": True}),
    ("store-public", "RedshiftServerless::Workgroup", {}, {"PubliclyAccessible": True}),
    ("store-public", "Neptune::DBInstance", {"DBClusterIdentifier": "c"},
     {"DBClusterIdentifier": "c", "PubliclyAccessible": True}),
    ("notebook-internet", "SageMaker::NotebookInstance", {"DirectInternetAccess": "Disabled"}, {}),
    ("search-network-public", "OpenSearchServerless::SecurityPolicy",
     {"Type": "network", "Policy": '[{"AllowFromPublic": false}]'},
     {"Type": "network", "Policy": '[{"AllowFromPublic": true}]'}),
    ("policy-open", "ECR::Repository", {}, {"RepositoryPolicyText": EVERYBODY}),
    ("policy-open", "Backup::BackupVault", {"BackupVaultName": "v"}, {"AccessPolicy": EVERYBODY}),
    ("policy-open", "SQS::QueueInlinePolicy", {"PolicyDocument": ADMIN}, {"PolicyDocument": EVERYBODY}),
    ("policy-open", "SNS::TopicInlinePolicy", {"PolicyDocument": ADMIN}, {"PolicyDocument": EVERYBODY}),
    ("policy-open", "Events::EventBusPolicy", {**_BUS, "Condition": _ORG}, _BUS),
    ("policy-open", "Events::EventBusPolicy", {"Statement": ADMIN["Statement"][0]},
     {"Statement": EVERYBODY["Statement"][0]}),
    ("permission-open", "Lambda::LayerVersionPermission", {"Principal": "*", "OrganizationId": "o-abc1234567"},
     {"Principal": "*"}),
    ("migration-endpoint-tls", "DMS::Endpoint", {"EngineName": "mysql", "SslMode": "require"},
     {"EngineName": "mysql"}),
    ("iam-managed-admin", "IAM::Role", {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
     {"ManagedPolicyArns": [_SUM]}),
]  # fmt: skip
# The same policy of AWS's, as templates that hold in every partition name it; and a disk whose device nobody knows.
_FUNCTIONS: list[tuple[Verdict, dict[str, Any]]] = [
    ("breach", {"Fn::Sub": _SUM.replace(":aws:iam", ":${AWS::Partition}:iam")}),
    ("breach", {"Fn::Join": ["", ["arn:", _PARTITION, ":iam::aws:policy/AdministratorAccess"]]}),
    ("breach", {"Fn::If": ["Any", _SUM, _SUM]}),
    ("undecided", {"Fn::If": ["Any", _SUM, {"Ref": "AWS::NoValue"}]}),
    ("undecided", {"Fn::Sub": "arn:aws:iam::aws:policy/${Name}"}),
]
_DEVICE = {"BlockDeviceMappings": [{"DeviceName": {"Ref": "Device"}, "Ebs": {"Encrypted": True}}]}
BOTH: tuple[Verdict, Verdict] = ("ok", "breach")
TYPES = [
    *(Row(rule, verdict, f"inside, {kind} {number}", (template(It=(f"AWS::{kind}", properties)),))
      for number, (rule, kind, good, bad) in enumerate(_PAIRS)
      for verdict, properties in zip(BOTH, (good, bad), strict=True)),
    *(Row("iam-managed-admin", verdict, f"inside, by {next(iter(name))} {number}",
          (template(It=("AWS::IAM::Role", {"ManagedPolicyArns": [name]})),))
      for number, (verdict, name) in enumerate(_FUNCTIONS)),
    Row("volume-at-rest", "undecided", "inside, an unknown device", (template(It=("AWS::EC2::Instance", _DEVICE)),)),
]  # fmt: skip

_TO_ITSELF = {"GroupId": {"Ref": "Door"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
_ITSELF = {**_TO_ITSELF, "SourceSecurityGroupId": {"Ref": "Door"}}
_SOME = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": "sg-1"}

# A property, a rule of what it says, and a type: what a function of the template will say is nobody's to tell.
_PERHAPS = {"Fn::If": ["Prod", {"Any": "thing"}, {"Ref": "AWS::NoValue"}]}
_BY_FUNCTION = [
    ("public-access-block-complete", "S3::Bucket", {"PublicAccessBlockConfiguration": _PERHAPS}),
    ("balancer-access-logs", "ElasticLoadBalancingV2::LoadBalancer", {"LoadBalancerAttributes": [_PERHAPS]}),
    ("volume-at-rest", "EC2::Instance", {"BlockDeviceMappings": _PERHAPS}),
    ("cluster-audit-logs", "EKS::Cluster", {"Logging": _PERHAPS}),
    ("kafka-authentication", "MSK::Cluster", {"ClientAuthentication": _PERHAPS}),
]

HELD = [
    *(
        Row(rule, "undecided", f"inside, by a function, {kind}", (template(It=(f"AWS::{kind}", properties)),))
        for rule, kind, properties in _BY_FUNCTION
    ),
    Row(
        "inline-beside-standalone",
        "ok",
        "two parts of one template",
        (
            template(
                Door=("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [_SOME]}),
                More=("AWS::EC2::SecurityGroupIngress", _ITSELF),
            ),
        ),
    ),
    *(Row(rule, verdict, f"inside: {about}", (one,)) for rule, verdict, about, one in INSIDE),
    Row(RULE, "ok", "a template", (template(Disk=SEALED),)),
    Row(RULE, "breach", "one of two", (template(Disk=SEALED, Thing=STRANGE),)),
    Row(
        RULE, "breach", "a template elsewhere", (r("cloudformation/stack:Stack", templateUrl="https://example.com/t"),)
    ),
    Row(RULE, "breach", "a generic resource", (control("AWS::Example::Thing"),)),
    Row(RULE, "ok", "a generic resource", (control("AWS::EC2::Volume", Encrypted=True),)),
    Row(RULE, "undecided", "", (OTHER, r("cloudformation/stackSet:StackSet", refs=unknown("templateBody")))),
    Row("volume-at-rest", "breach", "inside, one of two", (template(Disk=SEALED, Other=PLAIN),)),
    Row("volume-at-rest", "ok", "inside", (template(Disk=SEALED),)),
    Row("volume-at-rest", "breach", "inside, in YAML", (r("cloudformation/stack:Stack", templateBody=IN_YAML),)),
    Row("volume-at-rest", "breach", "inside a generic resource", (control("AWS::EC2::Volume", Size=1),)),
    Row(
        "volume-at-rest",
        "undecided",
        "inside, by a parameter",
        (template(Disk=PARAMETER),),
    ),
    Row(
        "sg-open-ports",
        "breach",
        "inside",
        (template(Door=DOOR),),
    ),
    Row(
        "sg-open-ports",
        "breach",
        "a machine of Lightsail",
        (r(_PORTS, portInfos=[SSH]),),
    ),
    Row(
        "sg-open-ingress",
        "ok",
        "a machine of Lightsail, for the web",
        (r(_PORTS, portInfos=[SSH | {"fromPort": 443, "toPort": 443}]),),
    ),
    Row(
        "sg-open-ports",
        "ok",
        "a machine of Lightsail, for one office",
        (r(_PORTS, portInfos=[SSH | {"cidrs": ["203.0.113.7/32"]}]),),
    ),
    Row(
        "store-public", "breach", "inside", (control("AWS::RDS::DBInstance", Engine="mysql", PubliclyAccessible=True),)
    ),
]

ROWS = [*HELD, *TYPES]
