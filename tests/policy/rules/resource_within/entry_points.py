"""Rows of APIs, web ACLs, file systems, groups of machines and VPCs that a template makes."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import Row, Verdict, r
from tests.policy.engine import Declared
from tests.policy.rules.resource_within.holders import OPEN, template
from tests.policy.rules.resource_within.native import n

RULE = "resource-within-unread"
_API = ("AWS::ApiGateway::RestApi", {"Name": "orders"})
_WAY = {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "POST"}
_HERE = {"RestApiId": {"Ref": "Api"}, "StageName": "live"}
_LOGGED = {"DestinationArn": "arn:aws:logs:eu-west-1:111122223333:log-group:api"}
_STAGED = {**_HERE, "AccessLogSetting": _LOGGED}
_CACHED = {"ResourcePath": "/*", "HttpMethod": "*", "CachingEnabled": True}
_OPENAPI = {"paths": {"/orders": {"get": {"x-amazon-apigateway-integration": {"type": "http"}}}}}
_SEEN = {"CloudWatchMetricsEnabled": True, "MetricName": "front", "SampledRequestsEnabled": True}
_GROUP_OF_RULES = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
_COMMON = {"Name": "common", "Priority": 1, "Statement": _GROUP_OF_RULES, "VisibilityConfig": _SEEN}
_ACL = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": _SEEN}
_STOPS = {**_ACL, "Rules": [{**_COMMON, "OverrideAction": {"None": {}}}]}
_COUNTS = {**_ACL, "Rules": [{**_COMMON, "OverrideAction": {"Count": {}}}]}
_FILES = {"FileSystemType": "WINDOWS", "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
_LUSTRE = {**_FILES, "FileSystemType": "LUSTRE"}
_PERSISTENT = {"DeploymentType": "PERSISTENT_2", "AutomaticBackupRetentionDays": 7}
_SIZE = {"MinSize": "1", "MaxSize": "2", "VPCZoneIdentifier": ["subnet-1"]}
_EDGE = {"DomainName": "api.example.com"}


def _integration(**said: Any) -> dict[str, Any]:
    own = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "POST", "Uri": "https://shop.example.com"}
    return {**_WAY, "AuthorizationType": "AWS_IAM", "Integration": {**own, **said}}


def _defined(uri: str) -> dict[str, Any]:
    return {"Body": {"paths": {"/": {"get": {"x-amazon-apigateway-integration": {"type": "http", "uri": uri}}}}}}


_OPEN_POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}]}


def _plan(days: int) -> dict[str, Any]:
    one = {"RuleName": "daily", "TargetBackupVault": "v", "Lifecycle": {"DeleteAfterDays": days}}
    return {"BackupPlan": {"BackupPlanName": "p", "BackupPlanRule": [one]}}


def _network(block: str, public: str) -> dict[str, Any]:
    return {"NetworkConfiguration": {block: {"Subnets": ["subnet-1"], "AssignPublicIp": public}}}


def _task(public: str) -> dict[str, Any]:
    task = {"TaskDefinitionArn": "arn", **_network("AwsVpcConfiguration", public)}
    return {"Targets": [{"Id": "one", "Arn": "arn:aws:sqs"}, {"Id": "two", "Arn": "arn", "EcsParameters": task}]}


def _scheduled(public: str) -> dict[str, Any]:
    task = {"TaskDefinitionArn": "arn", **_network("AwsvpcConfiguration", public)}
    return {"Target": {"Arn": "arn", "RoleArn": "arn", "EcsParameters": task}}


# A rule, a type of CloudFormation, properties that keep the rule, and ones that break it.
_PAIRS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("api-authorized", "ApiGateway::Method", {**_WAY, "AuthorizationType": "AWS_IAM"},
     {**_WAY, "AuthorizationType": "NONE"}),
    ("api-authorized", "ApiGatewayV2::Route", {"ApiId": "a", "RouteKey": "GET /", "AuthorizationType": "JWT"},
     {"ApiId": "a", "RouteKey": "GET /"}),
    ("api-backend-plain", "ApiGateway::Method", _integration(), _integration(Uri="http://shop.example.com")),
    ("api-backend-plain", "ApiGateway::Method", _integration(Uri="http://shop.example.com", ConnectionType="VPC_LINK"),
     _integration(Uri="http://shop.example.com", ConnectionType="INTERNET")),
    ("api-backend-plain", "ApiGateway::RestApi", _defined("https://shop.example.com"),
     _defined("http://shop.example.com")),
    ("api-backend-plain", "ApiGatewayV2::Api", _defined("https://shop.example.com"),
     _defined("http://shop.example.com")),
    ("api-backend-plain", "ApiGatewayV2::Integration",
     {"ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://shop.example.com"},
     {"ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://shop.example.com"}),
    ("api-access-logs", "ApiGateway::Stage", _STAGED, _HERE),
    ("api-access-logs", "ApiGatewayV2::Stage", {"ApiId": "a", "StageName": "live", "AccessLogSettings": _LOGGED},
     {"ApiId": "a", "StageName": "live"}),
    ("api-stage-cache-at-rest", "ApiGateway::Stage",
     {**_STAGED, "MethodSettings": [{**_CACHED, "CacheDataEncrypted": True}]},
     {**_STAGED, "MethodSettings": [{**_CACHED, "CacheDataEncrypted": True}, _CACHED]}),
    ("api-domain-tls", "ApiGateway::DomainName", {**_EDGE, "SecurityPolicy": "TLS_1_2"},
     {**_EDGE, "SecurityPolicy": "TLS_1_0"}),
    ("acl-stops-nothing", "WAFv2::WebACL", _STOPS, _COUNTS),
    ("acl-stops-nothing", "WAFv2::WebACL", {**_ACL, "DefaultAction": {"Block": {}}}, _ACL),
    ("acl-metrics", "WAFv2::WebACL", _STOPS,
     {**_STOPS, "VisibilityConfig": {**_SEEN, "CloudWatchMetricsEnabled": False}}),
    ("store-backups", "FSx::FileSystem", {**_FILES, "WindowsConfiguration": {"AutomaticBackupRetentionDays": 14}},
     {**_FILES, "WindowsConfiguration": {"AutomaticBackupRetentionDays": 0}}),
    ("store-backups", "FSx::FileSystem", {**_LUSTRE, "LustreConfiguration": _PERSISTENT},
     {**_LUSTRE, "LustreConfiguration": {"DeploymentType": "PERSISTENT_2"}}),
    ("graph-api-key", "AppSync::GraphQLApi", {"AuthenticationType": "AWS_IAM"}, {"AuthenticationType": "API_KEY"}),
    ("api-backend-plain", "AppSync::DataSource", {"Type": "HTTP", "HttpConfig": {"Endpoint": "https://a.example"}},
     {"Type": "HTTP", "HttpConfig": {"Endpoint": "http://a.example"}}),
    ("user-pool-deletion-protection", "Cognito::UserPool", {"DeletionProtection": "ACTIVE"}, {}),
    ("detection-off", "GuardDuty::Detector", {"Enable": True}, {"Enable": False}),
    ("workflow-console-public", "MWAA::Environment", {"WebserverAccessMode": "PRIVATE_ONLY"},
     {"WebserverAccessMode": "PUBLIC_ONLY"}),
    ("workflow-logs", "StepFunctions::StateMachine", {"LoggingConfiguration": {"Level": "ERROR"}}, {}),
    ("studio-internet", "SageMaker::Domain", {"AppNetworkAccessType": "VpcOnly"}, {}),
    ("stream-internet", "AppStream::Fleet", {}, {"EnableDefaultInternetAccess": True}),
    ("gateway-auto-accept", "EC2::TransitGateway", {}, {"AutoAcceptSharedAttachments": "enable"}),
    ("metadata-tokens", "ImageBuilder::InfrastructureConfiguration",
     {"InstanceMetadataOptions": {"HttpTokens": "required"}}, {"InstanceMetadataOptions": {"HttpTokens": "optional"}}),
    ("database-logs", "RedshiftServerless::Namespace", {"LogExports": ["userlog"]}, {}),
    ("backup-plan-days", "Backup::BackupPlan", _plan(35), _plan(1)),
    ("policy-open", "ECR::RegistryPolicy", {"PolicyText": _OPEN_POLICY | {"Statement": []}},
     {"PolicyText": _OPEN_POLICY}),
    ("policy-open", "Logs::ResourcePolicy", {"PolicyDocument": "{}"}, {"PolicyDocument": json.dumps(_OPEN_POLICY)}),
    ("task-public-address", "Events::Rule", _task("DISABLED"), _task("ENABLED")),
    ("task-public-address", "Scheduler::Schedule", _scheduled("DISABLED"), _scheduled("ENABLED")),
    ("zone-query-logs", "Route53::HostedZone",
     {"Name": "a.example", "QueryLoggingConfig": {"CloudWatchLogsLogGroupArn": "arn"}}, {"Name": "a.example"}),
    ("default-group-unused", "FSx::FileSystem", _FILES, {"FileSystemType": "OPENZFS", "SubnetIds": ["subnet-1"]}),
]  # fmt: skip


def _fleet(encrypted: bool, **names: Any) -> Declared:
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": encrypted}}
    return template(
        Machine=("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {"BlockDeviceMappings": [disk]}}),
        Fleet=("AWS::AutoScaling::AutoScalingGroup", {**_SIZE, **names}),
    )


_BY_ID = {"LaunchTemplateId": {"Ref": "Machine"}, "Version": {"Fn::GetAtt": ["Machine", "LatestVersionNumber"]}}
_MIXED = {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": _BY_ID}}}


def _reached(member: tuple[str, dict[str, Any]]) -> Declared:
    """A database whose group admits that of machines, and these admit everybody."""
    here = {"VpcId": {"Ref": "Net"}}
    to_all = {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"Ref": "Gate"}}
    from_web = {**OPEN, "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": {"Ref": "Web"}}
    del from_web["CidrIp"]
    placed = {"SubnetId": {"Ref": "Edge"}, "RouteTableId": {"Ref": "Table"}}
    machine = {"SecurityGroupIds": [{"Ref": "Web"}]}
    return template(
        Net=("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        Gate=("AWS::EC2::InternetGateway", {}),
        Attached=("AWS::EC2::VPCGatewayAttachment", {**here, "InternetGatewayId": {"Ref": "Gate"}}),
        Table=("AWS::EC2::RouteTable", here),
        Way=("AWS::EC2::Route", to_all),
        Edge=("AWS::EC2::Subnet", {**here, "CidrBlock": "10.0.1.0/24", "MapPublicIpOnLaunch": True}),
        Link=("AWS::EC2::SubnetRouteTableAssociation", placed),
        Inner=("AWS::EC2::Subnet", {**here, "CidrBlock": "10.0.2.0/24"}),
        Web=("AWS::EC2::SecurityGroup", {**here, "SecurityGroupIngress": [OPEN]}),
        Data=("AWS::EC2::SecurityGroup", {**here, "SecurityGroupIngress": [from_web]}),
        Machine=("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": machine}),
        Member=member,
        Group=("AWS::RDS::DBSubnetGroup", {"SubnetIds": [{"Ref": "Inner"}]}),
        Store=(
            "AWS::RDS::DBInstance",
            {
                "Engine": "postgres",
                "DBSubnetGroupName": {"Ref": "Group"},
                "VPCSecurityGroups": [{"Fn::GetAtt": ["Data", "GroupId"]}],
            },
        ),
    )


_AT_EDGE = {"VPCZoneIdentifier": [{"Ref": "Edge"}], "MinSize": "1", "MaxSize": "1"}
_STARTED = {"LaunchTemplate": _BY_ID}
_TAGS = [{"Key": "owner", "Value": "shop", "PropagateAtLaunch": True}]
_VPC = {"CidrBlock": "10.0.0.0/16"}
_WATCH = {"ResourceType": "VPC", "ResourceId": {"Ref": "Net"}, "TrafficType": "ALL"}
_STAGE = ("AWS::ApiGateway::Stage", _STAGED)
_FRONT = {"ResourceArn": {"Fn::Sub": "arn:aws:apigateway:eu-west-1::/restapis/${Api}/stages/${Live}"}}
_OVER = ("AWS::WAFv2::WebACLAssociation", {**_FRONT, "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]}})
_LOG_BUCKET = {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "Logs"}}}
_PRIVATE = {"EndpointConfiguration": {"Types": ["PRIVATE"]}}
_BY_NAME = {"LaunchTemplate": {"LaunchTemplateName": "shop", "Version": "1"}}


def _tagged(kind: str, **properties: Any) -> Declared:
    found = template(It=(kind, properties))
    return Declared(found.name, found.type, {**found.props, "tags": {"owner": "shop"}}, found.refs)


_WHOLE: list[tuple[str, Verdict, str, Declared]] = [
    ("volume-at-rest", "breach", "machines by a template's id", _fleet(encrypted=False, LaunchTemplate=_BY_ID)),
    ("volume-at-rest", "ok", "machines by a template's id", _fleet(encrypted=True, LaunchTemplate=_BY_ID)),
    ("volume-at-rest", "ok", "machines of several kinds", _fleet(encrypted=True, **_MIXED)),
    ("volume-at-rest", "undecided", "machines by a template elsewhere", _fleet(encrypted=True, **_BY_NAME)),
    ("internet-to-data-path", "breach", "a group of machines",
     _reached(("AWS::AutoScaling::AutoScalingGroup", {**_AT_EDGE, **_STARTED}))),
    ("internet-to-data-path", "breach", "a machine by its launch template",
     _reached(("AWS::EC2::Instance", {"SubnetId": {"Ref": "Edge"}, **_STARTED}))),
    ("internet-to-data-path", "ok", "no machine", _reached(("AWS::CDK::Metadata", {}))),
    ("required-tags", "ok", "a group of machines", _tagged("AWS::AutoScaling::AutoScalingGroup", Tags=_TAGS, **_SIZE)),
    ("api-authorized", "ok", "a private API",
     template(Api=(_API[0], _PRIVATE), Way=("AWS::ApiGateway::Method", {**_WAY, "AuthorizationType": "NONE"}))),
    ("api-backend-plain", "undecided", "a definition in a bucket",
     template(Api=("AWS::ApiGateway::RestApi", {"BodyS3Location": {"Bucket": "b", "Key": "api.yaml"}}))),
    ("policy-open-endpoint", "breach", "an API's own policy",
     template(Api=("AWS::ApiGateway::RestApi", {**_PRIVATE, "Policy": _OPEN_POLICY}))),
    ("entry-point-acl", "ok", "a stage behind a web ACL",
     template(Api=_API, Live=_STAGE, Acl=("AWS::WAFv2::WebACL", _STOPS), Over=_OVER)),
    ("entry-point-acl", "breach", "a stage", template(Api=_API, Live=_STAGE)),
    ("acl-scope", "breach", "a distribution's web ACL on a stage",
     template(Api=_API, Live=_STAGE, Acl=("AWS::WAFv2::WebACL", {**_STOPS, "Scope": "CLOUDFRONT"}), Over=_OVER)),
    ("file-system-final-backup", "undecided", "a template does not say it",
     template(It=("AWS::FSx::FileSystem", {**_LUSTRE, "LustreConfiguration": _PERSISTENT}))),
    ("store-backups", "undecided", "by a function",
     template(It=("AWS::FSx::FileSystem", {**_FILES, "WindowsConfiguration": {"Fn::If": ["Any", {}, {"A": 1}]}}))),
    (RULE, "breach", "a file system of a type that a parameter says",
     template(It=("AWS::FSx::FileSystem", {**_FILES, "FileSystemType": {"Fn::GetAtt": ["A", "B"]}}))),
    (RULE, "ok", "what an API consists of",
     template(Api=_API, One=("AWS::ApiGateway::Resource", {}), Two=("AWS::ApiGateway::Deployment", {}))),
    ("default-group-adopted", "undecided", "inside", template(Net=("AWS::EC2::VPC", _VPC))),
    ("vpc-flow-logs", "breach", "inside", template(Net=("AWS::EC2::VPC", _VPC))),
    ("vpc-flow-logs", "undecided", "of what a parameter says",
     template(Net=("AWS::EC2::VPC", _VPC), Log=("AWS::EC2::FlowLog", {**_WATCH, "ResourceType": {"Ref": "Kind"}}))),
    ("vpc-flow-logs", "ok", "inside", template(Net=("AWS::EC2::VPC", _VPC), Log=("AWS::EC2::FlowLog", _WATCH))),
    ("bucket-access-logs", "ok", "a bucket of logs, inside",
     template(Logs=("AWS::S3::Bucket", {}), Files=("AWS::S3::Bucket", _LOG_BUCKET))),
]  # fmt: skip

_NATIVE = [
    Row("api-backend-plain", "breach", "aws-native, a definition",
        (n("apigateway:RestApi", body=_defined("http://shop.example.com")["Body"]),)),
    Row("secret-in-environment", "breach", "aws-native, a stage's variables",
        (n("apigatewayv2:Stage", apiId="a", stageName="live", stageVariables={"DB_PASSWORD": "correct-horse-9"}),)),
    Row("volume-at-rest", "undecided", "aws-native, machines",
        (n("autoscaling:AutoScalingGroup", minSize="1", maxSize="1", launchTemplate={"launchTemplateId": "lt-1"}),)),
]  # fmt: skip

_NET = template(Net=("AWS::EC2::VPC", _VPC))
_FLOWS = r("ec2/flowLog:FlowLog", "log", refs={"vpcId": "it.id"}, trafficType="ALL")
# What the stack hands out may be the VPC's id: it is known, and nothing here has it.
_OUTSIDE = [Row("vpc-flow-logs", "undecided", "inside, its flow log beside the template", (_NET, _FLOWS))]

BOTH: tuple[Verdict, Verdict] = ("ok", "breach")
ROWS = [
    *(Row(rule, verdict, f"inside, {kind} {number}", (template(Api=_API, It=(f"AWS::{kind}", properties)),))
      for number, (rule, kind, good, bad) in enumerate(_PAIRS)
      for verdict, properties in zip(BOTH, (good, bad), strict=True)),
    *(Row(rule, verdict, f"inside: {about}", (one,), {"requiredTags": ["owner"]} if rule == "required-tags" else {})
      for rule, verdict, about, one in _WHOLE),
    *_NATIVE,
    *_OUTSIDE,
]  # fmt: skip
