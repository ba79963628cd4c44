"""Who has permissions: roles, not users with keys; and no policy of AWS's own that holds a whole service."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.model.graph import UNKNOWN, Finding, Resource, Stack, items
from guard.model.rule import Severity, rule
from guard.rules.iam_least_privilege.managed import wide

FAMILY: Final = "iam-least-privilege"

ATTACHMENTS: Final = {
    "aws:iam/role:Role": "managedPolicyArns",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": "managedPolicyArns",
}

# AWS's policies that hold all services, or IAM itself, or the services by which to get there.
ADMIN: Final = frozenset(
    {
        *("administratoraccess", "poweruseraccess", "iamfullaccess", "administratoraccess-amplify"),
        *("administratoraccess-awselasticbeanstalk", "systemadministrator", "networkadministrator"),
        *("databaseadministrator",),
    }
)
# Those that hold all of a service by their documents (`managed`), or that are called so: newer ones may not be there.
_WHOLE_SERVICE: Final = re.compile(r".*fullaccess|secretsmanagerreadwrite")
# What AWS made for a service's own role cannot be had with less of it: AWSGlueServiceRole.
_OF_SERVICES: Final = r".*servicerole(?:policy)?$"


def _of_aws(resource: Resource, stack: Stack, wanted: re.Pattern[str], text: str) -> Iterator[Finding]:
    """Find policies of AWS among the attached ones; what is unknown and not a policy of this stack may be one."""
    path = ATTACHMENTS[resource.type]
    arns = items(resource[path])
    for arn in arns:
        found = re.fullmatch(r"arn:[\w-]+:iam::aws:policy/(?:.*/)?(.+)", str(arn), re.IGNORECASE)
        if found and wanted.fullmatch(found[1].lower()):
            yield resource.finding(f"{text}: `{found[1]}`", at=path, about=found[1])
    if UNKNOWN in arns and stack.targets(resource, path, "aws:iam/policy:Policy").unknown:
        yield resource.undecided(path)


@rule(
    "iam-managed-admin",
    family=FAMILY,
    on=ATTACHMENTS,
    severity=Severity.CRITICAL,
    controls=("FSBP IAM.1", "CIS 5.0 1.15"),
    why="Whoever holds these credentials owns the account.",
    fix="Attach a policy of your own with the actions and resources that are needed, or a narrow one of AWS's.",
)
def iam_managed_admin(resource: Resource, stack: Stack) -> Iterator[Finding]:
    wanted = re.compile("|".join(map(re.escape, ADMIN)))
    return _of_aws(resource, stack, wanted, "has a policy of AWS's for administrators")


@rule(
    "iam-managed-full-access",
    family=FAMILY,
    on=ATTACHMENTS,
    severity=Severity.HIGH,
    controls=("FSBP IAM.27", "CIS 5.0 1.21"),
    why="AWS's policy allows all actions of a service on all of its resources, their deletion among them.",
    fix="Attach a policy of your own with the actions and resources that are needed, or a narrow one of AWS's.",
)
def iam_managed_full_access(resource: Resource, stack: Stack) -> Iterator[Finding]:
    named = "|".join(map(re.escape, sorted(wide())))
    others = "|".join((*(f"{re.escape(name)}$" for name in sorted(ADMIN)), _OF_SERVICES))
    wanted = re.compile(f"(?!{others})(?:{_WHOLE_SERVICE.pattern}|{named})")
    return _of_aws(resource, stack, wanted, "has a policy of AWS's for a whole service")


# Where a user's permissions stand, and the property that says whether there are any.
_OF_USERS: Final = {
    "aws:iam/userPolicy:UserPolicy": "user",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "user",
    "aws:iam/policyAttachment:PolicyAttachment": "users",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
}


@rule(
    "iam-user-policy",
    family=FAMILY,
    on=_OF_USERS,
    severity=Severity.LOW,
    controls=("FSBP IAM.2", "CIS 5.0 1.14"),
    why="Permissions of single users are reviewed by nobody, and stay when the person's work changes.",
    fix="Attach the policy to a role, or to a group (aws.iam.GroupPolicyAttachment) that the user belongs to.",
)
def iam_user_policy(resource: Resource) -> Iterator[Finding]:
    path = _OF_USERS[resource.type]
    if resource[path] is UNKNOWN and path != "user":  # An unknown user is a user, an unknown list may be empty.
        yield resource.undecided(path)
    elif items(resource[path]):
        yield resource.finding("gives permissions to a user directly", at=path)


_CREDENTIALS: Final = {
    "aws:iam/accessKey:AccessKey": "user",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "userName",
}


@rule(
    "iam-access-key",
    family=FAMILY,
    on=_CREDENTIALS,
    severity=Severity.MEDIUM,
    why="A key that never ends is copied, forgotten and found; and this one's secret stands in the stack's state.",
    fix="Use a role: OpenID Connect for pipelines, IAM Identity Center for people, a task's or an instance's own role. "
    "Switch a key off with status='Inactive'.",
)
def iam_access_key(credential: Resource) -> Iterator[Finding]:
    status = credential["status"]
    if status is UNKNOWN:
        yield credential.undecided("status")
    elif str(status).lower() != "inactive":
        yield credential.finding("is a credential without an end", at=_CREDENTIALS[credential.type])
