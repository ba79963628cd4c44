"""Rows of the family public-resource-policy: grants."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import BUCKET, OTHER, Row, Verdict, r, three, unknown
from tests.policy.engine import Declared


def permission(principal: str, **props: Any) -> tuple[Declared, ...]:
    return (
        r("lambda/permission:Permission", action="lambda:InvokeFunction", function="f", principal=principal, **props),
    )


def acl(**props: Any) -> tuple[Declared, ...]:
    return (BUCKET, r("s3/bucketAcl:BucketAcl", "acl", refs={"bucket": "it.id"}, **props))


def group(name: str) -> dict[str, Any]:
    grantee = {"type": "Group", "uri": f"http://acs.amazonaws.com/groups/{name}"}
    return {"owner": {"id": "o"}, "grants": [{"permission": "READ", "grantee": grantee}]}


ALLOWED = "ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
_SERVED: dict[str, Any] = {"refs": {"vpcEndpointServiceId": "door.id"}}
_OUTSIDE = {"vpcEndpointServiceId": "vpce-svc-1"}


def _service(asked: bool) -> tuple[Declared, ...]:
    return (r("ec2/vpcEndpointService:VpcEndpointService", "door", acceptanceRequired=asked),)


BESIDE: list[tuple[Verdict, str, tuple[Declared, ...], str, dict[str, Any]]] = [
    ("breach", "beside it", _service(False), "*", _SERVED),
    ("ok", "beside one that asks", _service(True), "*", _SERVED),
    ("ok", "an account beside it", _service(False), "arn:aws:iam::444455556666:root", _SERVED),
    ("undecided", "beside one elsewhere", (), "*", _OUTSIDE),
]

_SETTINGS = "arn:aws:ssm:eu-west-1:111122223333:servicesetting"
_PUBLIC = "ssm/documents/console/public-sharing-permission"

ROWS = [
    Row("permission-open", "ok", "an account", permission("444455556666")),
    Row("permission-open", "ok", "one organization", permission("*", principalOrgId="o-a1b2c3d4e5")),
    Row(
        "permission-open",
        "ok",
        "a layer for one organization",
        (r("lambda/layerVersionPermission:LayerVersionPermission", principal="*", organizationId="o-a1b2c3d4e5"),),
    ),
    Row(
        "permission-open",
        "ok",
        "a bus for one organization",
        (
            r(
                "cloudwatch/eventPermission:EventPermission",
                principal="*",
                statementId="s",
                condition={"key": "aws:PrincipalOrgID", "type": "StringEquals", "value": "o-a1b2c3d4e5"},
            ),
        ),
    ),
    Row("permission-open", "breach", "", permission("*")),
    Row("permission-open", "breach", "a function's address", permission("*", functionUrlAuthType="AWS_IAM")),
    Row("permission-open", "breach", "sources of any account", permission("*", sourceArn="arn:aws:sns:*:*:news")),
    Row(
        "permission-open",
        "breach",
        "a layer",
        (r("lambda/layerVersionPermission:LayerVersionPermission", principal="*"),),
    ),
    Row(
        "permission-open",
        "breach",
        "a bus",
        (r("cloudwatch/eventPermission:EventPermission", principal="*", statementId="s"),),
    ),
    Row("permission-open", "undecided", "", (OTHER, r("lambda/permission:Permission", refs=unknown("principal")))),
    Row("permission-source", "ok", "one bucket", permission("s3.amazonaws.com", sourceArn="arn:aws:s3:::parcels")),
    Row("permission-source", "ok", "one account", permission("s3.amazonaws.com", sourceAccount="111122223333")),
    Row(
        "permission-source",
        "ok",
        "a topic of this stack",
        (
            r("sns/topic:Topic", "bell"),
            r("lambda/permission:Permission", principal="sns.amazonaws.com", refs={"sourceArn": "bell.arn"}),
        ),
    ),
    Row(
        "permission-source",
        "ok",
        "a skill",
        permission("alexa-appkit.amazon.com", eventSourceToken="amzn1.ask.skill.1"),
    ),
    Row("permission-source", "ok", "a role", permission("arn:aws:iam::444455556666:role/caller")),
    Row("permission-source", "breach", "", permission("s3.amazonaws.com")),
    Row("permission-source", "breach", "any bucket", permission("s3.amazonaws.com", sourceArn="arn:aws:s3:::*")),
    Row("permission-source", "undecided", "", (OTHER, r("lambda/permission:Permission", refs=unknown("principal")))),
    Row("acl-public", "ok", "private", acl(acl="private")),
    Row("acl-public", "ok", "logs", acl(accessControlPolicy=group("s3/LogDelivery"))),
    Row("acl-public", "breach", "reading", acl(acl="public-read")),
    Row("acl-public", "breach", "writing", acl(acl="public-read-write")),
    Row("acl-public", "breach", "every account", acl(acl="authenticated-read")),
    Row("acl-public", "breach", "a group", acl(accessControlPolicy=group("global/AllUsers"))),
    Row("acl-public", "breach", "a group of accounts", acl(accessControlPolicy=group("global/AuthenticatedUsers"))),
    Row("acl-public", "breach", "on the bucket", (r("s3/bucket:Bucket", acl="public-read"),)),
    Row(
        "acl-public",
        "breach",
        "an older token",
        (BUCKET, r("s3/bucketAclV2:BucketAclV2", "acl", refs={"bucket": "it.id"}, acl="public-read")),
    ),
    Row(
        "acl-public",
        "breach",
        "an object",
        (r("s3/bucketObjectv2:BucketObjectv2", bucket="parcels", key="k", acl="public-read"),),
    ),
    Row("acl-public", "undecided", "", (OTHER, r("s3/bucketAcl:BucketAcl", bucket="parcels", refs=unknown("acl")))),
    Row("snapshot-shared", "ok", "with an account", (r("rds/snapshot:Snapshot", sharedAccounts=["444455556666"]),)),
    Row("snapshot-shared", "ok", "with nobody", (r("rds/clusterSnapshot:ClusterSnapshot"),)),
    Row("snapshot-shared", "breach", "", (r("rds/snapshot:Snapshot", sharedAccounts=["444455556666", "all"]),)),
    Row(
        "snapshot-shared", "breach", "a cluster's", (r("rds/clusterSnapshot:ClusterSnapshot", sharedAccounts=["all"]),)
    ),
    Row("snapshot-shared", "breach", "a copy", (r("rds/snapshotCopy:SnapshotCopy", sharedAccounts=["ALL"]),)),
    Row("snapshot-shared", "undecided", "", (OTHER, r("rds/snapshot:Snapshot", refs=unknown("sharedAccounts")))),
    Row(
        "image-shared",
        "ok",
        "with an organization",
        (
            r(
                "ec2/amiLaunchPermission:AmiLaunchPermission",
                imageId="ami-1",
                organizationArn="arn:aws:organizations::111122223333:organization/o-1",
            ),
        ),
    ),
    Row(
        "image-shared", "breach", "", (r("ec2/amiLaunchPermission:AmiLaunchPermission", imageId="ami-1", group="all"),)
    ),
    Row(
        "image-shared",
        "breach",
        "as it is built",
        (
            r(
                "imagebuilder/distributionConfiguration:DistributionConfiguration",
                distributions=[
                    {
                        "region": "eu-west-1",
                        "amiDistributionConfiguration": {"launchPermission": {"userGroups": ["all"]}},
                    }
                ],
            ),
        ),
    ),
    Row(
        "image-shared",
        "undecided",
        "",
        (OTHER, r("ec2/amiLaunchPermission:AmiLaunchPermission", imageId="ami-1", refs=unknown("group"))),
    ),
    *(
        row
        for token, path, good, bad in (
            ("ssm/serviceSetting:ServiceSetting", "settingValue", "Disable", "Enable"),
            (
                "ssm/serviceSetting:ServiceSetting",
                "settingId",
                f"{_SETTINGS}/ssm/parameter-store/x",
                f"{_SETTINGS}/{_PUBLIC}",
            ),
        )
        for row in three(
            "document-sharing",
            token,
            {path: good},
            {path: bad},
            path,
            **({"settingValue": "Enable"} if path == "settingId" else {"settingId": f"{_SETTINGS}/{_PUBLIC}"}),
        )
    ),
    *three(
        "gateway-auto-accept",
        "ec2transitgateway/transitGateway:TransitGateway",
        {},
        {"autoAcceptSharedAttachments": "enable"},
        "autoAcceptSharedAttachments",
    ),
    Row(
        "document-shared",
        "ok",
        "with an account",
        (r("ssm/document:Document", permissions={"type": "Share", "account_ids": "444455556666"}),),
    ),
    Row("document-shared", "ok", "with nobody", (r("ssm/document:Document"),)),
    Row(
        "document-shared",
        "breach",
        "",
        (r("ssm/document:Document", permissions={"type": "Share", "account_ids": "All"}),),
    ),
    Row("document-shared", "undecided", "", (OTHER, r("ssm/document:Document", refs=unknown("permissions")))),
    Row(
        "endpoint-service-open",
        "ok",
        "accounts",
        (
            r(
                "ec2/vpcEndpointService:VpcEndpointService",
                acceptanceRequired=False,
                allowedPrincipals=["arn:aws:iam::444455556666:root"],
            ),
        ),
    ),
    Row(
        "endpoint-service-open",
        "ok",
        "somebody is asked",
        (r("ec2/vpcEndpointService:VpcEndpointService", acceptanceRequired=True, allowedPrincipals=["*"]),),
    ),
    Row(
        "endpoint-service-open",
        "breach",
        "",
        (r("ec2/vpcEndpointService:VpcEndpointService", acceptanceRequired=False, allowedPrincipals=["*"]),),
    ),
    *(
        Row("endpoint-service-open", verdict, about, (*service, r(ALLOWED, principalArn=who, **rest)))
        for verdict, about, service, who, rest in BESIDE
    ),
    Row(
        "endpoint-service-open",
        "undecided",
        "",
        (
            OTHER,
            r("ec2/vpcEndpointService:VpcEndpointService", acceptanceRequired=False, refs=unknown("allowedPrincipals")),
        ),
    ),
    Row(
        "function-url-open",
        "ok",
        "",
        (r("lambda/functionUrl:FunctionUrl", functionName="f", authorizationType="AWS_IAM"),),
    ),
    Row(
        "function-url-open",
        "breach",
        "",
        (r("lambda/functionUrl:FunctionUrl", functionName="f", authorizationType="NONE"),),
    ),
    Row(
        "function-url-open",
        "undecided",
        "",
        (OTHER, r("lambda/functionUrl:FunctionUrl", functionName="f", refs=unknown("authorizationType"))),
    ),
]
