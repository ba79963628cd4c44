"""Rows of the family iam-least-privilege: identities."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.rules.iam_least_privilege.statements import ACCOUNT, USER, attached, one, text

ROWS = [
    # Policies of AWS's.
    Row(
        "iam-managed-admin",
        "ok",
        "a narrow one",
        attached("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
    ),
    Row("iam-managed-admin", "ok", "one's own", attached(f"{ACCOUNT}:policy/AdministratorAccess")),
    Row(
        "iam-managed-admin",
        "ok",
        "one of this stack",
        (
            *one("s3:GetObject", "arn:aws:s3:::a/b"),
            r("iam/rolePolicyAttachment:RolePolicyAttachment", "at", role="x", refs={"policyArn": "it.arn"}),
        ),
    ),
    Row(
        "iam-managed-full-access",
        "ok",
        "for a service's own role",
        attached("arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"),
    ),
    Row("iam-managed-admin", "breach", "a role", attached("arn:aws:iam::aws:policy/AdministratorAccess")),
    Row("iam-managed-admin", "breach", "in China", attached("arn:aws-cn:iam::aws:policy/PowerUserAccess")),
    Row(
        "iam-managed-admin",
        "breach",
        "with a path",
        attached("arn:aws:iam::aws:policy/job-function/SystemAdministrator"),
    ),
    Row(
        "iam-managed-admin",
        "breach",
        "a group",
        attached("arn:aws:iam::aws:policy/IAMFullAccess", "iam/groupPolicyAttachment:GroupPolicyAttachment", group="g"),
    ),
    Row(
        "iam-managed-admin",
        "breach",
        "several roles",
        attached("arn:aws:iam::aws:policy/AdministratorAccess", "iam/policyAttachment:PolicyAttachment", roles=["a"]),
    ),
    Row(
        "iam-managed-admin",
        "breach",
        "in a role",
        (
            r(
                "iam/role:Role",
                managedPolicyArns=[
                    "arn:aws:iam::aws:policy/ReadOnlyAccess",
                    "arn:aws:iam::aws:policy/AdministratorAccess",
                ],
            ),
        ),
    ),
    Row(
        "iam-managed-admin",
        "breach",
        "exclusively",
        (
            r(
                "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
                roleName="a",
                policyArns=["arn:aws:iam::aws:policy/AdministratorAccess"],
            ),
        ),
    ),
    Row(
        "iam-managed-admin",
        "breach",
        "a permission set",
        (
            r(
                "ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
                managedPolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
            ),
        ),
    ),
    Row(
        "iam-managed-admin",
        "undecided",
        "",
        (OTHER, r("iam/rolePolicyAttachment:RolePolicyAttachment", role="a", refs=unknown("policyArn"))),
    ),
    Row("iam-managed-full-access", "ok", "reading", attached("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")),
    Row("iam-managed-full-access", "ok", "another rule's", attached("arn:aws:iam::aws:policy/IAMFullAccess")),
    Row("iam-managed-full-access", "breach", "", attached("arn:aws:iam::aws:policy/AmazonS3FullAccess")),
    Row(
        "iam-managed-full-access",
        "breach",
        "with an underscore",
        attached("arn:aws:iam::aws:policy/AmazonECS_FullAccess"),
    ),
    Row(
        "iam-managed-full-access",
        "breach",
        "by another name",
        attached("arn:aws:iam::aws:policy/SecretsManagerReadWrite"),
    ),
    Row(
        "iam-managed-full-access",
        "undecided",
        "",
        (OTHER, r("iam/rolePolicyAttachment:RolePolicyAttachment", role="a", refs=unknown("policyArn"))),
    ),
    # Users.
    Row("iam-user-policy", "ok", "a role's", attached("arn:aws:iam::aws:policy/ReadOnlyAccess")),
    Row(
        "iam-user-policy",
        "ok",
        "roles only",
        attached(
            "arn:aws:iam::aws:policy/ReadOnlyAccess", "iam/policyAttachment:PolicyAttachment", roles=["a"], users=[]
        ),
    ),
    Row(
        "iam-user-policy",
        "ok",
        "none, exclusively",
        (r("iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", userName="pat", policyArns=[]),),
    ),
    Row(
        "iam-user-policy",
        "breach",
        "attached",
        (
            USER,
            r(
                "iam/userPolicyAttachment:UserPolicyAttachment",
                policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess",
                refs={"user": "pat.name"},
            ),
        ),
    ),
    Row(
        "iam-user-policy",
        "breach",
        "inline",
        (USER, r("iam/userPolicy:UserPolicy", policy=text(), refs={"user": "pat.name"})),
    ),
    Row(
        "iam-user-policy",
        "breach",
        "among others",
        (USER, r("iam/policyAttachment:PolicyAttachment", policyArn="x", refs={"users[0]": "pat.name"})),
    ),
    Row(
        "iam-user-policy",
        "undecided",
        "",
        (OTHER, r("iam/policyAttachment:PolicyAttachment", policyArn="x", refs=unknown("users"))),
    ),
    Row(
        "iam-access-key",
        "ok",
        "switched off",
        (USER, r("iam/accessKey:AccessKey", status="Inactive", refs={"user": "pat.name"})),
    ),
    Row("iam-access-key", "breach", "", (USER, r("iam/accessKey:AccessKey", refs={"user": "pat.name"}))),
    Row(
        "iam-access-key",
        "breach",
        "of one service",
        (
            r(
                "iam/serviceSpecificCredential:ServiceSpecificCredential",
                userName="pat",
                serviceName="codecommit.amazonaws.com",
            ),
        ),
    ),
    Row("iam-access-key", "undecided", "", (OTHER, r("iam/accessKey:AccessKey", user="pat", refs=unknown("status")))),
]
