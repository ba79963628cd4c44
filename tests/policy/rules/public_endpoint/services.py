"""Rows of the family public-endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.policy.declare import OTHER, Row, r, three, unknown
from tests.policy.engine import Declared

CLUSTER = "rds/cluster:Cluster"
EKS = "eks/cluster:Cluster"
POLICY = "opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy"
METHOD = "apigateway/method:Method"
ROUTE = "apigatewayv2/route:Route"


def multi_az(**props: Any) -> Declared:
    return r(CLUSTER, **{"engine": "postgres", "dbClusterInstanceClass": "db.r6gd.large", **props})


def eks(*, refs: dict[str, str] | None = None, **config: Any) -> Declared:
    return r(EKS, vpcConfig={"subnetIds": ["subnet-1"], **config}, refs=refs)


def network(public: object, kind: str = "network") -> Declared:
    text = json.dumps([{"Rules": [], "AllowFromPublic": False}, {"Rules": [], "AllowFromPublic": public}])
    return r(POLICY, name="find", type=kind, policy=text)


def ends(path: str, value: Any) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


_JOB = "batch/jobDefinition:JobDefinition"
_JOBS: dict[str, Callable[[str], dict[str, Any]]] = {
    "containerProperties": lambda word: {"image": "quay", "networkConfiguration": {"assignPublicIp": word}},
    "ecsProperties": lambda word: {"taskProperties": [{"networkConfiguration": {"assignPublicIp": word}}]},
}
TASKS = {
    "ecs/service:Service": "networkConfiguration.assignPublicIp",
    "ecs/taskSet:TaskSet": "networkConfiguration.assignPublicIp",
    "cloudwatch/eventTarget:EventTarget": "ecsTarget.networkConfiguration.assignPublicIp",
    "scheduler/schedule:Schedule": "target.ecsParameters.networkConfiguration.assignPublicIp",
}
STORES = {
    "rds/instance:Instance": "publiclyAccessible",
    "rds/clusterInstance:ClusterInstance": "publiclyAccessible",
    "neptune/clusterInstance:ClusterInstance": "publiclyAccessible",
    "neptunegraph/graph:Graph": "publicConnectivity",
    "redshift/cluster:Cluster": "publiclyAccessible",
    "redshiftserverless/workgroup:Workgroup": "publiclyAccessible",
    "dms/replicationInstance:ReplicationInstance": "publiclyAccessible",
    "mq/broker:Broker": "publiclyAccessible",
    "timestreaminfluxdb/dbInstance:DbInstance": "publiclyAccessible",
    "timestreaminfluxdb/dbCluster:DbCluster": "publiclyAccessible",
    "lightsail/database:Database": "publiclyAccessible",
}

ROWS = [
    *[row for token, path in STORES.items() for row in three("store-public", token, {path: False}, {path: True}, path)],
    *[Row("store-public", "ok", f"{token} unset", (r(token),)) for token in STORES],
    Row("store-public", "breach", "a Multi-AZ cluster says nothing", (multi_az(),)),
    Row("store-public", "breach", "a Multi-AZ cluster by its engine", (r(CLUSTER, engine="mysql"),)),
    Row("store-public", "breach", "a Multi-AZ cluster in the default group", (multi_az(dbSubnetGroupName="default"),)),
    Row("store-public", "ok", "a Multi-AZ cluster says no", (multi_az(publiclyAccessible=False),)),
    Row("store-public", "ok", "a Multi-AZ cluster in a group", (multi_az(dbSubnetGroupName="data"),)),
    Row(
        "store-public",
        "ok",
        "a Multi-AZ cluster in a group beside it",
        (
            r("rds/subnetGroup:SubnetGroup", "grp"),
            r(CLUSTER, engine="postgres", dbClusterInstanceClass="x", refs={"dbSubnetGroupName": "grp.name"}),
        ),
    ),
    Row("store-public", "ok", "Aurora", (r(CLUSTER, engine="aurora-mysql"),)),
    Row("store-public", "breach", "Aurora all the same", (r(CLUSTER, engine="aurora-mysql", publiclyAccessible=True),)),
    *three(
        "search-public",
        "opensearch/domain:Domain",
        {"vpcOptions": {"subnetIds": ["subnet-1"]}},
        {},
        engineVersion="OpenSearch_2.17",
    ),
    Row("search-public", "undecided", "", (OTHER, r("opensearch/domain:Domain", refs=unknown("vpcOptions")))),
    Row(
        "search-public",
        "ok",
        "a subnet beside it",
        (r("ec2/subnet:Subnet", "data"), r("opensearch/domain:Domain", refs={"vpcOptions.subnetIds[0]": "data.id"})),
    ),
    *three(
        "search-public",
        "elasticsearch/domain:Domain",
        {"vpcOptions": {"subnetIds": ["subnet-1"]}},
        {"vpcOptions": {"securityGroupIds": ["sg-1"]}},
    ),
    Row("search-network-public", "breach", "", (network(True),)),
    Row("search-network-public", "ok", "closed", (network(False),)),
    Row("search-network-public", "ok", "no policy of networks", (network(True, "encryption"),)),
    Row("search-network-public", "undecided", "", (OTHER, r(POLICY, type="network", refs=unknown("policy")))),
    Row("cluster-endpoint-public", "breach", "unset", (eks(),)),
    Row("cluster-endpoint-public", "breach", "on", (eks(endpointPublicAccess=True, endpointPrivateAccess=True),)),
    Row("cluster-endpoint-public", "breach", "everybody", (eks(publicAccessCidrs=["10.0.0.0/8", "0.0.0.0/0"]),)),
    Row("cluster-endpoint-public", "breach", "both halves", (eks(publicAccessCidrs=["0.0.0.0/1", "128.0.0.0/1"]),)),
    Row("cluster-endpoint-public", "ok", "off", (eks(endpointPublicAccess=False),)),
    Row(
        "cluster-endpoint-public",
        "ok",
        "off, whatever the addresses",
        (eks(endpointPublicAccess=False, publicAccessCidrs=["0.0.0.0/0"]),),
    ),
    Row("cluster-endpoint-public", "ok", "an office", (eks(publicAccessCidrs=["203.0.113.0/28"]),)),
    Row(
        "cluster-endpoint-public",
        "undecided",
        "unknown addresses",
        (OTHER, eks(endpointPublicAccess=True, refs=unknown("vpcConfig.publicAccessCidrs[0]"))),
    ),
    Row(
        "cluster-endpoint-public",
        "undecided",
        "perhaps off",
        (OTHER, eks(refs=unknown("vpcConfig.endpointPublicAccess"))),
    ),
    *[
        row
        for token, path in TASKS.items()
        for row in three("task-public-address", token, ends(path, False), ends(path, True), path)
    ],
    *three(
        "task-public-address",
        "pipes/pipe:Pipe",
        ends("targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp", "DISABLED"),
        ends("targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp", "ENABLED"),
    ),
    Row("task-public-address", "ok", "unset", (r("ecs/service:Service", networkConfiguration={"subnets": ["s-1"]}),)),
    *(
        Row("task-public-address", verdict, f"a job, {path} {word}", (r(_JOB, type="container", **{path: document}),))
        for path, within in _JOBS.items()
        for verdict, word in (("ok", "DISABLED"), ("breach", "ENABLED"))
        for document in (json.dumps(within(word)),)
    ),
    Row("task-public-address", "ok", "a job on machines", (r(_JOB, type="container", containerProperties="{}"),)),
    Row("task-public-address", "undecided", "a job", (OTHER, r(_JOB, refs=unknown("containerProperties")))),
    *three(
        "search-anonymous",
        "opensearch/domain:Domain",
        {"advancedSecurityOptions": {"enabled": True}},
        {"advancedSecurityOptions": {"enabled": True, "anonymousAuthEnabled": True}},
        "advancedSecurityOptions.anonymousAuthEnabled",
    ),
    *three(
        "function-url-public",
        "lambda/functionUrl:FunctionUrl",
        {"authorizationType": "AWS_IAM"},
        {"authorizationType": "NONE"},
        "authorizationType",
    ),
    *three(
        "kafka-public",
        "msk/cluster:Cluster",
        ends("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "DISABLED"),
        ends("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "SERVICE_PROVIDED_EIPS"),
        "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
    ),
    *three(
        "notebook-internet",
        "sagemaker/notebookInstance:NotebookInstance",
        {"directInternetAccess": "Disabled"},
        {},
        "directInternetAccess",
    ),
    *three(
        "map-reduce-public",
        "emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration",
        {"blockPublicSecurityGroupRules": True},
        {"blockPublicSecurityGroupRules": False},
        "blockPublicSecurityGroupRules",
    ),
    *three(
        "builds-public",
        "codebuild/project:Project",
        {},
        {"projectVisibility": "PUBLIC_READ"},
        "projectVisibility",
    ),
    *three(
        "graph-api-key",
        "appsync/graphQLApi:GraphQLApi",
        {"authenticationType": "AWS_IAM"},
        {"authenticationType": "API_KEY"},
        "authenticationType",
    ),
    *three(
        "graph-api-key",
        "appsync/api:Api",
        {"eventConfig": {"connectionAuthModes": [{"authType": "AWS_IAM"}, {"authType": "AMAZON_COGNITO_USER_POOLS"}]}},
        {"eventConfig": {"connectionAuthModes": [{"authType": "AWS_IAM"}, {"authType": "API_KEY"}]}},
        "eventConfig",
    ),
    *three(
        "agent-gateway-authorized",
        "bedrock/agentcoreGateway:AgentcoreGateway",
        {"authorizerType": "CUSTOM_JWT"},
        {"authorizerType": "NONE"},
        "authorizerType",
    ),
    *three(
        "identity-pool-guests",
        "cognito/identityPool:IdentityPool",
        {"allowUnauthenticatedIdentities": False},
        {"allowUnauthenticatedIdentities": True},
        "allowUnauthenticatedIdentities",
    ),
    Row("identity-pool-guests", "ok", "unset", (r("cognito/identityPool:IdentityPool"),)),
    *three(
        "workflow-console-public",
        "mwaa/environment:Environment",
        {},
        {"webserverAccessMode": "PUBLIC_ONLY"},
        "webserverAccessMode",
    ),
    *three(
        "allow-list-open",
        "workspaces/ipGroup:IpGroup",
        {"rules": [{"source": "203.0.113.0/24"}]},
        {"rules": [{"source": "203.0.113.0/24"}, {"source": "0.0.0.0/0"}]},
        "rules",
    ),
    *three(
        "allow-list-open",
        "storagegateway/nfsFileShare:NfsFileShare",
        {"clientLists": ["10.4.0.0/24"]},
        {"clientLists": ["::/0"]},
        "clientLists",
    ),
    *three(
        "allow-list-open",
        "medialive/inputSecurityGroup:InputSecurityGroup",
        {"whitelistRules": [{"cidr": "203.0.113.7/32"}]},
        {"whitelistRules": [{"cidr": "0.0.0.0/0"}]},
    ),
    *three(
        "allow-list-open",
        "workspacesweb/ipAccessSettings:IpAccessSettings",
        {"ipRules": [{"ipRange": "203.0.113.0/24"}]},
        {"ipRules": [{"ipRange": "0.0.0.0/0"}]},
    ),
    *three(
        "file-share-guests",
        "storagegateway/smbFileShare:SmbFileShare",
        {},
        {"authentication": "GuestAccess"},
        "authentication",
    ),
    *three(
        "stream-internet",
        "appstream/fleet:Fleet",
        {},
        {"enableDefaultInternetAccess": True},
        "enableDefaultInternetAccess",
    ),
    *three(
        "stream-internet",
        "appstream/imageBuilder:ImageBuilder",
        {"enableDefaultInternetAccess": False},
        {"enableDefaultInternetAccess": True},
    ),
    *three(
        "stream-internet",
        "workspaces/directory:Directory",
        {"workspaceCreationProperties": {"enableInternetAccess": False}},
        {"workspaceCreationProperties": {"enableInternetAccess": True}},
    ),
    *three("transfer-public", "transfer/server:Server", {"endpointType": "VPC"}, {}, "endpointType"),
    *three(
        "studio-internet", "sagemaker/domain:Domain", {"appNetworkAccessType": "VpcOnly"}, {}, "appNetworkAccessType"
    ),
    *three(
        "workbench-ssh",
        "cloud9/environmentEC2:EnvironmentEC2",
        {"connectionType": "CONNECT_SSM"},
        {},
        "connectionType",
    ),
    *three(
        "api-authorized",
        METHOD,
        {"authorization": "AWS_IAM"},
        {"authorization": "NONE"},
        "authorization",
        httpMethod="POST",
    ),
    Row(
        "api-authorized", "ok", "an API key", (r(METHOD, httpMethod="GET", authorization="NONE", apiKeyRequired=True),)
    ),
    Row(
        "api-authorized",
        "ok",
        "an authorizer, whether or not a key is wanted",
        (
            OTHER,
            r(METHOD, httpMethod="GET", authorization="AWS_IAM", refs=unknown("apiKeyRequired")),
        ),
    ),
    Row("api-authorized", "ok", "what browsers ask first", (r(METHOD, httpMethod="OPTIONS", authorization="NONE"),)),
    Row(
        "api-authorized",
        "ok",
        "a private API",
        (
            r("apigateway/restApi:RestApi", "api", endpointConfiguration={"types": "PRIVATE"}),
            r(METHOD, httpMethod="GET", authorization="NONE", refs={"restApi": "api.id"}),
        ),
    ),
    *three(
        "api-authorized",
        ROUTE,
        {"authorizationType": "JWT"},
        {},
        "authorizationType",
        routeKey="GET /parcels",
    ),
    Row("api-authorized", "breach", "where a socket opens", (r(ROUTE, routeKey="$connect"),)),
    Row("api-authorized", "ok", "within a socket", (r(ROUTE, routeKey="say"),)),
    Row("api-authorized", "breach", "whatever else is asked", (r(ROUTE, routeKey="$default"),)),
    Row(
        "api-authorized",
        "ok",
        "whatever else is said in a socket",
        (
            r("apigatewayv2/api:Api", "api", protocolType="WEBSOCKET"),
            r(ROUTE, routeKey="$default", refs={"apiId": "api.id"}),
        ),
    ),
]
