"""Rows of the family iam-least-privilege."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, unknown
from tests.policy.engine import Declared

POLICY = "iam/policy:Policy"
HIDDEN = (OTHER, r(POLICY, refs=unknown("policy")))
ACCOUNT = "arn:aws:iam::111122223333"


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def policy(*statements: dict[str, Any]) -> tuple[Declared, ...]:
    return (r(POLICY, policy=text(*statements)),)


def one(action: Any, resource: Any = "*", **more: Any) -> tuple[Declared, ...]:
    return policy(allow(action, resource, **more))


def attached(arn: str, token: str = "iam/rolePolicyAttachment:RolePolicyAttachment", **who: Any) -> tuple[Declared]:
    return (r(token, policyArn=arn, **(who or {"role": "worker"})),)


ALL = allow("*")
USER = r("iam/user:User", "pat", name="pat")


_OK: Verdict = "ok"
_BREACH: Verdict = "breach"
# An action by which one gets into a store, the ARN of every store of its kind, and of one.
_LOGINS = [
    ("dsql:DbConnectAdmin", "dsql:*:*:cluster/*", "dsql:eu-west-1:111122223333:cluster/abc"),
    ("elasticache:Connect", "elasticache:*:*:*", "elasticache:eu-west-1:111122223333:serverlesscache:shop"),
    ("neptune-db:ReadDataViaQuery", "neptune-db:*:*:*", "neptune-db:eu-west-1:111122223333:cluster-ABC/*"),
    ("sqs:ReceiveMessage", "sqs:*:${aws:PrincipalAccount}:*", "sqs:*:${aws:PrincipalAccount}:${aws:PrincipalTag/team}"),
    ("es:ESHttp*", "es:*:*:domain/*", "es:eu-west-1:111122223333:domain/shop/*"),
    ("kafka-cluster:ReadData", "kafka:*:*:topic/*", "kafka:eu-west-1:111122223333:topic/shop/*"),
    (
        "s3express:CreateSession",
        "s3express:*:*:bucket/*",
        "s3express:eu-west-1:111122223333:bucket/shop--euw1-az1--x-s3",
    ),
]
# A rule, an action, a key that may confine it and its value.
BY_KEYS: list[tuple[str, str, str, str, Verdict]] = [
    ("iam-pass-role", "iam:PassRole", "iam:PassedToService", "*", _BREACH),
    ("iam-pass-role", "iam:PassRole", "iam:PassedToService", "*.amazonaws.com", _BREACH),
    ("iam-pass-role", "iam:PassRole", "iam:PassedToService", "ecs*.amazonaws.com", _OK),
    ("iam-decrypt-anywhere", "kms:Decrypt", "kms:ViaService", "*.eu-west-1.amazonaws.com", _BREACH),
    ("iam-decrypt-anywhere", "kms:Decrypt", "kms:ViaService", "s3.*.amazonaws.com", _OK),
    ("iam-decrypt-anywhere", "kms:Decrypt", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT", _BREACH),
    ("iam-privilege-escalation", "ssm:StartSession", "ssm:SessionDocumentAccessCheck", "true", _BREACH),
    ("iam-privilege-escalation", "ssm:StartSession", "ssm:resourceTag/team", "shop", _OK),
]

ROWS = [
    # Everything, in every spelling and in every place.
    Row("iam-full-access", "ok", "a list of actions", one(["s3:GetObject"], "arn:aws:s3:::bills/*")),
    Row("iam-full-access", "ok", "denied", policy({"Effect": "Deny", "Action": "*", "Resource": "*"})),
    Row("iam-full-access", "ok", "no JSON", (r(POLICY, policy="{"),)),
    Row("iam-full-access", "breach", "a star", one("*")),
    Row("iam-full-access", "breach", "in a list", one(["s3:GetObject", "*:*"])),
    Row("iam-full-access", "breach", "two stars", one("**")),
    Row("iam-full-access", "breach", "question marks", one("??*:*")),
    Row("iam-full-access", "breach", "in one region", one("*", **when("StringEquals", "aws:RequestedRegion", "x"))),
    Row("iam-full-access", "breach", "on one bucket", one("*", "arn:aws:s3:::bills/*")),
    Row("iam-full-access", "breach", "one statement, no list", (r(POLICY, policy=json.dumps({"Statement": ALL})),)),
    Row("iam-full-access", "breach", "what is left to a user", (r("transfer/user:User", policy=text(ALL)),)),
    Row("iam-full-access", "ok", "no policy of its own", (r("transfer/access:Access", role=f"{ACCOUNT}:role/r"),)),
    Row("iam-full-access", "breach", "as data", (r(POLICY, policy={"Statement": [ALL]}),)),
    Row(
        "iam-full-access",
        "breach",
        "the resource is unknown",
        (
            OTHER,
            r(
                POLICY,
                policy={"Statement": [{"Effect": "Allow", "Action": "*"}]},
                refs={"policy.Statement[0].Resource": "other.value"},
            ),
        ),
    ),
    Row("iam-full-access", "breach", "the second statement", policy(allow("s3:GetObject", "arn:aws:s3:::a/b"), ALL)),
    Row(
        "iam-full-access",
        "breach",
        "in a role",
        (r("iam/role:Role", inlinePolicies=[{"name": "few", "policy": text()}, {"name": "all", "policy": text(ALL)}]),),
    ),
    Row("iam-full-access", "breach", "of a role", (r("iam/rolePolicy:RolePolicy", policy=text(ALL)),)),
    Row("iam-full-access", "breach", "of a user", (r("iam/userPolicy:UserPolicy", policy=text(ALL)),)),
    Row("iam-full-access", "breach", "of a group", (r("iam/groupPolicy:GroupPolicy", policy=text(ALL)),)),
    Row(
        "iam-full-access",
        "breach",
        "of a permission set",
        (r("ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", inlinePolicy=text(ALL)),),
    ),
    Row("iam-full-access", "undecided", "", HIDDEN),
    Row("iam-not-action", "ok", "denied", policy({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})),
    Row("iam-not-action", "breach", "", policy({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"})),
    Row("iam-not-action", "undecided", "", HIDDEN),
    Row("iam-not-resource", "ok", "denied", policy({"Effect": "Deny", "Action": "s3:*", "NotResource": "x"})),
    Row("iam-not-resource", "breach", "", policy({"Effect": "Allow", "Action": "s3:Get*", "NotResource": "x"})),
    Row("iam-not-resource", "undecided", "", HIDDEN),
    # Whole services.
    Row("iam-service-wildcard", "ok", "on one bucket", one("s3:*", ["arn:aws:s3:::bills", "arn:aws:s3:::bills/*"])),
    Row("iam-service-wildcard", "ok", "on a prefix", one("sqs:*", "arn:aws:sqs:eu-west-1:111122223333:shop-*")),
    Row("iam-service-wildcard", "ok", "a verb", one("ec2:Describe*")),
    Row("iam-service-wildcard", "ok", "a service that cannot be confined", one("ssmmessages:*")),
    Row("iam-service-wildcard", "ok", "by tag", one("ec2:*", **when("StringEquals", "aws:ResourceTag/team", "shop"))),
    Row("iam-service-wildcard", "breach", "", one("s3:*")),
    Row("iam-service-wildcard", "breach", "every bucket", one("s3:*", "arn:aws:s3:::*")),
    Row("iam-service-wildcard", "breach", "every queue of an account", one("sqs:*", "arn:aws:sqs:*:111122223333:*")),
    Row("iam-service-wildcard", "breach", "capitals", one("IAM:*")),
    Row("iam-service-wildcard", "breach", "several at once", one("s*:*")),
    Row("iam-service-wildcard", "breach", "a question mark", one("?am:*")),
    Row("iam-service-wildcard", "breach", "two stars", one("dynamodb:**")),
    Row("iam-service-wildcard", "breach", "a service that nobody knows", one("zebra:*")),
    Row("iam-service-wildcard", "breach", "by MFA", one("s3:*", **when("Bool", "aws:MultiFactorAuthPresent", "true"))),
    Row(
        "iam-service-wildcard",
        "breach",
        "a tag that may be missing",
        one("ec2:*", **when("StringEqualsIfExists", "aws:ResourceTag/team", "shop")),
    ),
    Row("iam-service-wildcard", "undecided", "", HIDDEN),
    Row("iam-service-wildcard-named", "ok", "a few actions", one("s3:Get*", "arn:aws:s3:::bills/*")),
    Row("iam-service-wildcard-named", "breach", "", one("s3:*", "arn:aws:s3:::bills/*")),
    Row("iam-service-wildcard-named", "undecided", "", HIDDEN),
    # Roles that are passed.
    Row("iam-pass-role", "ok", "one role", one("iam:PassRole", f"{ACCOUNT}:role/shop-task")),
    Row("iam-pass-role", "ok", "a prefix", one("iam:PassRole", f"{ACCOUNT}:role/shop-*")),
    Row(
        "iam-pass-role", "ok", "to one service", one("iam:PassRole", **when("StringEquals", "iam:PassedToService", "x"))
    ),
    Row("iam-pass-role", "breach", "", one(["ecs:RunTask", "iam:PassRole"])),
    Row("iam-pass-role", "breach", "all roles of an account", one("iam:PassRole", f"{ACCOUNT}:role/*")),
    Row("iam-pass-role", "breach", "a pattern of actions", one("iam:Pass*", "arn:aws:iam::*:role/*")),
    *(
        Row(rule, verdict, f"where {key} is {value}", one(action, **when("StringLike", key, value)))
        for rule, action, key, value, verdict in BY_KEYS
    ),
    Row(
        "iam-pass-role",
        "breach",
        "to none but one",
        one("iam:PassRole", **when("StringNotEquals", "iam:PassedToService", "ec2.amazonaws.com")),
    ),
    Row("iam-pass-role", "undecided", "", HIDDEN),
    # Escalation.
    Row("iam-privilege-escalation", "ok", "oneself", one("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")),
    Row("iam-privilege-escalation", "ok", "of a login", one("ecr:GetAuthorizationToken")),
    Row("iam-privilege-escalation", "ok", "one role", one("sts:AssumeRole", "arn:aws:iam::*:role/deploy")),
    Row("iam-privilege-escalation", "ok", "runs what there is", one("lambda:InvokeFunction")),
    Row(
        "iam-privilege-escalation",
        "ok",
        "within a boundary",
        one("iam:PutRolePolicy", **when("StringEquals", "iam:PermissionsBoundary", f"{ACCOUNT}:policy/edge")),
    ),
    Row("iam-privilege-escalation", "breach", "any role", one("sts:AssumeRole")),
    Row("iam-privilege-escalation", "breach", "a new version", one("iam:CreatePolicyVersion")),
    Row("iam-privilege-escalation", "breach", "a pattern", one("iam:Attach*", f"{ACCOUNT}:*")),
    Row("iam-privilege-escalation", "breach", "another's code", one("lambda:UpdateFunctionCode")),
    Row("iam-privilege-escalation", "breach", "a shell", one("ssm:StartSession", "arn:aws:ec2:*:*:instance/*")),
    Row(
        "iam-privilege-escalation",
        "breach",
        "an external id",
        one("sts:AssumeRole", **when("StringEquals", "sts:ExternalId", "x")),
    ),
    Row("iam-privilege-escalation", "undecided", "", HIDDEN),
    Row("iam-permissions-anywhere", "ok", "one bucket", one("s3:PutBucketPolicy", "arn:aws:s3:::bills")),
    Row("iam-permissions-anywhere", "ok", "cannot be confined", one("logs:PutResourcePolicy")),
    Row("iam-permissions-anywhere", "ok", "a role of AWS's", one("iam:CreateServiceLinkedRole")),
    Row(
        "iam-permissions-anywhere",
        "ok",
        "for a service of AWS's",
        one("kms:CreateGrant", **when("Bool", "kms:GrantIsForAWSResource", "true")),
    ),
    Row("iam-permissions-anywhere", "breach", "", one("s3:PutBucketPolicy")),
    Row("iam-permissions-anywhere", "breach", "a pattern", one("kms:Put*")),
    Row("iam-permissions-anywhere", "undecided", "", HIDDEN),
    # Data and keys.
    Row("iam-data-anywhere", "ok", "one bucket", one("s3:GetObject", "arn:aws:s3:::bills/*")),
    Row("iam-data-anywhere", "ok", "one table", one("dynamodb:*Item", "arn:aws:dynamodb:*:*:table/bills")),
    Row("iam-data-anywhere", "ok", "what is known of stores", one(["s3:ListAllMyBuckets", "dynamodb:DescribeTable"])),
    Row(
        "iam-data-anywhere",
        "ok",
        "rows of one's own",
        one("dynamodb:Query", **when("StringEquals", "dynamodb:LeadingKeys", "x")),
    ),
    Row("iam-data-anywhere", "ok", "a batch", one("secretsmanager:BatchGetSecretValue")),
    Row("iam-data-anywhere", "breach", "", one("s3:GetObject", "arn:aws:s3:::*/*")),
    *(
        Row("iam-data-anywhere", verdict, f"a login, {action}", one(action, f"arn:aws:{arn}"))
        for action, everything, own in _LOGINS
        for verdict, arn in ((_BREACH, everything), (_OK, own))
    ),
    Row("iam-data-anywhere", "breach", "a pattern", one("s3:Get*")),
    Row(
        "iam-data-anywhere",
        "breach",
        "every secret",
        one("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*"),
    ),
    Row(
        "iam-data-anywhere", "breach", "one of two", one("ssm:GetParameter", ["arn:aws:ssm:*:*:parameter/shop/*", "*"])
    ),
    Row("iam-data-anywhere", "breach", "every service", one("*:Get*")),
    Row(
        "iam-data-anywhere",
        "breach",
        "over TLS",
        one("s3:GetObject", **when("NumericGreaterThan", "s3:TlsVersion", "1.2")),
    ),
    Row("iam-data-anywhere", "undecided", "", HIDDEN),
    Row(
        "iam-data-anywhere",
        "undecided",
        "the resource",
        (
            OTHER,
            r(
                POLICY,
                policy={"Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]},
                refs={"policy.Statement[0].Resource": "other.value"},
            ),
        ),
    ),
    Row("iam-decrypt-anywhere", "ok", "one key", one("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1-2-3")),
    Row(
        "iam-decrypt-anywhere",
        "ok",
        "by alias",
        one("kms:Decrypt", **when("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/shop")),
    ),
    Row("iam-decrypt-anywhere", "ok", "encrypts", one(["kms:Encrypt", "kms:GenerateDataKey*"])),
    Row(
        "iam-decrypt-anywhere",
        "ok",
        "a key's own policy",
        (r("kms/key:Key", enableKeyRotation=True, policy=text(allow("kms:*"))),),
    ),
    Row("iam-decrypt-anywhere", "breach", "", one("kms:Decrypt")),
    Row("iam-decrypt-anywhere", "breach", "a pattern", one("kms:*crypt*", "arn:aws:kms:*:*:key/*")),
    Row(
        "iam-decrypt-anywhere",
        "breach",
        "all aliases",
        one("kms:Decrypt", **when("ForAllValues:StringEquals", "kms:ResourceAliases", "alias/shop")),
    ),
    Row("iam-decrypt-anywhere", "undecided", "", HIDDEN),
    Row(
        "iam-write-anywhere",
        "ok",
        "logs and metrics",
        one(["logs:PutLogEvents", "cloudwatch:PutMetricData", "xray:PutTraceSegments"]),
    ),
    Row("iam-write-anywhere", "ok", "one queue", one("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:jobs")),
    Row(
        "iam-write-anywhere",
        "ok",
        "in one cluster",
        one("ecs:RunTask", **when("ArnEquals", "ecs:cluster", "arn:aws:ecs:x:y:cluster/z")),
    ),
    Row("iam-write-anywhere", "breach", "", one("sqs:SendMessage")),
    Row("iam-write-anywhere", "undecided", "", HIDDEN),
]
