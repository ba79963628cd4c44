"""What of a resource may be written inline or in resources beside it, and what must be written once."""

from __future__ import annotations

from typing import Final, NamedTuple

from guard.aws.nodes import (
    ACL_RULE,
    ACLS,
    EGRESS_RULE,
    ENDPOINT,
    GROUPS,
    INGRESS_RULE,
    INTERFACE,
    LEGACY_RULE,
    PREFIX_LIST,
    ROUTE,
    SUBNETS,
    TABLES,
    VPCS,
)


class Side(NamedTuple):
    """A kind of resource that is a part of another resource."""

    token: str
    names: str  # where it names the other
    owners: tuple[str, ...]  # what the other may be
    by: str = ""  # the property that says which part it is, if it may be one of two
    single: bool = False  # of these a resource has one at most


class Exclusive(NamedTuple):
    """A kind of resource that takes from its owner whatever it does not list."""

    names: str  # where it names its owner
    owners: tuple[str, ...]
    lists: str  # where it lists what may stay
    members: tuple[Side, ...]  # what that may be
    listed_by: str = ""  # what it lists of them, if not their ids
    inline: str = ""  # where the owner may have the same inline


_ALIAS: Final = VPCS  # stands for its default group, ACL and table

BUCKET: Final = "aws:s3/bucket:Bucket"
ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"
_MACHINE: Final = "aws:ec2/instance:Instance"
_SCALING: Final = "aws:autoscaling/group:Group"
_QUEUE: Final = "aws:sqs/queue:Queue"
_KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
_USER: Final = ("aws:iam/user:User",)
_TEAM: Final = ("aws:iam/group:Group",)

# --- network ---

_INGRESS_RULE: Final = Side(INGRESS_RULE, "securityGroupId", (*GROUPS, *_ALIAS))
_EGRESS_RULE: Final = Side(EGRESS_RULE, "securityGroupId", (*GROUPS, *_ALIAS))
_EITHER_RULE: Final = Side(LEGACY_RULE, "securityGroupId", (*GROUPS, *_ALIAS), by="type")
_ACL_RULE: Final = Side(ACL_RULE, "networkAclId", (*ACLS, *_ALIAS), by="egress")
_ACL_LINK: Final = Side("aws:ec2/networkAclAssociation:NetworkAclAssociation", "networkAclId", (*ACLS, *_ALIAS))
_ROUTE: Final = Side(ROUTE, "routeTableId", (*TABLES, *_ALIAS))
_PROPAGATION: Final = Side(
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", "routeTableId", (*TABLES, *_ALIAS)
)
_ENTRY: Final = Side("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "prefixListId", (PREFIX_LIST,))
_ENDPOINT_POLICY: Final = Side("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpcEndpointId", (ENDPOINT,), single=True)
_GROUP_LINK: Final = Side(
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
    "networkInterfaceId",
    (INTERFACE, _MACHINE),
)
_SCALED: Final = (
    Side("aws:autoscaling/attachment:Attachment", "autoscalingGroupName", (_SCALING,)),
    Side("aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment", "autoscalingGroupName", (_SCALING,)),
)

# --- identities ---

_ROLE_POLICY: Final = Side("aws:iam/rolePolicy:RolePolicy", "role", (ROLE,))
_ROLE_ATTACHMENT: Final = Side("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", (ROLE,))
_USER_POLICY: Final = Side("aws:iam/userPolicy:UserPolicy", "user", _USER)
_USER_ATTACHMENT: Final = Side("aws:iam/userPolicyAttachment:UserPolicyAttachment", "user", _USER)
_TEAM_POLICY: Final = Side("aws:iam/groupPolicy:GroupPolicy", "group", _TEAM)
_TEAM_ATTACHMENT: Final = Side("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "group", _TEAM)

# Attaches a policy to what it names, and detaches it from everything else in the account.
EVERYWHERE: Final = "aws:iam/policyAttachment:PolicyAttachment"

# What attaches a policy, and where it names the policy.
ATTACHING: Final = {
    _ROLE_ATTACHMENT.token: "policyArn",
    _USER_ATTACHMENT.token: "policyArn",
    _TEAM_ATTACHMENT.token: "policyArn",
    EVERYWHERE: "policyArn",
    ROLE: "managedPolicyArns",
}

# --- documents and settings, one for each owner ---


def _one(token: str, names: str, *owners: str) -> Side:
    return Side(token, names, owners, single=True)


_KEY_POLICY: Final = _one("aws:kms/keyPolicy:KeyPolicy", "keyId", *_KEYS)
_SECRET_POLICY: Final = _one(
    "aws:secretsmanager/secretPolicy:SecretPolicy", "secretArn", "aws:secretsmanager/secret:Secret"
)
_QUEUE_POLICY: Final = _one("aws:sqs/queuePolicy:QueuePolicy", "queueUrl", _QUEUE)
_REDRIVE: Final = _one("aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl", _QUEUE)
_REDRIVE_ALLOW: Final = _one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "queueUrl", _QUEUE)
_TOPIC_POLICY: Final = _one("aws:sns/topicPolicy:TopicPolicy", "arn", "aws:sns/topic:Topic")
_DOMAIN_POLICY: Final = _one("aws:opensearch/domainPolicy:DomainPolicy", "domainName", "aws:opensearch/domain:Domain")
_OLD_DOMAIN_POLICY: Final = _one(
    "aws:elasticsearch/domainPolicy:DomainPolicy", "domainName", "aws:elasticsearch/domain:Domain"
)
_API_POLICY: Final = _one("aws:apigateway/restApiPolicy:RestApiPolicy", "restApiId", "aws:apigateway/restApi:RestApi")

_OF_BUCKETS: Final = {
    "accelerationStatus": "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration",
    "acl": "aws:s3/bucketAcl:BucketAcl",
    "grants": "aws:s3/bucketAcl:BucketAcl",
    "corsRules": "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    "lifecycleRules": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "logging": "aws:s3/bucketLogging:BucketLogging",
    "objectLockConfiguration": "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "policy": "aws:s3/bucketPolicy:BucketPolicy",
    "replicationConfiguration": "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "requestPayer": "aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration",
    "serverSideEncryptionConfiguration": (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ),
    "versioning": "aws:s3/bucketVersioning:BucketVersioning",
    "website": "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
}

# --- the tables ---


def _each(owners: tuple[str, ...], **parts: tuple[Side, ...]) -> dict[str, dict[str, tuple[Side, ...]]]:
    return dict.fromkeys(owners, parts)


# What an owner may have inline, by its type and property, and what says the same beside it.
INLINE: Final[dict[str, dict[str, tuple[Side, ...]]]] = {
    **_each(GROUPS, ingress=(_INGRESS_RULE, _EITHER_RULE), egress=(_EGRESS_RULE, _EITHER_RULE)),
    **_each(TABLES, routes=(_ROUTE,), propagatingVgws=(_PROPAGATION,)),
    **_each(ACLS, ingress=(_ACL_RULE,), egress=(_ACL_RULE,), subnetIds=(_ACL_LINK,)),
    PREFIX_LIST: {"entries": (_ENTRY,)},
    INTERFACE: {
        "securityGroups": (_GROUP_LINK,),
        "attachments": (
            Side("aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment", "networkInterfaceId", (INTERFACE,)),
        ),
    },
    _MACHINE: {
        "vpcSecurityGroupIds": (_GROUP_LINK,),
        "ebsBlockDevices": (Side("aws:ec2/volumeAttachment:VolumeAttachment", "instanceId", (_MACHINE,)),),
    },
    ENDPOINT: {
        "policy": (_ENDPOINT_POLICY,),
        "routeTableIds": (
            Side(
                "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
                "vpcEndpointId",
                (ENDPOINT,),
            ),
        ),
        "subnetIds": (
            Side("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "vpcEndpointId", (ENDPOINT,)),
        ),
        "securityGroupIds": (
            Side("aws:ec2/securityGroupAssociation:SecurityGroupAssociation", "vpcEndpointId", (ENDPOINT,)),
        ),
    },
    _SCALING: {"loadBalancers": _SCALED, "targetGroupArns": _SCALED, "trafficSources": _SCALED},
    "aws:elb/loadBalancer:LoadBalancer": {
        "instances": (Side("aws:elb/attachment:Attachment", "elb", ("aws:elb/loadBalancer:LoadBalancer",)),)
    },
    BUCKET: {path: (_one(token, "bucket", BUCKET),) for path, token in _OF_BUCKETS.items()},
    ROLE: {
        "inlinePolicies": (_ROLE_POLICY,),
        "managedPolicyArns": (_ROLE_ATTACHMENT, Side(EVERYWHERE, "roles", (ROLE,))),
    },
    **_each(_KEYS, policy=(_KEY_POLICY,)),
    "aws:secretsmanager/secret:Secret": {"policy": (_SECRET_POLICY,)},
    _QUEUE: {"policy": (_QUEUE_POLICY,), "redrivePolicy": (_REDRIVE,), "redriveAllowPolicy": (_REDRIVE_ALLOW,)},
    "aws:sns/topic:Topic": {"policy": (_TOPIC_POLICY,)},
    "aws:opensearch/domain:Domain": {"accessPolicies": (_DOMAIN_POLICY,)},
    "aws:elasticsearch/domain:Domain": {"accessPolicies": (_OLD_DOMAIN_POLICY,)},
    "aws:apigateway/restApi:RestApi": {"policy": (_API_POLICY,)},
    "aws:rds/cluster:Cluster": {
        "iamRoles": (
            Side(
                "aws:rds/clusterRoleAssociation:ClusterRoleAssociation",
                "dbClusterIdentifier",
                ("aws:rds/cluster:Cluster",),
            ),
        )
    },
    "aws:redshift/cluster:Cluster": {
        "iamRoles": (
            _one("aws:redshift/clusterIamRoles:ClusterIamRoles", "clusterIdentifier", "aws:redshift/cluster:Cluster"),
        )
    },
    "aws:dynamodb/table:Table": {
        "replicas": (Side("aws:dynamodb/tableReplica:TableReplica", "globalTableArn", ("aws:dynamodb/table:Table",)),)
    },
    "aws:wafv2/webAcl:WebAcl": {
        "rules": (
            Side("aws:wafv2/webAclRule:WebAclRule", "webAclArn", ("aws:wafv2/webAcl:WebAcl",)),
            Side(
                "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
                "webAclArn",
                ("aws:wafv2/webAcl:WebAcl",),
            ),
        )
    },
}

# What an owner has one of at most.
SINGLE: Final = {
    side.token: side
    for side in (
        *(side for parts in INLINE.values() for sides in parts.values() for side in sides if side.single),
        _one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket", BUCKET),
        _one("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "bucket", BUCKET),
        _one("aws:s3/bucketNotification:BucketNotification", "bucket", BUCKET),
        _one("aws:ecr/repositoryPolicy:RepositoryPolicy", "repository", "aws:ecr/repository:Repository"),
        _one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository", "aws:ecr/repository:Repository"),
        _one("aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", "aws:efs/fileSystem:FileSystem"),
        _one("aws:backup/vaultPolicy:VaultPolicy", "backupVaultName", "aws:backup/vault:Vault"),
        _one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "clusterName", "aws:ecs/cluster:Cluster"),
        _one("aws:iam/groupMembership:GroupMembership", "group", *_TEAM),
        _one("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", *SUBNETS),
        _one("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "vpcId", *VPCS),
        _one(_ACL_LINK.token, "subnetId", *SUBNETS),
    )
}

EXCLUSIVE: Final[dict[str, tuple[Exclusive, ...]]] = {
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": (
        Exclusive("roleName", (ROLE,), "policyNames", (_ROLE_POLICY,), "name", "inlinePolicies"),
    ),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": (
        Exclusive(
            "roleName",
            (ROLE,),
            "policyArns",
            (_ROLE_ATTACHMENT, Side(EVERYWHERE, "roles", (ROLE,))),
            "policyArn",
            "managedPolicyArns",
        ),
    ),
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": (
        Exclusive("userName", _USER, "policyNames", (_USER_POLICY,), "name"),
    ),
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": (
        Exclusive("userName", _USER, "policyArns", (_USER_ATTACHMENT, Side(EVERYWHERE, "users", _USER)), "policyArn"),
    ),
    "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive": (
        Exclusive("groupName", _TEAM, "policyNames", (_TEAM_POLICY,), "name"),
    ),
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": (
        Exclusive("groupName", _TEAM, "policyArns", (_TEAM_ATTACHMENT, Side(EVERYWHERE, "groups", _TEAM)), "policyArn"),
    ),
    "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive": (
        Exclusive("securityGroupId", GROUPS, "ingressRuleIds", (_INGRESS_RULE,), inline="ingress"),
        Exclusive("securityGroupId", GROUPS, "egressRuleIds", (_EGRESS_RULE,), inline="egress"),
    ),
}
