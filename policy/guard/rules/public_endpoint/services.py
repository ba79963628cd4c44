"""No data store or control plane answers on a public address. What an unset property means is written beside each."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.containers import BATCH_JOB, lowered
from guard.aws.networks import broad
from guard.aws.policy_documents import parsed
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, dig, items, truth
from guard.model.logic import Answer, every
from guard.model.rule import Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "public-endpoint"
CLUSTER: Final = "aws:rds/cluster:Cluster"
PROFILE: Final = "aws:dms/instanceProfile:InstanceProfile"

# Stores with a switch for a public address. All are off unless set, but for a cluster of RDS: see `_open_by_default`.
STORES: Final = {
    "aws:rds/instance:Instance": "publiclyAccessible",
    "aws:rds/clusterInstance:ClusterInstance": "publiclyAccessible",
    CLUSTER: "publiclyAccessible",
    "aws:neptune/clusterInstance:ClusterInstance": "publiclyAccessible",
    "aws:neptunegraph/graph:Graph": "publicConnectivity",
    "aws:redshift/cluster:Cluster": "publiclyAccessible",
    "aws:redshiftserverless/workgroup:Workgroup": "publiclyAccessible",
    "aws:dms/replicationInstance:ReplicationInstance": "publiclyAccessible",
    PROFILE: "publiclyAccessible",
    "aws:m2/environment:Environment": "publiclyAccessible",
    "aws:mq/broker:Broker": "publiclyAccessible",
    "aws:rds/shardGroup:ShardGroup": "publiclyAccessible",
    "aws:timestreaminfluxdb/dbInstance:DbInstance": "publiclyAccessible",
    "aws:timestreaminfluxdb/dbCluster:DbCluster": "publiclyAccessible",
    "aws:lightsail/database:Database": "publiclyAccessible",
}


def _open_by_default(store: Resource) -> Answer:
    """Whether an unset switch is on: DMS's profile, and a Multi-AZ cluster in no subnet group of its own."""
    if store.type != CLUSTER:
        return store.type == PROFILE
    engine = store["engine"]
    multi_az = store["dbClusterInstanceClass"] is not ABSENT or (
        UNKNOWN if engine is UNKNOWN else engine in ("mysql", "postgres")
    )
    # A group's name that nobody knows yet is that of a group to come, and none of these.
    return every((multi_az, store["dbSubnetGroupName"] in (ABSENT, "", "default")))


@rule(
    "store-public",
    family=FAMILY,
    on=STORES,
    severity=Severity.CRITICAL,
    controls=("FSBP RDS.2", "FSBP Redshift.1", "FSBP DMS.1", "CIS 5.0 2.2.3"),
    why="A data store with a public address is one route and one rule away from everybody, whatever its subnets are "
    "today.",
    fix="Set publicly_accessible=False (a Multi-AZ cluster of RDS needs it said) and place the store in private "
    "subnets.",
)
def store_public(store: Resource) -> Iterator[Finding]:
    at = STORES[store.type]
    match _open_by_default(store) if store[at] in (ABSENT, "") else store.switch(at):
        case True:
            unset = "; an unset switch means that here" if store[at] is ABSENT else ""
            yield store.finding(f"has a public address{unset}", at=at)
        case False:
            pass
        case _:
            yield store.undecided(at)


@rule(
    "search-public",
    family=FAMILY,
    on=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    severity=Severity.CRITICAL,
    controls=("FSBP Opensearch.2", "FSBP ES.2"),
    why="A search domain without VPC options answers on the internet; only its access policy stands before the "
    "indices.",
    fix="Set vpc_options with private subnets and a security group. It is decided at the domain's creation.",
)
def search_public(domain: Resource) -> Iterator[Finding]:
    # Which subnets is another family's question: any of them, known or not, is a place in a VPC.
    if domain["vpcOptions"] is UNKNOWN:
        yield domain.undecided("vpcOptions")
    elif not items(domain["vpcOptions.subnetIds"]):
        yield domain.finding("answers on a public address", at="vpcOptions.subnetIds")


@rule(
    "search-network-public",
    family=FAMILY,
    on="aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy",
    severity=Severity.CRITICAL,
    why="A network policy with AllowFromPublic puts its collections on the internet.",
    fix="Set AllowFromPublic to false and name VPC endpoints in SourceVPCEs.",
)
def search_network_public(policy: Resource) -> Iterator[Finding]:
    kind, document = policy["type"], policy["policy"]
    if kind == "encryption":
        return
    if kind is UNKNOWN or document is UNKNOWN:
        yield policy.undecided("type" if kind is UNKNOWN else "policy")
    elif any(truth(dig(part, "AllowFromPublic"), absent=False) is True for part in items(parsed(document))):
        yield policy.finding("opens its collections to the internet", at="policy")


@rule(
    "cluster-endpoint-public",
    family=FAMILY,
    on="aws:eks/cluster:Cluster",
    severity=Severity.HIGH,
    controls=("FSBP EKS.1",),
    why="The API of a cluster is its administration. On the internet a stolen token or a flaw in it is enough, from "
    "anywhere.",
    fix="Set vpc_config with endpoint_public_access=False and endpoint_private_access=True, or name the addresses of "
    "your offices in public_access_cidrs.",
)
def cluster_endpoint_public(cluster: Resource) -> Iterator[Finding]:
    public = cluster.switch("vpcConfig.endpointPublicAccess", absent=True)
    if public is False:
        return
    at = "vpcConfig.publicAccessCidrs"
    sources = items(cluster[at]) or ["0.0.0.0/0"]
    open_to_all = broad(str(one) for one in sources if one is not UNKNOWN)
    if open_to_all and public is True:
        yield cluster.finding("offers its API to the internet", at=at)
    elif open_to_all or UNKNOWN in sources:
        yield cluster.undecided("vpcConfig.endpointPublicAccess" if public is UNKNOWN else at)


# Tasks get their address where they are started.
TASKS: Final = {
    "aws:ecs/service:Service": "networkConfiguration.assignPublicIp",
    "aws:ecs/taskSet:TaskSet": "networkConfiguration.assignPublicIp",
    "aws:cloudwatch/eventTarget:EventTarget": "ecsTarget.networkConfiguration.assignPublicIp",
    "aws:scheduler/schedule:Schedule": "target.ecsParameters.networkConfiguration.assignPublicIp",
    "aws:pipes/pipe:Pipe": "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp",
}

# Jobs of Batch on Fargate: the document, and where in it; what is unset is disabled (Batch API, NetworkConfiguration).
JOBS: Final = (
    ("containerProperties", "networkconfiguration"),
    ("ecsProperties", "taskproperties.networkconfiguration"),
)


@rule(
    "task-public-address",
    family=FAMILY,
    on=(*TASKS, BATCH_JOB),
    severity=Severity.HIGH,
    controls=("FSBP ECS.2", "FSBP ECS.16"),
    why="A task with a public address is reached past its load balancer and web ACL as soon as one rule is too wide.",
    fix="Set assign_public_ip=False (in a job assignPublicIp: DISABLED); let tasks reach out through a NAT gateway or "
    "endpoints, and requests reach them through a load balancer.",
)
def task_public_address(task: Resource) -> Iterator[Finding]:
    if task.type in TASKS:
        answers = {TASKS[task.type]: task[TASKS[task.type]]}
    else:
        answers = {path: dig(lowered(parsed(task[path])), f"{within}.assignpublicip") for path, within in JOBS}
    for path, answer in answers.items():
        words = items(answer)
        if any(str(word).lower() in ("true", "1", "enabled") for word in words):
            yield task.finding("gives its tasks public addresses", at=path)
        elif UNKNOWN in words:
            yield task.undecided(path)


register(
    FAMILY,
    Switch(  # OpenSearch Service developer guide, "Enabling fine-grained access control on existing domains"
        "search-anonymous",
        {"aws:opensearch/domain:Domain": "advancedSecurityOptions.anonymousAuthEnabled"},
        bad=("true", "1"),
        text="answers whoever names no user",
        fix="Set anonymous_auth_enabled=False in advanced_security_options as soon as every client signs or logs in.",
        why="Anonymous access is for the days of a move to fine-grained access control; until it is off the roles "
        "protect nothing.",
    ),
    Switch(
        "function-url-public",
        {"aws:lambda/functionUrl:FunctionUrl": "authorizationType"},
        bad=("none",),
        text="runs its function for anybody who calls its URL",
        fix="Set authorization_type='AWS_IAM'; for browsers put CloudFront with an origin access control, or an API, "
        "before it.",
        why="Everybody may run the function, with its role, at your cost, past all that filters or counts requests.",
        severity=Severity.HIGH,
    ),
    Switch(
        "kafka-public",
        {"aws:msk/cluster:Cluster": "brokerNodeGroupInfo.connectivityInfo.publicAccess.type"},
        bad=("service_provided_eips",),
        text="has brokers with public addresses",
        fix="Set the public access type to 'DISABLED'; reach the brokers through the VPC, a VPN or PrivateLink.",
        why="The brokers' listeners stand on the internet, with only their own authentication before the topics.",
        controls=("FSBP MSK.4",),
        severity=Severity.CRITICAL,
    ),
    Switch(
        "notebook-internet",
        {"aws:sagemaker/notebookInstance:NotebookInstance": "directInternetAccess"},
        good=("disabled",),
        unset="enabled",
        text="is on the internet past the VPC",
        fix="Set direct_internet_access='Disabled' with subnet_id and security_groups.",
        why="A notebook holds samples of the data and the keys to it; past the VPC nothing watches where they go.",
        controls=("FSBP SageMaker.1",),
        severity=Severity.HIGH,
    ),
    Switch(
        "map-reduce-public",
        {"aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration": "blockPublicSecurityGroupRules"},
        good=("true",),
        text="lets clusters be open to the internet",
        fix="Set block_public_security_group_rules=True.",
        why="The web interfaces of Hadoop and Spark have no login, and they run commands.",
        controls=("FSBP EMR.2",),
        severity=Severity.HIGH,
    ),
    Switch(
        "builds-public",
        {"aws:codebuild/project:Project": "projectVisibility"},
        bad=("public_read",),
        text="shows its builds to everybody",
        fix="Drop project_visibility, or set it to 'PRIVATE'.",
        why="Build logs and artifacts show the source, the environment and what was printed of secrets.",
        severity=Severity.HIGH,
    ),
)
