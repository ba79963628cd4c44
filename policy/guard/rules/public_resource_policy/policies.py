"""No resource's own policy lets in everybody, nor a service of AWS's on behalf of everybody.

Policies of VPC endpoints are not here: they filter what goes through, and are open unless written.
"""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.conditions import bound, names_its_caller, open_to_anyone
from guard.aws.policy_documents import Statement, covers, holds, judged, opposite, principals
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "public-resource-policy"

# The keys' policies stand apart: what a service does with a key, it does for who may use the service.
OF_KEYS: Final = dict.fromkeys(
    (
        "aws:kms/key:Key",
        "aws:kms/keyPolicy:KeyPolicy",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/replicaExternalKey:ReplicaExternalKey",
    ),
    "policy",
)
POLICIES: Final = {
    **dict.fromkeys(
        (
            "aws:acmpca/policy:Policy",
            "aws:backup/vaultPolicy:VaultPolicy",
            "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy",
            "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
            "aws:codebuild/resourcePolicy:ResourcePolicy",
            "aws:dsql/clusterPolicy:ClusterPolicy",
            "aws:dynamodb/resourcePolicy:ResourcePolicy",
            "aws:ecr/registryPolicy:RegistryPolicy",
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
            "aws:efs/fileSystemPolicy:FileSystemPolicy",
            "aws:glacier/vaultLock:VaultLock",
            "aws:glue/resourcePolicy:ResourcePolicy",
            "aws:kinesis/resourcePolicy:ResourcePolicy",
            "aws:lambda/resourcePolicy:ResourcePolicy",
            "aws:mediastore/containerPolicy:ContainerPolicy",
            "aws:msk/clusterPolicy:ClusterPolicy",
            "aws:networkfirewall/resourcePolicy:ResourcePolicy",
            "aws:oam/sinkPolicy:SinkPolicy",
            "aws:opensearchingest/resourcePolicy:ResourcePolicy",
            "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy",
            "aws:redshift/resourcePolicy:ResourcePolicy",
            "aws:redshiftserverless/resourcePolicy:ResourcePolicy",
            "aws:s3/bucket:Bucket",
            "aws:s3/bucketPolicy:BucketPolicy",
            "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy",
            "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy",
            "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy",
            "aws:s3control/bucketPolicy:BucketPolicy",
            "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
            "aws:schemas/registryPolicy:RegistryPolicy",
            "aws:secretsmanager/secret:Secret",
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "aws:ses/identityPolicy:IdentityPolicy",
            "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy",
            "aws:sns/topic:Topic",
            "aws:sns/topicPolicy:TopicPolicy",
            "aws:sqs/queue:Queue",
            "aws:sqs/queuePolicy:QueuePolicy",
            "aws:vpclattice/authPolicy:AuthPolicy",
            "aws:vpclattice/resourcePolicy:ResourcePolicy",
        ),
        "policy",
    ),
    **dict.fromkeys(
        (
            "aws:amp/resourcePolicy:ResourcePolicy",
            "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
            "aws:codeartifact/domainPermissions:DomainPermissions",
            "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
            "aws:xray/resourcePolicy:ResourcePolicy",
        ),
        "policyDocument",
    ),
    **dict.fromkeys(
        (
            "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy",
            "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
            "aws:glacier/vault:Vault",
        ),
        "accessPolicy",
    ),
    **dict.fromkeys(
        (
            "aws:s3tables/tableBucketPolicy:TableBucketPolicy",
            "aws:s3tables/tablePolicy:TablePolicy",
            "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy",
        ),
        "resourcePolicy",
    ),
    "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": "deliveryDestinationPolicy",
    "aws:organizations/resourcePolicy:ResourcePolicy": "content",
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": "repositoryPolicy",
    "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy": "details.policy",
}


def _open(resource: Resource, at: str) -> Iterator[Finding]:
    def ask(statement: Statement) -> Answer:
        return open_to_anyone(statement, resource[at])

    return judged(resource, at, "lets in principals that nobody named", ask)


FIX: Final = (
    "Name accounts, roles or services in Principal. If it must be '*', bind it by aws:PrincipalOrgID, aws:SourceArn, "
    "aws:SourceAccount, aws:SourceVpce or aws:SourceIp under an operator like StringEquals: IfExists, ForAllValues and "
    "negated operators do not bind, nor does aws:SecureTransport."
)


@rule(
    "policy-open",
    family=FAMILY,
    on={**POLICIES, **OF_KEYS},
    severity=Severity.CRITICAL,
    controls=("FSBP S3.2", "FSBP S3.3", "FSBP SNS.4", "FSBP SQS.3", "FSBP EventBridge.3", "FSBP KMS.5"),
    why="Everybody with an AWS account, often without one, may do what the statement allows.",
    fix=FIX,
)
def policy_open(resource: Resource) -> Iterator[Finding]:
    return _open(resource, {**POLICIES, **OF_KEYS}[resource.type])


# --- what answers only in a network -------------------------------------------------------------------------------

_DOMAINS: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
_POINT: Final = "aws:s3/accessPoint:AccessPoint"
_API: Final = "aws:apigateway/restApi:RestApi"

# Where the policy stands, where the resource that it is for is named, and of which types that is.
_IN_NETWORKS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    **dict.fromkeys(_DOMAINS, ("accessPolicies", "", ())),
    "aws:opensearch/domainPolicy:DomainPolicy": ("accessPolicies", "domainName", _DOMAINS[:1]),
    "aws:elasticsearch/domainPolicy:DomainPolicy": ("accessPolicies", "domainName", _DOMAINS[1:]),
    _POINT: ("policy", "", ()),
    "aws:s3control/accessPointPolicy:AccessPointPolicy": ("policy", "accessPointArn", (_POINT,)),
    _API: ("policy", "", ()),
    "aws:apigateway/restApiPolicy:RestApiPolicy": ("policy", "restApiId", (_API,)),
}


def _by_policy_alone(resource: Resource) -> Answer:
    """Return whether nothing but its policy keeps strangers out.

    What is in a VPC is behind its security groups, and a domain may ask for its own users besides. A private API is
    open to the endpoints of all VPCs, those of strangers as well; another is meant for everybody, policy or not.
    """
    if resource.type == _API:
        return holds(resource["endpointConfiguration.types"], lambda kind: kind == "private")
    if resource.type == _POINT:
        return resource["vpcConfiguration"] is ABSENT
    return every((resource["vpcOptions"] is ABSENT, opposite(resource.switch("advancedSecurityOptions.enabled"))))


def _owner(path: str) -> str:
    return f"what `{path}` names, which is not in the stack or not known yet" if path else "what is not known yet"


@rule(
    "policy-open-endpoint",
    family=FAMILY,
    on=_IN_NETWORKS,
    severity=Severity.CRITICAL,
    controls=("FSBP S3.2", "FSBP Opensearch.2"),
    why="Nothing but this policy stands between the endpoint and the internet, or the VPCs of strangers.",
    fix=FIX + " Or put the domain, or the access point, into a VPC.",
)
def policy_open_endpoint(resource: Resource, stack: Stack) -> Iterator[Finding]:
    at, path, types = _IN_NETWORKS[resource.type]
    found = stack.targets(resource, path, *types) if path else None
    owners = found.sure if found else (resource,)
    alone = some((*map(_by_policy_alone, owners), UNKNOWN if found and not (found.complete and found.sure) else False))

    def ask(statement: Statement) -> Answer:
        return every((open_to_anyone(statement, resource[at]), alone))

    for finding in judged(resource, at, "lets in principals that nobody named", ask):
        known = finding.undecided and resource[at] is not UNKNOWN and alone is UNKNOWN
        yield (
            resource.unclear(f"whether `{at}` alone keeps strangers out hangs on {_owner(path)}") if known else finding
        )


# --- services on behalf of others ---------------------------------------------------------------------------------

# Anybody can make these call another's resource: by a notification, a rule, a distribution.
_OF_LOGS: Final = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"  # Into logs they only write.
_TOPICS: Final = ("aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy")
_FOR_ANYBODY: Final = ("s3", "sns", "events", "cloudfront")
# These tell for whom they act as well, but what they can be made to do is little: they write logs and send alarms.
_FOR_OTHERS: Final = (
    *("budgets", "cloudtrail", "cloudwatch", "codestar-notifications", "config", "costalerts", "delivery.logs"),
    *("iot", "logging.s3", "logs.*", "logs", "ses"),
)


def _acts_for_anybody(resource: Resource, services: tuple[str, ...]) -> Iterator[Finding]:
    at = POLICIES[resource.type]

    def ask(statement: Statement) -> Answer:
        deputy = holds(
            principals(statement, "service"), lambda one: covers(list(services), one.removesuffix(".amazonaws.com"))
        )
        return every((deputy, opposite(bound(statement, names_its_caller))))

    return judged(resource, at, "lets in a service of AWS's, whoever it acts for", ask)


SOURCE_FIX: Final = (
    "Add the condition {'ArnLike': {'aws:SourceArn': '…'}} with the ARN of what calls, or {'StringEquals': "
    "{'aws:SourceAccount': '…'}} with its account. EventBridge and CloudFront send the ARN alone; to a topic "
    "EventBridge sends neither, and publishes only without condition."
)


@rule(
    "policy-source",
    family=FAMILY,
    on=[token for token in POLICIES if token != _OF_LOGS],
    severity=Severity.HIGH,
    why="A bucket, a topic, a rule or a distribution of any account makes the service use the permission.",
    fix=SOURCE_FIX,
)
def policy_source(resource: Resource) -> Iterator[Finding]:
    # EventBridge publishes to a topic under no condition at all: with one it cannot.
    services = tuple(one for one in _FOR_ANYBODY if one != "events") if resource.type in _TOPICS else _FOR_ANYBODY
    return _acts_for_anybody(resource, services)


@rule(
    "policy-source-of-records",
    family=FAMILY,
    on=POLICIES,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    why="Any account has the service write its logs or alarms here, among yours.",
    fix=SOURCE_FIX,
)
def policy_source_of_records(resource: Resource) -> Iterator[Finding]:
    return _acts_for_anybody(resource, _FOR_OTHERS)
