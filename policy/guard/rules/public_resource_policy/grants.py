"""No permission, ACL, share or link that is given one by one is given to everybody."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.aws.conditions import Condition, names_its_caller
from guard.aws.policy_documents import holds, opposite, words
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, items
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "public-resource-policy"

PERMISSION: Final = "aws:lambda/permission:Permission"

# Single permissions, and the condition keys that their properties stand for.
_PERMISSIONS: Final[dict[str, dict[str, str]]] = {
    PERMISSION: {
        "principalOrgId": "aws:principalorgid",
        "sourceAccount": "aws:sourceaccount",
        "sourceArn": "aws:sourcearn",
    },
    "aws:lambda/layerVersionPermission:LayerVersionPermission": {"organizationId": "aws:principalorgid"},
    "aws:cloudwatch/eventPermission:EventPermission": {"condition.value": "aws:principalorgid"},
}


def _bound(permission: Resource) -> bool:
    """Whether a property names the caller; one that is not known yet does, for it was set to something."""
    return any(
        permission[path] is UNKNOWN
        or (bool(words(permission[path])) and names_its_caller(Condition("arnlike", key, words(permission[path]))))
        for path, key in _PERMISSIONS[permission.type].items()
    )


@rule(
    "permission-open",
    family=FAMILY,
    on=_PERMISSIONS,
    severity=Severity.CRITICAL,
    controls=("FSBP Lambda.1", "FSBP EventBridge.3"),
    why="Everybody with an AWS account may call it.",
    fix="Name an account, a role or a service as principal, or an organization (principal_org_id, organization_id, "
    "condition).",
)
def permission_open(permission: Resource) -> Iterator[Finding]:
    principal = permission["principal"]
    if _bound(permission):
        return
    if principal is UNKNOWN:
        yield permission.undecided("principal")
    elif "*" in str(principal):
        yield permission.finding("is given to everybody", at="principal")


_SERVICE: Final = re.compile(r"[a-z][\w.-]*\.(amazonaws\.com(\.cn)?|amazon\.com)")


@rule(
    "permission-source",
    family=FAMILY,
    on=PERMISSION,
    severity=Severity.HIGH,
    controls=("FSBP Lambda.1",),
    why="A bucket, a topic or an API of any account makes the service call the function.",
    fix="Set source_arn to the ARN of what calls, or source_account to its account; for EventBridge and SNS the "
    "ARN alone, for they tell Lambda no account.",
)
def permission_source(permission: Resource) -> Iterator[Finding]:
    principal = permission["principal"]
    if _bound(permission) or permission["eventSourceToken"] not in (ABSENT, ""):  # Alexa tells the skill by it.
        return
    if principal is UNKNOWN:
        yield permission.undecided("principal")
    elif _SERVICE.fullmatch(str(principal).lower()):
        yield permission.finding("is given to a service of AWS's, whoever it acts for", at="principal")


# --- ACLs ---------------------------------------------------------------------------------------------------------

_ACLS: Final = {
    "aws:s3/bucketAcl:BucketAcl": ("acl", "accessControlPolicy.grants.grantee.uri"),
    "aws:s3/bucket:Bucket": ("acl", "grants.uri"),
    "aws:s3/bucketLogging:BucketLogging": ("targetGrants.grantee.uri",),
    "aws:s3/bucketObject:BucketObject": ("acl",),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("acl",),
    "aws:s3/objectCopy:ObjectCopy": ("acl", "grants.uri"),
    "aws:storagegateway/nfsFileShare:NfsFileShare": ("objectAcl",),
    "aws:storagegateway/smbFileShare:SmbFileShare": ("objectAcl",),
}
# AWS's group of authenticated users is everybody with an account.
_PUBLIC: Final = re.compile(r"public-read|public-read-write|authenticated-read|.*/(allusers|authenticatedusers)")


@rule(
    "acl-public",
    family=FAMILY,
    on=_ACLS,
    severity=Severity.CRITICAL,
    controls=("FSBP S3.2", "FSBP S3.3", "FSBP S3.12"),
    why="Everybody may read, or write, the objects; `authenticated` means anybody with an AWS account.",
    fix="Drop the ACL: objects belong to the bucket's owner, and a policy says who may read them.",
)
def acl_public(resource: Resource) -> Iterator[Finding]:
    for path in _ACLS[resource.type]:
        match holds(resource[path], lambda word: _PUBLIC.fullmatch(word) is not None):
            case True:
                yield resource.finding("is open to everybody by its ACL", at=path)
            case False:
                pass
            case _:
                yield resource.undecided(path)


# --- shares -------------------------------------------------------------------------------------------------------

_USER_GROUPS: Final = "distributions.amiDistributionConfiguration.launchPermission.userGroups"


_SERVICE_POINT: Final = "aws:ec2/vpcEndpointService:VpcEndpointService"
# Where a service, and what stands beside it, names who may connect.
_CONNECTS: Final = {
    _SERVICE_POINT: "allowedPrincipals",
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": "principalArn",
}


@rule(
    "endpoint-service-open",
    family=FAMILY,
    on=_CONNECTS,
    severity=Severity.HIGH,
    why="Any account connects its VPC to the service, and nobody is asked.",
    fix="Name accounts in allowed_principals, or set acceptance_required=True.",
)
def endpoint_service_open(resource: Resource, stack: Stack) -> Iterator[Finding]:
    at = _CONNECTS[resource.type]
    if resource.type == _SERVICE_POINT:
        services, asked = (resource,), resource.switch("acceptanceRequired")
    else:
        services = stack.targets(resource, "vpcEndpointServiceId", _SERVICE_POINT).sure
        asked = every(service.switch("acceptanceRequired") for service in services) if services else UNKNOWN
    anybody: Answer = holds(resource[at], lambda principal: principal == "*")
    match every((anybody, opposite(asked))):
        case True:
            yield resource.finding("is open to the VPCs of every account", at=at)
        case False:
            pass
        case _ if anybody is True and not services:
            yield resource.unclear("lets everybody ask for a service of which it is not known whether it asks back")
        case _:
            yield resource.undecided(at)


@rule(
    "document-shared",
    family=FAMILY,
    on="aws:ssm/document:Document",
    severity=Severity.HIGH,
    controls=("FSBP SSM.4",),
    why="Everybody reads the document, and what is written in it of your machines.",
    fix="Name accounts in permissions={'type': 'Share', 'account_ids': '…'}.",
)
def document_shared(document: Resource) -> Iterator[Finding]:
    shares = document["permissions"]
    accounts = items(shares.get("account_ids")) if isinstance(shares, dict) else [shares]
    match some(one if one is UNKNOWN else "all" in re.split(r"[,\s]+", str(one).lower()) for one in accounts):
        case True:
            yield document.finding("is shared with everybody", at="permissions")
        case False:
            pass
        case _:
            yield document.undecided("permissions")


_SHARING: Final = "ssm/documents/console/public-sharing-permission"


@rule(
    "document-sharing",
    family=FAMILY,
    on="aws:ssm/serviceSetting:ServiceSetting",
    severity=Severity.HIGH,
    controls=("FSBP SSM.7",),
    why="Whoever may change a document can then share it with everybody, and what is written in it of your machines.",
    fix="Set setting_value='Disable' for this setting in every region, unless documents are meant to be public.",
)
def document_sharing(setting: Resource) -> Iterator[Finding]:
    name, value = setting["settingId"], setting["settingValue"]
    enabled = value if value is UNKNOWN else str(value).lower() == "enable"
    if name is UNKNOWN and enabled is not False:
        yield setting.undecided("settingId")
    elif enabled is not False and str(name).endswith(_SHARING):
        if enabled is UNKNOWN:
            yield setting.undecided("settingValue")
        else:
            yield setting.finding("lets documents be shared with everybody", at="settingValue")


register(
    FAMILY,
    Switch(
        "gateway-auto-accept",
        on={"aws:ec2transitgateway/transitGateway:TransitGateway": "autoAcceptSharedAttachments"},
        bad=("enable",),
        text="takes in every VPC that an account it is shared with attaches",
        why="Whoever the gateway is shared with joins the network without anybody looking.",
        fix="Set auto_accept_shared_attachments='disable' and accept each attachment "
        "(aws.ec2transitgateway.VpcAttachmentAccepter).",
        controls=("FSBP EC2.23",),
        severity=Severity.HIGH,
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "snapshot-shared",
        on={
            **dict.fromkeys(
                (
                    "aws:rds/snapshot:Snapshot",
                    "aws:rds/clusterSnapshot:ClusterSnapshot",
                    "aws:rds/snapshotCopy:SnapshotCopy",
                    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
                ),
                "sharedAccounts",
            ),
            "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": "accountId",
        },
        bad=("all",),
        text="is shared with everybody",
        why="Everybody restores the database, or the disk, and reads it.",
        fix="Name the accounts that it is for.",
        controls=("FSBP RDS.1", "FSBP EC2.1"),
        severity=Severity.CRITICAL,
    ),
    Switch(
        "image-shared",
        on={
            "aws:ec2/amiLaunchPermission:AmiLaunchPermission": "group",
            "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": _USER_GROUPS,
        },
        bad=("all",),
        text="is shared with everybody",
        why="Everybody starts the image, and reads what is left on its disk.",
        fix="Name the accounts or the organization that it is for (account_id, organization_arn).",
        severity=Severity.HIGH,
    ),
    Switch(
        "function-url-open",
        on={"aws:lambda/functionUrl:FunctionUrl": "authorizationType"},
        bad=("none",),
        unset="",
        text="answers everybody: the function's policy is opened with it",
        why="Everybody on the internet calls the function, at your cost.",
        fix="Set authorization_type='AWS_IAM'; in front of it, CloudFront signs with an origin access control.",
        severity=Severity.HIGH,
    ),
)
